package dev.endolith.registry;

import dev.endolith.data.Digest;
import dev.endolith.data.Schema;
import dev.endolith.event.Alert;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
   * @param tags its tags
   * @param pending whether it cannot be used until it is resolved
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
      String description,
      Map<String, String> tags,
      boolean pending)
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

  /**
   * Tells of an alert, so that it is told if and only if what else is committed is: it goes the way
   * of all events, to listeners and through the outbox to whoever subscribed. It leaves no audit
   * record, as it changes nothing.
   *
   * @param alert the alert
   */
  record RaiseAlert(Alert alert) implements Change {}

  /**
   * Says how the gates of a pending version ended.
   *
   * @param model the model's name
   * @param version its number
   * @param ready whether it can be used
   * @param why why not, empty if it can
   */
  record Resolve(String model, long version, boolean ready, String why) implements Change {}

  /**
   * Changes description and tags.
   *
   * @param model the model's name
   * @param version the version's number, 0 for the model itself
   * @param description the new text, null to leave it
   * @param set tags to set
   * @param remove names of tags to remove
   */
  record Annotate(
      String model,
      long version,
      @Nullable String description,
      Map<String, String> set,
      Set<String> remove)
      implements Change {}

  /**
   * Records what the actor decided about a version.
   *
   * @param model the model's name
   * @param version its number
   * @param approved whether it may serve
   * @param evidence what the decision rests on; the blobs are already in the artifact store
   */
  record Approve(String model, long version, boolean approved, List<Attachment> evidence)
      implements Change {}

  /**
   * Adds a signed statement to a version.
   *
   * @param model the model's name
   * @param version its number
   * @param kind what it is about
   * @param bundle the blob that holds it, already in the artifact store
   */
  record Attest(String model, long version, Attestation.Kind kind, Attachment bundle)
      implements Change {}

  /**
   * Takes a version or a model out of sight, or brings it back. Nothing is lost, and no number is
   * used again.
   *
   * @param model the model's name
   * @param version the version's number, 0 for the model itself
   * @param deleted whether it is to be out of sight
   */
  record Delete(String model, long version, boolean deleted) implements Change {}

  /**
   * Says who may do what with a model; creates the model where there is none.
   *
   * @param model the model's name
   * @param governance the rules
   */
  record Govern(String model, Governance governance) implements Change {}

  /**
   * Takes in a model with all that ever happened to it, as it was kept elsewhere: numbers, times,
   * generations and audit records stay what they were, and nothing is added to its records. The
   * model must not be here yet; where exactly this history is, nothing changes. Its blobs are
   * already in the artifact store.
   *
   * <p>The history is checked against its own audit records, which prove that it is whole, and not
   * who wrote it: that is for the caller to know, for example from a signature.
   *
   * @param history the model and its history
   */
  record Adopt(ModelHistory history) implements Change {}

  /**
   * The model that the change is about.
   *
   * @return its name, empty for a document
   */
  default String subject() {
    if (this instanceof Register change) {
      return change.model();
    } else if (this instanceof MoveAlias change) {
      return change.model();
    } else if (this instanceof Transition change) {
      return change.model();
    } else if (this instanceof RaiseAlert change) {
      return change.alert().model();
    } else if (this instanceof Resolve change) {
      return change.model();
    } else if (this instanceof Annotate change) {
      return change.model();
    } else if (this instanceof Approve change) {
      return change.model();
    } else if (this instanceof Attest change) {
      return change.model();
    } else if (this instanceof Delete change) {
      return change.model();
    } else if (this instanceof Govern change) {
      return change.model();
    } else if (this instanceof Adopt change) {
      return change.history().model().name();
    }
    return "";
  }

  /**
   * The blobs that the change refers to, which must be in the artifact store.
   *
   * @return the blobs
   */
  default List<Attachment> blobs() {
    if (this instanceof Register change) {
      return change.attachments();
    } else if (this instanceof Approve change) {
      return change.evidence();
    } else if (this instanceof Attest change) {
      return List.of(change.bundle());
    } else if (this instanceof Adopt change) {
      return change.history().blobs();
    }
    return List.of();
  }
}
