package dev.endolith.registry.sql;

import dev.endolith.data.CanonicalJson;
import dev.endolith.registry.Alias;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.Document;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.RegistryTransaction;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The registry's rows as one write transaction sees and changes them. */
final class SqlTransaction implements RegistryTransaction {
  private final Handle handle;

  SqlTransaction(Handle handle) {
    this.handle = handle;
  }

  @Override
  public long lastNumber(String model) {
    return Rows.lastNumber(handle, model);
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
  public void insert(ModelVersion version) {
    handle
        .createUpdate(
            "INSERT INTO model (name, last_number) VALUES (:model, :number)"
                + " ON CONFLICT (name) DO UPDATE SET last_number = excluded.last_number")
        .bind("model", version.model())
        .bind("number", version.number())
        .execute();
    handle
        .createUpdate(
            "INSERT INTO version (model, number, idempotency_key, state, manifest, format, schema,"
                + " facts, run, parent, description, created_by, created_at)"
                + " VALUES (:model, :number, :key, :state, :manifest, :format, :schema,"
                + " :facts, :run, :parent, :description, :createdBy, :createdAt)")
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
        .bind("description", version.description())
        .bind("createdBy", version.createdBy())
        .bind("createdAt", Columns.micros(version.createdAt()))
        .execute();
  }

  @Override
  public void update(ModelVersion version) {
    handle
        .createUpdate("UPDATE version SET state = :state WHERE model = :model AND number = :number")
        .bind("state", version.state().name())
        .bind("model", version.model())
        .bind("number", version.number())
        .execute();
  }

  @Override
  public void insert(Alias alias) {
    handle
        .createUpdate(
            "INSERT INTO alias_move (model, alias, generation, version, at, actor, reason)"
                + " VALUES (:model, :alias, :generation, :version, :at, :actor, :reason)")
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
            "INSERT INTO audit (model, sequence, at, actor, action, reason, facts, previous, digest)"
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
            "INSERT INTO document (name, revision, json) VALUES (:name, :revision, :json)"
                + " ON CONFLICT (name) DO UPDATE"
                + " SET revision = excluded.revision, json = excluded.json")
        .bind("name", document.name())
        .bind("revision", document.revision())
        .bind("json", document.json())
        .execute();
  }
}
