package dev.endolith.registry;

import dev.endolith.data.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Runs as OpenLineage run events (version 2-0-2 of its JSON schema), for a catalogue that collects
 * lineage from many tools. Immutable.
 *
 * @param namespace what tells this host's names from those of others, for example {@code
 *     my-service}
 */
public record OpenLineage(String namespace) {
  private static final String PRODUCER = "https://endolith.dev";
  private static final String SCHEMA =
      "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
  private static final String PARENT_SCHEMA =
      "https://openlineage.io/spec/facets/1-0-1/ParentRunFacet.json#/$defs/ParentRunFacet";
  private static final String VERSION_SCHEMA =
      "https://openlineage.io/spec/facets/1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet";
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");

  /**
   * A run as it stands, with the versions that it made.
   *
   * @param run the run
   * @param versions the versions that it made
   * @return one run event as JSON: START while it goes on, else COMPLETE, FAIL or ABORT
   */
  public String event(RunRecord run, List<ModelVersion> versions) {
    Map<String, Object> event = new TreeMap<>();
    event.put(
        "eventType",
        switch (run.status()) {
          case RUNNING -> "START";
          case FINISHED -> "COMPLETE";
          case FAILED -> "FAIL";
          case KILLED -> "ABORT";
        });
    event.put("eventTime", (run.endedAt() == null ? run.startedAt() : run.endedAt()).toString());
    event.put("producer", PRODUCER);
    event.put("schemaURL", SCHEMA);
    event.put("job", Map.of("namespace", namespace, "name", run.experiment()));
    Map<String, Object> facets = new TreeMap<>();
    if (!run.parent().isEmpty()) {
      facets.put(
          "parent",
          Map.of(
              "_producer",
              PRODUCER,
              "_schemaURL",
              PARENT_SCHEMA,
              "run",
              Map.of("runId", uuid(run.parent())),
              "job",
              Map.of("namespace", namespace, "name", run.experiment())));
    }
    event.put("run", Map.of("runId", uuid(run.id()), "facets", facets));
    List<Object> inputs = new ArrayList<>();
    new TreeMap<>(run.inputs())
        .forEach((role, digest) -> inputs.add(dataset("data/" + role, digest.hex())));
    event.put("inputs", inputs);
    event.put(
        "outputs",
        versions.stream()
            .map(
                version ->
                    dataset(
                        "models/" + version.model() + "/" + version.number(),
                        version.manifest().hex()))
            .toList());
    return CanonicalJson.write(event);
  }

  private Map<String, Object> dataset(String name, String digest) {
    return Map.of(
        "namespace",
        namespace,
        "name",
        name,
        "facets",
        Map.of(
            "version",
            Map.of(
                "_producer",
                PRODUCER,
                "_schemaURL",
                VERSION_SCHEMA,
                "datasetVersion",
                "sha256:" + digest)));
  }

  /** Our ids are UUIDs without hyphens; one that a caller chose gives the same UUID each time. */
  private static String uuid(String id) {
    return HEX.matcher(id).matches()
        ? String.join(
            "-",
            id.substring(0, 8),
            id.substring(8, 12),
            id.substring(12, 16),
            id.substring(16, 20),
            id.substring(20))
        : UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
