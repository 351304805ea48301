package dev.endolith.registry.sql;

import dev.endolith.data.CanonicalJson;
import dev.endolith.event.Event;
import dev.endolith.registry.Alias;
import dev.endolith.registry.AuditHead;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.Document;
import dev.endolith.registry.EventJson;
import dev.endolith.registry.Governance;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.RegisteredModel;
import dev.endolith.registry.RegistryTransaction;
import dev.endolith.registry.VersionStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The registry's rows as one write transaction sees and changes them. */
final class SqlTransaction implements RegistryTransaction {
  private final Handle handle;

  SqlTransaction(Handle handle) {
    this.handle = handle;
  }

  @Override
  public Optional<RegisteredModel> model(String name) {
    return Rows.model(handle, name);
  }

  @Override
  public Optional<ModelVersion> version(String model, long number) {
    return Rows.version(handle, model, number);
  }

  @Override
  public Optional<ModelVersion> versionOfKey(String model, String key) {
    return Rows.versionOfKey(handle, model, key);
  }

  @Override
  public Optional<Alias> alias(String model, String alias) {
    return Rows.alias(handle, model, alias);
  }

  @Override
  public List<Alias> aliases(String model) {
    return Rows.aliases(handle, model);
  }

  @Override
  public Optional<AuditHead> auditHead(String model) {
    return Rows.auditHead(handle, model);
  }

  @Override
  public Optional<Document> document(String name) {
    return Rows.document(handle, name);
  }

  @Override
  public void put(RegisteredModel model) {
    update(
        "INSERT INTO endolith_model (name, last_number, description, tags, governance, deleted)"
            + " VALUES (?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (name) DO UPDATE SET last_number = excluded.last_number,"
            + " description = excluded.description, tags = excluded.tags,"
            + " governance = excluded.governance, deleted = excluded.deleted",
        model.name(),
        model.lastNumber(),
        model.description(),
        CanonicalJson.write(model.tags()),
        model.governance().equals(Governance.NONE) ? null : CanonicalJson.write(model.governance()),
        model.deleted() ? 1 : 0);
  }

  @Override
  public void insert(ModelVersion version) {
    update(
        "INSERT INTO endolith_version (model, number, idempotency_key, state, manifest, format,"
            + " schema, facts, run, parent, description, created_by, created_at, readiness,"
            + " deleted, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        version.model(),
        version.number(),
        version.key(),
        version.state().name(),
        version.manifest().hex(),
        version.format(),
        version.schema().toJson(),
        CanonicalJson.write(
            new Rows.Facts(
                version.attachments(),
                version.metrics(),
                version.parameters(),
                version.datasets())),
        version.run(),
        version.parent(),
        version.registeredDescription(),
        version.createdBy(),
        Columns.micros(version.createdAt()),
        version.status().readiness().name(),
        version.status().deleted() ? 1 : 0,
        status(version.status()));
  }

  @Override
  public void update(ModelVersion version) {
    update(
        "UPDATE endolith_version SET state = ?, readiness = ?, deleted = ?, status = ?"
            + " WHERE model = ? AND number = ?",
        version.state().name(),
        version.status().readiness().name(),
        version.status().deleted() ? 1 : 0,
        status(version.status()),
        version.model(),
        version.number());
  }

  /** NULL where the columns say all: most versions have nothing else. */
  private static @Nullable String status(VersionStatus status) {
    VersionStatus plain =
        new VersionStatus(
            status.state(),
            status.readiness(),
            "",
            null,
            Map.of(),
            List.of(),
            List.of(),
            status.deleted());
    return status.equals(plain) ? null : CanonicalJson.write(status);
  }

  @Override
  public void insert(Alias alias) {
    Object[] values = {
      alias.model(),
      alias.name(),
      alias.generation(),
      alias.version(),
      Columns.micros(alias.at()),
      alias.actor(),
      alias.reason()
    };
    update(
        "INSERT INTO endolith_alias_move (model, alias, generation, version, at, actor, reason)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
        values);
    update(
        "INSERT INTO endolith_alias (model, alias, generation, version, at, actor, reason)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (model, alias) DO UPDATE SET generation = excluded.generation,"
            + " version = excluded.version, at = excluded.at, actor = excluded.actor,"
            + " reason = excluded.reason",
        values);
  }

  @Override
  public void insert(AuditRecord record) {
    update(
        "INSERT INTO endolith_audit (model, sequence, at, actor, action, reason, facts, previous,"
            + " digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        record.model(),
        record.sequence(),
        Columns.micros(record.at()),
        record.actor(),
        record.action(),
        record.reason(),
        CanonicalJson.write(record.facts()),
        record.previous().hex(),
        record.digest().hex());
  }

  @Override
  public void put(Document document) {
    update(
        "INSERT INTO endolith_document (name, revision, json) VALUES (?, ?, ?)"
            + " ON CONFLICT (name) DO UPDATE"
            + " SET revision = excluded.revision, json = excluded.json",
        document.name(),
        document.revision(),
        document.json());
  }

  @Override
  public void insert(Event event) {
    update("INSERT INTO endolith_outbox (event) VALUES (?)", EventJson.write(event));
  }

  private void update(String sql, @Nullable Object... values) {
    PlainJdbc.update(handle, sql, values);
  }
}
