package dev.endolith.registry;

import dev.endolith.query.Page;
import dev.endolith.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where versions, aliases and audit records are kept. SPI: users call {@link Models}. Thread-safe.
 *
 * <p>A store implements the methods without a body; the others are there to be faster where a store
 * can. It is done when {@code dev.endolith.tck.ModelRegistryContract} passes. All rules are in
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
   * Searches versions.
   *
   * @param query which
   * @return a page, by model and newest first; {@link Positions} gives its {@link Page#next}
   * @throws IllegalArgumentException if the query goes on after what is no place
   */
  Page<ModelVersion> versions(Query<VersionField> query);

  /**
   * Searches models.
   *
   * @param query which
   * @return a page, in alphabetical order; {@link Page#next} is a name
   */
  Page<RegisteredModel> models(Query<ModelField> query);

  /**
   * Searches aliases as they stand now, among them those that were removed.
   *
   * @param query which
   * @return a page, by model and name; {@link Positions} gives its {@link Page#next}
   * @throws IllegalArgumentException if the query goes on after what is no place
   */
  Page<Alias> aliases(Query<AliasField> query);

  /**
   * A page of a model's versions, newest first.
   *
   * @param model the model's name
   * @param before only versions with a smaller number; {@link Long#MAX_VALUE} for the first page
   * @param limit how many at most, from 1
   * @return the versions, empty for an unknown model
   */
  default List<ModelVersion> versions(String model, long before, int limit) {
    if (!Names.isName(model)) {
      return List.of();
    }
    List<ModelVersion> versions = new ArrayList<>();
    Query<VersionField> query =
        Query.where(VersionField.MODEL.is(model).and(VersionField.NUMBER.below(before)))
            .limit(Math.min(limit, Query.MAX_LIMIT));
    while (true) {
      Page<ModelVersion> page = versions(query);
      versions.addAll(page.items());
      if (page.next().isEmpty() || versions.size() >= limit) {
        return List.copyOf(versions.subList(0, Math.min(limit, versions.size())));
      }
      query = query.after(page.next());
    }
  }

  /**
   * Where an alias points.
   *
   * @param model the model's name
   * @param alias the alias
   * @return its last move, empty if it never existed
   */
  default Optional<Alias> alias(String model, String alias) {
    if (!Names.isName(model) || !Names.isName(alias)) {
      return Optional.empty();
    }
    return aliases(Query.where(AliasField.MODEL.is(model).and(AliasField.NAME.is(alias))))
        .items()
        .stream()
        .findFirst();
  }

  /**
   * The names of all models.
   *
   * @return the names in alphabetical order
   */
  default List<String> models() {
    List<String> names = new ArrayList<>();
    Query<ModelField> query = Query.<ModelField>all().limit(Query.MAX_LIMIT);
    while (true) {
      Page<RegisteredModel> page = models(query);
      page.items().forEach(model -> names.add(model.name()));
      if (page.next().isEmpty()) {
        return List.copyOf(names);
      }
      query = query.after(page.next());
    }
  }

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
   * A model and all that ever happened to it. A store that can read everything as of one moment
   * overrides it; otherwise the model is read again while others write to it, some times.
   *
   * @param model the model's name
   * @return its history, which agrees with its audit records
   * @throws dev.endolith.error.NotFoundException if there is no such model
   * @throws dev.endolith.error.IntegrityException if the model does not agree with its audit
   *     records
   */
  default ModelHistory history(String model) {
    return ModelHistory.read(this, model);
  }

  /**
   * What this store can do.
   *
   * @return its capabilities, by default none
   */
  default Set<Capability> capabilities() {
    return Set.of();
  }

  /** Frees what the store holds. */
  @Override
  default void close() {}
}
