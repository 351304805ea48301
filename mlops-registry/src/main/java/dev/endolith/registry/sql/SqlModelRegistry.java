package dev.endolith.registry.sql;

import dev.endolith.error.NotFoundException;
import dev.endolith.query.Page;
import dev.endolith.query.Query;
import dev.endolith.registry.Alias;
import dev.endolith.registry.AliasField;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.Change;
import dev.endolith.registry.Changes;
import dev.endolith.registry.CommitRules;
import dev.endolith.registry.Committed;
import dev.endolith.registry.ModelField;
import dev.endolith.registry.ModelHistory;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Names;
import dev.endolith.registry.RegisteredModel;
import dev.endolith.registry.VersionField;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** Versions, aliases and audit records in SQL. */
final class SqlModelRegistry implements ModelRegistry {
  private final SqlDatabase database;
  private final ArtifactStore artifacts;
  private final CommitRules rules;

  SqlModelRegistry(SqlDatabase database, ArtifactStore artifacts, CommitRules rules) {
    this.database = database;
    this.artifacts = artifacts;
    this.rules = rules;
  }

  @Override
  public Committed commit(Changes changes) {
    Set<String> locks = new TreeSet<>();
    for (Change change : changes.changes()) {
      change.blobs().forEach(this::requireBlob);
      locks.add(
          change instanceof Change.PutDocument put
              ? "document/" + put.name()
              : "model/" + change.subject());
    }
    return database.write(
        "commit", locks, handle -> rules.apply(changes, new SqlTransaction(handle)));
  }

  /**
   * Before the transaction, which so holds its lock for less: a blob that is pinned is not
   * collected for a day, whatever refers to it.
   */
  private void requireBlob(Attachment attachment) {
    OptionalLong size = artifacts.pin(attachment.digest());
    if (size.isEmpty()) {
      throw new NotFoundException(
          "blob",
          attachment.digest().hex(),
          "attachment '"
              + attachment.name()
              + "' is blob "
              + attachment.digest()
              + ", which is not in the artifact store; put it there before registering");
    }
    if (size.getAsLong() != attachment.size()) {
      throw new IllegalArgumentException(
          "attachment '"
              + attachment.name()
              + "' must have the size of its blob, "
              + size.getAsLong()
              + ", was "
              + attachment.size());
    }
  }

  @Override
  public Optional<ModelVersion> version(String model, long number) {
    if (!Names.isName(model)) {
      return Optional.empty();
    }
    return database.read("version", handle -> Rows.version(handle, model, number));
  }

  @Override
  public List<ModelVersion> versions(String model, long before, int limit) {
    if (!Names.isName(model)) {
      return List.of();
    }
    return database.read("versions", handle -> Rows.versions(handle, model, before, limit));
  }

  @Override
  public Page<ModelVersion> versions(Query<VersionField> query) {
    return database.read(
        "search versions", handle -> Rows.versions(handle, database.dialect(), query));
  }

  @Override
  public Page<RegisteredModel> models(Query<ModelField> query) {
    return database.read("search models", handle -> Rows.models(handle, database.dialect(), query));
  }

  @Override
  public Page<Alias> aliases(Query<AliasField> query) {
    return database.read(
        "search aliases", handle -> Rows.aliases(handle, database.dialect(), query));
  }

  @Override
  public Optional<Alias> alias(String model, String alias) {
    if (!Names.isName(model) || !Names.isName(alias)) {
      return Optional.empty();
    }
    return database.read("alias", handle -> Rows.alias(handle, model, alias));
  }

  @Override
  public List<Alias> history(String model, String alias) {
    if (!Names.isName(model) || !Names.isName(alias)) {
      return List.of();
    }
    return database.read("history", handle -> Rows.history(handle, model, alias));
  }

  @Override
  public List<AuditRecord> audit(String model, long after, int limit) {
    if (!Names.isName(model)) {
      return List.of();
    }
    return database.read("audit", handle -> Rows.audit(handle, model, after, limit));
  }

  @Override
  public List<String> models() {
    return database.read("models", Rows::modelNames);
  }

  /** In one snapshot, which nobody who writes waits for. */
  @Override
  public ModelHistory history(String model) {
    return database.snapshot(
        "history",
        handle -> {
          SqlDatabase within = new BoundDatabase(handle.getConnection(), database.dialect());
          return ModelHistory.read(new SqlModelRegistry(within, artifacts, rules), model);
        });
  }

  @Override
  public Set<Capability> capabilities() {
    return EnumSet.allOf(Capability.class);
  }
}
