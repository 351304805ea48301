package dev.endolith.registry;

import dev.endolith.data.Digest;
import dev.endolith.data.Schema;
import dev.endolith.model.TrainedModel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model that is to be registered, with what is known about it. Immutable; each {@code
 * with}-method answers a new candidate.
 */
public final class Candidate {
  private final String format;
  private final Schema schema;
  private final Map<String, Blob> blobs;
  private final Map<String, Double> metrics;
  private final Map<String, String> parameters;
  private final Map<String, Digest> datasets;
  private final String key;
  private final String run;
  private final long parent;
  private final String description;
  private final Map<String, String> tags;
  private final boolean pending;

  private Candidate(
      String format,
      Schema schema,
      Map<String, Blob> blobs,
      Map<String, Double> metrics,
      Map<String, String> parameters,
      Map<String, Digest> datasets,
      String key,
      String run,
      long parent,
      String description,
      Map<String, String> tags,
      boolean pending) {
    this.format = format;
    this.schema = schema;
    this.blobs = blobs;
    this.metrics = metrics;
    this.parameters = parameters;
    this.datasets = datasets;
    this.key = key;
    this.run = run;
    this.parent = parent;
    this.description = description;
    this.tags = tags;
    this.pending = pending;
  }

  /**
   * A candidate of stored bytes.
   *
   * @param format the name of the model format that reads them
   * @param schema the schema that the model was trained with
   * @param content the stored model
   * @return the candidate
   */
  public static Candidate of(String format, Schema schema, byte[] content) {
    return new Candidate(
        format,
        schema,
        Map.of(Attachment.MODEL, new Blob("application/octet-stream", content)),
        Map.of(),
        Map.of(),
        Map.of(),
        "",
        "",
        0,
        "",
        Map.of(),
        false);
  }

  /**
   * A candidate of a trained model, with its parameters.
   *
   * @param model the model
   * @param schema the schema that it was trained with
   * @return the candidate
   */
  public static Candidate of(TrainedModel<?, ?> model, Schema schema) {
    return of(model.format(), schema, model.content()).withParameters(model.parameters());
  }

  /**
   * Adds a blob.
   *
   * @param name its name, of the form of {@link Names}; not {@link Attachment#MODEL}
   * @param mediaType what it is
   * @param content its content
   * @return a new candidate
   */
  public Candidate withAttachment(String name, String mediaType, byte[] content) {
    Names.check("attachment", name);
    if (name.equals(Attachment.MODEL)) {
      throw new IllegalArgumentException("the attachment '" + name + "' is the model itself");
    }
    Map<String, Blob> changed = new LinkedHashMap<>(blobs);
    changed.put(name, new Blob(mediaType, content));
    return copy(
        changed, metrics, parameters, datasets, key, run, parent, description, tags, pending);
  }

  /**
   * Says what the model was judged with.
   *
   * @param values values by metric name
   * @return a new candidate
   */
  public Candidate withMetrics(Map<String, Double> values) {
    return copy(blobs, values, parameters, datasets, key, run, parent, description, tags, pending);
  }

  /**
   * Says what the model was trained with.
   *
   * @param values parameters as text
   * @return a new candidate
   */
  public Candidate withParameters(Map<String, String> values) {
    return copy(blobs, metrics, values, datasets, key, run, parent, description, tags, pending);
  }

  /**
   * Says which data the model saw.
   *
   * @param role the data's role, for example {@code training}
   * @param fingerprint its fingerprint
   * @return a new candidate
   */
  public Candidate withDataset(String role, Digest fingerprint) {
    Map<String, Digest> changed = new LinkedHashMap<>(datasets);
    changed.put(role, fingerprint);
    return copy(blobs, metrics, parameters, changed, key, run, parent, description, tags, pending);
  }

  /**
   * Makes registering idempotent: a second registration under the same key answers the first
   * version.
   *
   * @param idempotencyKey the key, at most 200 characters
   * @return a new candidate
   */
  public Candidate withKey(String idempotencyKey) {
    if (idempotencyKey.length() > 200) {
      throw new IllegalArgumentException(
          "an idempotency key has at most 200 characters, had " + idempotencyKey.length());
    }
    return copy(
        blobs,
        metrics,
        parameters,
        datasets,
        idempotencyKey,
        run,
        parent,
        description,
        tags,
        pending);
  }

  /**
   * Names the run that made the model.
   *
   * @param id the run's id
   * @return a new candidate
   */
  public Candidate withRun(String id) {
    return copy(blobs, metrics, parameters, datasets, key, id, parent, description, tags, pending);
  }

  /**
   * Names the version that this one is to replace.
   *
   * @param number the version's number, 0 for none
   * @return a new candidate
   */
  public Candidate withParent(long number) {
    return copy(blobs, metrics, parameters, datasets, key, run, number, description, tags, pending);
  }

  /**
   * Describes the model to people.
   *
   * @param text the description, at most 10 000 characters
   * @return a new candidate
   */
  public Candidate withDescription(String text) {
    if (text.length() > 10_000) {
      throw new IllegalArgumentException(
          "a description has at most 10000 characters, had " + text.length());
    }
    return copy(blobs, metrics, parameters, datasets, key, run, parent, text, tags, pending);
  }

  private Candidate copy(
      Map<String, Blob> blobs,
      Map<String, Double> metrics,
      Map<String, String> parameters,
      Map<String, Digest> datasets,
      String key,
      String run,
      long parent,
      String description,
      Map<String, String> tags,
      boolean pending) {
    return new Candidate(
        format,
        schema,
        blobs,
        Map.copyOf(new TreeMap<>(metrics)),
        Map.copyOf(parameters),
        datasets,
        key,
        run,
        parent,
        description,
        Map.copyOf(tags),
        pending);
  }

  /**
   * Tags the version.
   *
   * @param values tags by name
   * @return a new candidate
   */
  public Candidate withTags(Map<String, String> values) {
    return copy(
        blobs, metrics, parameters, datasets, key, run, parent, description, values, pending);
  }

  /**
   * Registers the version as pending: it cannot be used before {@link Models#ready}, so that gates
   * can run on what is registered.
   *
   * @return a new candidate
   */
  public Candidate asPending() {
    return copy(blobs, metrics, parameters, datasets, key, run, parent, description, tags, true);
  }

  String format() {
    return format;
  }

  /** Stores the blobs and answers the change that registers this candidate. */
  Change.Register stored(String model, ArtifactStore artifacts) {
    var attachments =
        new TreeMap<>(blobs)
            .entrySet().stream()
                .map(
                    e ->
                        new Attachment(
                            e.getKey(),
                            e.getValue().mediaType(),
                            e.getValue().content().length,
                            artifacts.put(e.getValue().content())))
                .toList();
    return new Change.Register(
        model,
        key,
        format,
        schema,
        attachments,
        metrics,
        parameters,
        datasets,
        run,
        parent,
        description,
        tags,
        pending);
  }

  @SuppressWarnings("ArrayRecordComponent") // a pair that never leaves this class
  private record Blob(String mediaType, byte[] content) {}
}
