package dev.endolith.registry.sql;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.data.Schema;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.Document;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.VersionState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/*
 * Reads the registry's rows, for readers and within transactions. Every query is a lookup in an
 * index: none depends on how many versions or moves there are.
 */
final class Rows {
  /** Whatever follows is greater than every name; see Names for what a name is made of. */
  private static final String AFTER_ALL_NAMES = "\u007f";

  private static final RowMapper<ModelVersion> VERSION =
      Columns.checked(
          "version",
          (row, context) -> {
            Facts facts = CanonicalJson.read(row.getString("facts"), Facts.class);
            return new ModelVersion(
                row.getString("model"),
                row.getLong("number"),
                row.getString("idempotency_key"),
                VersionState.valueOf(row.getString("state")),
                Columns.digest(row, "manifest"),
                row.getString("format"),
                Schema.fromJson(row.getString("schema")),
                facts.attachments(),
                facts.metrics(),
                facts.parameters(),
                facts.datasets(),
                row.getString("run"),
                row.getLong("parent"),
                row.getString("description"),
                row.getString("created_by"),
                Columns.instant(row, "created_at"));
          });

  private static final RowMapper<Alias> ALIAS =
      (row, context) ->
          new Alias(
              row.getString("model"),
              row.getString("alias"),
              row.getLong("version"),
              row.getLong("generation"),
              Columns.instant(row, "at"),
              row.getString("actor"),
              row.getString("reason"));

  private static final RowMapper<AuditRecord> AUDIT =
      Columns.checked(
          "audit record",
          (row, context) ->
              new AuditRecord(
                  row.getString("model"),
                  row.getLong("sequence"),
                  Columns.instant(row, "at"),
                  row.getString("actor"),
                  row.getString("action"),
                  row.getString("reason"),
                  Columns.texts(row.getString("facts")),
                  Columns.digest(row, "previous"),
                  Columns.digest(row, "digest")));

  private Rows() {}

  /** What is known about a version and kept as one text. */
  record Facts(
      List<Attachment> attachments,
      Map<String, Double> metrics,
      Map<String, String> parameters,
      Map<String, Digest> datasets) {}

  static Optional<ModelVersion> version(Handle handle, String model, long number) {
    return handle
        .createQuery("SELECT * FROM version WHERE model = :model AND number = :number")
        .bind("model", model)
        .bind("number", number)
        .map(VERSION)
        .findOne();
  }

  static Optional<ModelVersion> versionOfKey(Handle handle, String model, String key) {
    return handle
        .createQuery(
            "SELECT * FROM version"
                + " WHERE model = :model AND idempotency_key = :key AND idempotency_key <> ''")
        .bind("model", model)
        .bind("key", key)
        .map(VERSION)
        .findOne();
  }

  static List<ModelVersion> versions(Handle handle, String model, long before, int limit) {
    return handle
        .createQuery(
            "SELECT * FROM version WHERE model = :model AND number < :before"
                + " ORDER BY number DESC LIMIT :limit")
        .bind("model", model)
        .bind("before", before)
        .bind("limit", limit)
        .map(VERSION)
        .list();
  }

  static long lastNumber(Handle handle, String model) {
    return handle
        .createQuery("SELECT last_number FROM model WHERE name = :model")
        .bind("model", model)
        .mapTo(Long.class)
        .findOne()
        .orElse(0L);
  }

  static List<String> models(Handle handle) {
    return handle.createQuery("SELECT name FROM model ORDER BY name").mapTo(String.class).list();
  }

  static Optional<Alias> alias(Handle handle, String model, String alias) {
    return handle
        .createQuery(
            "SELECT * FROM alias_move WHERE model = :model AND alias = :alias"
                + " ORDER BY generation DESC LIMIT 1")
        .bind("model", model)
        .bind("alias", alias)
        .map(ALIAS)
        .findOne();
  }

  static List<Alias> history(Handle handle, String model, String alias) {
    return handle
        .createQuery(
            "SELECT * FROM alias_move WHERE model = :model AND alias = :alias ORDER BY generation")
        .bind("model", model)
        .bind("alias", alias)
        .map(ALIAS)
        .list();
  }

  /**
   * Steps from alias to alias in the index, past all moves but the last of each; CROSS JOIN keeps
   * SQLite from going through the moves instead.
   */
  static List<Alias> aliases(Handle handle, String model) {
    return handle
        .createQuery(
            "WITH RECURSIVE known (alias) AS ("
                + " SELECT min(alias) FROM alias_move WHERE model = :model"
                + " UNION ALL"
                + " SELECT (SELECT min(alias) FROM alias_move"
                + " WHERE model = :model AND alias > known.alias)"
                + " FROM known WHERE known.alias IS NOT NULL)"
                + " SELECT m.* FROM known CROSS JOIN alias_move m ON m.model = :model"
                + " AND m.alias = known.alias AND m.generation ="
                + " (SELECT max(generation) FROM alias_move"
                + " WHERE model = :model AND alias = known.alias)"
                + " ORDER BY known.alias")
        .bind("model", model)
        .map(ALIAS)
        .list();
  }

  static List<AuditRecord> audit(Handle handle, String model, long after, int limit) {
    return handle
        .createQuery(
            "SELECT * FROM audit WHERE model = :model AND sequence > :after"
                + " ORDER BY sequence LIMIT :limit")
        .bind("model", model)
        .bind("after", after)
        .bind("limit", limit)
        .map(AUDIT)
        .list();
  }

  static Optional<AuditRecord> auditHead(Handle handle, String model) {
    return handle
        .createQuery("SELECT * FROM audit WHERE model = :model ORDER BY sequence DESC LIMIT 1")
        .bind("model", model)
        .map(AUDIT)
        .findOne();
  }

  static Optional<Document> document(Handle handle, String name) {
    return handle
        .createQuery("SELECT * FROM document WHERE name = :name")
        .bind("name", name)
        .map(
            (row, context) ->
                new Document(row.getString("name"), row.getLong("revision"), row.getString("json")))
        .findOne();
  }

  static List<String> documentNames(Handle handle, String prefix) {
    return handle
        .createQuery("SELECT name FROM document WHERE name >= :from AND name < :to ORDER BY name")
        .bind("from", prefix)
        .bind("to", prefix + AFTER_ALL_NAMES)
        .mapTo(String.class)
        .list();
  }
}
