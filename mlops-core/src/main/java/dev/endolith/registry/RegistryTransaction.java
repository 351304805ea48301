package dev.endolith.registry;

import dev.endolith.event.Event;
import java.util.List;
import java.util.Optional;

/**
 * What {@link CommitRules#apply} needs of a store within one exclusive transaction: to read the
 * current rows, and to write new ones. A store implements it over its own connection; it need not
 * check anything.
 */
public interface RegistryTransaction {
  /**
   * A model.
   *
   * @param name its name
   * @return the model, empty if nothing was ever said about it
   */
  Optional<RegisteredModel> model(String name);

  /**
   * A version.
   *
   * @param model the model's name
   * @param number its number
   * @return the version
   */
  Optional<ModelVersion> version(String model, long number);

  /**
   * The version that was registered under a key.
   *
   * @param model the model's name
   * @param key the key, not empty
   * @return the version
   */
  Optional<ModelVersion> versionOfKey(String model, String key);

  /**
   * The last move of an alias.
   *
   * @param model the model's name
   * @param alias the alias
   * @return the alias
   */
  default Optional<Alias> alias(String model, String alias) {
    return aliases(model).stream().filter(known -> known.name().equals(alias)).findFirst();
  }

  /**
   * Where the model's aliases point now.
   *
   * @param model the model's name
   * @return the last move of each alias
   */
  List<Alias> aliases(String model);

  /**
   * The end of the model's audit chain.
   *
   * @param model the model's name
   * @return number and digest of its last record
   */
  Optional<AuditHead> auditHead(String model);

  /**
   * A document.
   *
   * @param name its name
   * @return the document
   */
  Optional<Document> document(String name);

  /**
   * Writes a model, in place of its earlier form.
   *
   * @param model the model
   */
  void put(RegisteredModel model);

  /**
   * Writes a new version. Its model was written before.
   *
   * @param version the version
   */
  void insert(ModelVersion version);

  /**
   * Changes a version's status.
   *
   * @param version the version with its new status
   */
  void update(ModelVersion version);

  /**
   * Writes a move of an alias; earlier moves stay.
   *
   * @param alias the alias
   */
  void insert(Alias alias);

  /**
   * Writes an audit record.
   *
   * @param record the record
   */
  void insert(AuditRecord record);

  /**
   * Writes a document, in place of its earlier revision.
   *
   * @param document the document
   */
  void put(Document document);

  /**
   * Writes an event to the outbox, from which it is delivered after the commit; a store without one
   * does nothing.
   *
   * @param event the event
   */
  default void insert(Event event) {}
}
