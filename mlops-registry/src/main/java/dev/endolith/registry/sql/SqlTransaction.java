package dev.endolith.registry.sql;

import dev.endolith.data.CanonicalJson;
import dev.endolith.event.Event;
import dev.endolith.registry.Alias;
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
  public Optional<AuditRecord> auditHead(String model) {
    return Rows.auditHead(handle, model);
  }

  @Override
  public Optional<Document> document(String name) {
    return Rows.document(handle, name);
  }

  @Override
  public void put(RegisteredModel model) {
    handle
        .createUpdate(
            "INSERT INTO endolith_model (name, last_number, description, tags, governance, deleted)"
                + " VALUES (:name, :number, :description, :tags, :governance, :deleted)"
                + " ON CONFLICT (name) DO UPDATE SET last_number = excluded.last_number,"
                + " description = excluded.description, tags = excluded.tags,"
                + " governance = excluded.governance, deleted = excluded.deleted")
        .bind("name", model.name())
        .bind("number", model.lastNumber())
        .bind("description", model.description())
        .bind("tags", CanonicalJson.write(model.tags()))
        .bind(
            "governance",
            model.governance().equals(Governance.NONE)
                ? null
                : CanonicalJson.write(model.governance()))
        .bind("deleted", model.deleted() ? 1 : 0)
        .execute();
  }

  @Override
  public void insert(ModelVersion version) {
    handle
        .createUpdate(
            "INSERT INTO endolith_version (model, number, idempotency_key, state, manifest, format, schema,"
                + " facts, run, parent, description, created_by, created_at, readiness, deleted,"
                + " status)"
                + " VALUES (:model, :number, :key, :state, :manifest, :format, :schema,"
                + " :facts, :run, :parent, :description, :createdBy, :createdAt, :readiness, 0,"
                + " :status)")
        .bind("model", version.model())
        .bind("number", version.number())
        .bind("key", version.key())
        .bind("state", version.state().name())
        .bind("manifest", version.manifest().hex())
        .bind("format", version.format())
        .bind("schema", version.schema().toJson())
        .bind(
            "facts",
            CanonicalJson.write(
                new Rows.Facts(
                    version.attachments(),
                    version.metrics(),
                    version.parameters(),
                    version.datasets())))
        .bind("run", version.run())
        .bind("parent", version.parent())
        .bind("description", version.registeredDescription())
        .bind("readiness", version.status().readiness().name())
        .bind("status", status(version.status()))
        .bind("createdBy", version.createdBy())
        .bind("createdAt", Columns.micros(version.createdAt()))
        .execute();
  }

  @Override
  public void update(ModelVersion version) {
    handle
        .createUpdate(
            "UPDATE endolith_version SET state = :state, readiness = :readiness, deleted = :deleted,"
                + " status = :status WHERE model = :model AND number = :number")
        .bind("state", version.state().name())
        .bind("readiness", version.status().readiness().name())
        .bind("deleted", version.status().deleted() ? 1 : 0)
        .bind("status", status(version.status()))
        .bind("model", version.model())
        .bind("number", version.number())
        .execute();
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
    handle
        .createUpdate(
            "INSERT INTO endolith_alias_move (model, alias, generation, version, at, actor, reason)"
                + " VALUES (:model, :alias, :generation, :version, :at, :actor, :reason)")
        .bind("model", alias.model())
        .bind("alias", alias.name())
        .bind("generation", alias.generation())
        .bind("version", alias.version())
        .bind("at", Columns.micros(alias.at()))
        .bind("actor", alias.actor())
        .bind("reason", alias.reason())
        .execute();
    handle
        .createUpdate(
            "INSERT INTO endolith_alias (model, alias, generation, version, at, actor, reason)"
                + " VALUES (:model, :alias, :generation, :version, :at, :actor, :reason)"
                + " ON CONFLICT (model, alias) DO UPDATE SET generation = excluded.generation,"
                + " version = excluded.version, at = excluded.at, actor = excluded.actor,"
                + " reason = excluded.reason")
        .bind("model", alias.model())
        .bind("alias", alias.name())
        .bind("generation", alias.generation())
        .bind("version", alias.version())
        .bind("at", Columns.micros(alias.at()))
        .bind("actor", alias.actor())
        .bind("reason", alias.reason())
        .execute();
  }

  @Override
  public void insert(AuditRecord record) {
    handle
        .createUpdate(
            "INSERT INTO endolith_audit (model, sequence, at, actor, action, reason, facts, previous, digest)"
                + " VALUES (:model, :sequence, :at, :actor, :action, :reason, :facts, :previous,"
                + " :digest)")
        .bind("model", record.model())
        .bind("sequence", record.sequence())
        .bind("at", Columns.micros(record.at()))
        .bind("actor", record.actor())
        .bind("action", record.action())
        .bind("reason", record.reason())
        .bind("facts", CanonicalJson.write(record.facts()))
        .bind("previous", record.previous().hex())
        .bind("digest", record.digest().hex())
        .execute();
  }

  @Override
  public void put(Document document) {
    handle
        .createUpdate(
            "INSERT INTO endolith_document (name, revision, json) VALUES (:name, :revision, :json)"
                + " ON CONFLICT (name) DO UPDATE"
                + " SET revision = excluded.revision, json = excluded.json")
        .bind("name", document.name())
        .bind("revision", document.revision())
        .bind("json", document.json())
        .execute();
  }

  @Override
  public void insert(Event event) {
    handle
        .createUpdate("INSERT INTO endolith_outbox (event) VALUES (:event)")
        .bind("event", EventJson.write(event))
        .execute();
  }
}
