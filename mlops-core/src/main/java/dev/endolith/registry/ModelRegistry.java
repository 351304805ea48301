package dev.endolith.registry;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where versions, aliases and audit records are kept. SPI: users call {@link Models}. Thread-safe.
 *
 * <p>A store is done when {@code dev.endolith.tck.ModelRegistryContract} passes. All rules are in
 * {@link CommitRules}; a store brings exclusive transactions and durability.
 */
public interface ModelRegistry extends AutoCloseable {
  /** What a store can do beyond the rules that hold for all. */
  enum Capability {
    /** What was committed is there after closing and opening again. */
    DURABLE,
    /** Several processes may open the store at a time. */
    MULTI_PROCESS
  }

  /**
   * Carries out changes in one transaction: all of them, with their audit records, or none. When it
   * returns they are durable if the store is.
   *
   * @param changes the changes
   * @return what was written
   * @throws dev.endolith.error.ConflictException if an alias or document is not at the expected
   *     generation
   * @throws dev.endolith.error.NotFoundException if a version does not exist
   * @throws dev.endolith.error.StorageException if the store cannot write; nothing is visible
   * @throws IllegalStateException if a rule of states forbids a change
   */
  Committed commit(Changes changes);

  /**
   * A version.
   *
   * @param model the model's name
   * @param number its number
   * @return the version, empty if there is none
   */
  Optional<ModelVersion> version(String model, long number);

  /**
   * A page of a model's versions, newest first.
   *
   * @param model the model's name
   * @param before only versions with a smaller number; {@link Long#MAX_VALUE} for the first page
   * @param limit how many at most, from 1
   * @return the versions, empty for an unknown model
   */
  List<ModelVersion> versions(String model, long before, int limit);

  /**
   * Where an alias points.
   *
   * @param model the model's name
   * @param alias the alias
   * @return its last move, empty if it never existed
   */
  Optional<Alias> alias(String model, String alias);

  /**
   * All moves of an alias.
   *
   * @param model the model's name
   * @param alias the alias
   * @return its moves by generation, oldest first
   */
  List<Alias> history(String model, String alias);

  /**
   * A page of a model's audit records, oldest first.
   *
   * @param model the model's name
   * @param after only records with a greater sequence; 0 for the first page
   * @param limit how many at most, from 1
   * @return the records
   */
  List<AuditRecord> audit(String model, long after, int limit);

  /**
   * The names of all models.
   *
   * @return the names in alphabetical order
   */
  List<String> models();

  /**
   * What this store can do.
   *
   * @return its capabilities
   */
  Set<Capability> capabilities();

  /** Frees what the store holds. */
  @Override
  default void close() {}
}
