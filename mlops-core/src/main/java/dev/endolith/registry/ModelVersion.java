package dev.endolith.registry;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.data.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A registered version: facts that never change, and the state at the time of reading. Immutable.
 *
 * @param model the model's name
 * @param number its number, from 1, dense, never used again
 * @param key the caller's idempotency key, empty if none was given
 * @param status what may change about it, as it was when it was read
 * @param manifest the digest over format, schema and attachments: its identity
 * @param format the name of the model format
 * @param schema the schema that it was trained with
 * @param attachments its blobs, sorted by name; one of them is {@link Attachment#MODEL}
 * @param metrics what it was judged with before registration, by metric name
 * @param parameters what it was trained with, as text
 * @param datasets the fingerprints of the data it saw, by role, for example {@code training}
 * @param run the id of the run that made it, empty if none
 * @param parent the version it was trained to replace, 0 if none
 * @param registeredDescription the text for people that it was registered with
 * @param createdBy who registered it
 * @param createdAt when, by the workspace's clock
 */
public record ModelVersion(
    String model,
    long number,
    String key,
    VersionStatus status,
    Digest manifest,
    String format,
    Schema schema,
    List<Attachment> attachments,
    Map<String, Double> metrics,
    Map<String, String> parameters,
    Map<String, Digest> datasets,
    String run,
    long parent,
    String registeredDescription,
    String createdBy,
    Instant createdAt) {
  /**
   * Copies the collections.
   *
   * @param model the model's name
   * @param number its number, from 1, dense, never used again
   * @param key the caller's idempotency key, empty if none was given
   * @param status what may change about it, as it was when it was read
   * @param manifest the digest over format, schema and attachments: its identity
   * @param format the name of the model format
   * @param schema the schema that it was trained with
   * @param attachments its blobs, sorted by name; one of them is {@link Attachment#MODEL}
   * @param metrics what it was judged with before registration, by metric name
   * @param parameters what it was trained with, as text
   * @param datasets the fingerprints of the data it saw, by role, for example {@code training}
   * @param run the id of the run that made it, empty if none
   * @param parent the version it was trained to replace, 0 if none
   * @param registeredDescription the text for people that it was registered with
   * @param createdBy who registered it
   * @param createdAt when, by the workspace's clock
   */
  public ModelVersion {
    attachments = List.copyOf(attachments);
    metrics = Map.copyOf(metrics);
    parameters = Map.copyOf(parameters);
    datasets = Map.copyOf(datasets);
  }

  /**
   * A blob of this version.
   *
   * @param name the attachment's name
   * @return the attachment, empty if there is none of that name
   */
  public Optional<Attachment> attachment(String name) {
    return attachments.stream().filter(a -> a.name().equals(name)).findFirst();
  }

  /**
   * How far it had come when it was read.
   *
   * @return its state
   */
  public VersionState state() {
    return status.state();
  }

  /**
   * What it is, for people.
   *
   * @return the text as it was when it was read
   */
  public String description() {
    String changed = status.description();
    return changed == null ? registeredDescription : changed;
  }

  /**
   * The same version with another status.
   *
   * @param next the status
   * @return the version
   */
  public ModelVersion with(VersionStatus next) {
    return new ModelVersion(
        model,
        number,
        key,
        next,
        manifest,
        format,
        schema,
        attachments,
        metrics,
        parameters,
        datasets,
        run,
        parent,
        registeredDescription,
        createdBy,
        createdAt);
  }

  /** The identity of a version's content: not its number, name, metrics or time. */
  static Digest manifest(String format, Schema schema, List<Attachment> attachments) {
    List<Map<String, Object>> members =
        attachments.stream()
            .map(
                a ->
                    Map.<String, Object>of(
                        "name", a.name(),
                        "mediaType", a.mediaType(),
                        "sha256", a.digest().hex(),
                        "size", a.size()))
            .toList();
    Map<String, Object> identity = new TreeMap<>();
    identity.put("v", 1);
    identity.put("format", format);
    identity.put("members", members);
    identity.put("schemaDigest", schema.digest().hex());
    return Digest.ofText(CanonicalJson.write(identity));
  }

  /** Whether the manifest is that of the format, the schema and the attachments. */
  boolean manifestFits() {
    return manifest.equals(manifest(format, schema, attachments));
  }

  /** The digest of everything that never changes and is not in the manifest. */
  Digest facts() {
    Map<String, Object> facts = new TreeMap<>();
    facts.put("createdAt", createdAt.toString());
    facts.put("createdBy", createdBy);
    facts.put("datasets", datasets);
    facts.put("description", registeredDescription);
    facts.put("key", key);
    facts.put("metrics", metrics);
    facts.put("model", model);
    facts.put("number", number);
    facts.put("parameters", parameters);
    facts.put("parent", parent);
    facts.put("run", run);
    return Digest.ofText(CanonicalJson.write(facts));
  }

  /**
   * Name and number, for messages.
   *
   * @return for example {@code subscribes v3}
   */
  public String label() {
    return model + " v" + number;
  }
}
