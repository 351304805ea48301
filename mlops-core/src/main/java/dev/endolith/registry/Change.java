package dev.endolith.registry;

import dev.endolith.data.Digest;
import dev.endolith.data.Schema;
import java.util.List;
import java.util.Map;

/** One change of a registry; see {@link Changes}. */
public sealed interface Change {
  /**
   * Registers a version. Its blobs are already in the artifact store.
   *
   * @param model the model's name
   * @param key the caller's idempotency key, empty for none
   * @param format the name of the model format
   * @param schema the schema that the model was trained with
   * @param attachments its blobs; one is {@link Attachment#MODEL}
   * @param metrics what it was judged with
   * @param parameters what it was trained with
   * @param datasets fingerprints of the data it saw, by role
   * @param run the id of the run that made it, empty for none
   * @param parent the version it is to replace, 0 for none
   * @param description a text for people
   */
  record Register(
      String model,
      String key,
      String format,
      Schema schema,
      List<Attachment> attachments,
      Map<String, Double> metrics,
      Map<String, String> parameters,
      Map<String, Digest> datasets,
      String run,
      long parent,
      String description)
      implements Change {}

  /**
   * Moves an alias by compare-and-set.
   *
   * @param model the model's name
   * @param alias the alias
   * @param expectedGeneration the generation that the caller has seen, 0 if the alias never existed
   * @param version the version to point to, 0 to remove the alias
   */
  record MoveAlias(String model, String alias, long expectedGeneration, long version)
      implements Change {}

  /**
   * Moves a version to another state.
   *
   * @param model the model's name
   * @param version its number
   * @param to the new state
   */
  record Transition(String model, long version, VersionState to) implements Change {}

  /**
   * Writes a document of {@link StateStore} by compare-and-set, so that a loop's own state changes
   * together with what it decided.
   *
   * @param name the document's name
   * @param expectedRevision the revision that the caller has seen, 0 if it never existed
   * @param json the new content
   */
  record PutDocument(String name, long expectedRevision, String json) implements Change {}
}
