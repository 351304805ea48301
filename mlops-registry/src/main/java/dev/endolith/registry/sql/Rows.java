package dev.endolith.registry.sql;

import static java.util.Objects.requireNonNull;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.data.Schema;
import dev.endolith.query.Page;
import dev.endolith.query.Query;
import dev.endolith.query.QueryField;
import dev.endolith.registry.Alias;
import dev.endolith.registry.AliasField;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.AuditHead;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.Document;
import dev.endolith.registry.Governance;
import dev.endolith.registry.ModelField;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Positions;
import dev.endolith.registry.Readiness;
import dev.endolith.registry.RegisteredModel;
import dev.endolith.registry.VersionField;
import dev.endolith.registry.VersionState;
import dev.endolith.registry.VersionStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;

/*
 * Reads the registry's rows, for readers and within transactions. Every query is a lookup in an
 * index: none depends on how many versions or moves there are.
 */
final class Rows {
  /** Whatever follows is greater than every name; see Names for what a name is made of. */
  private static final String AFTER_ALL_NAMES = "\u007f";

  private static final RowReader<ModelVersion> VERSION =
      Columns.checked(
          "version",
          row -> {
            Facts facts = CanonicalJson.read(row.getString("facts"), Facts.class);
            return new ModelVersion(
                row.getString("model"),
                row.getLong("number"),
                row.getString("idempotency_key"),
                status(row),
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

  private static final RowReader<Alias> ALIAS =
      Columns.checked(
          "alias",
          row ->
              new Alias(
                  row.getString("model"),
                  row.getString("alias"),
                  row.getLong("version"),
                  row.getLong("generation"),
                  Columns.instant(row, "at"),
                  row.getString("actor"),
                  row.getString("reason")));

  private static final RowReader<AuditRecord> AUDIT =
      Columns.checked(
          "audit record",
          row ->
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

  private static final RowReader<AuditHead> AUDIT_HEAD =
      Columns.checked(
          "audit record",
          row -> new AuditHead(row.getLong("sequence"), Columns.digest(row, "digest")));

  private static final RowReader<RegisteredModel> MODEL =
      Columns.checked(
          "model",
          row -> {
            String governance = row.getString("governance");
            return new RegisteredModel(
                row.getString("name"),
                row.getLong("last_number"),
                row.getString("description"),
                Columns.texts(row.getString("tags")),
                governance == null
                    ? Governance.NONE
                    : CanonicalJson.read(governance, Governance.class),
                row.getInt("deleted") != 0);
          });

  private static final RowReader<Document> DOCUMENT =
      Columns.checked(
          "document",
          row ->
              new Document(row.getString("name"), row.getLong("revision"), row.getString("json")));

  private static final RowReader<String> NAME = row -> row.getString("name");

  private Rows() {}

  /** What stands in columns of its own, to be searched, is taken from there. */
  private static VersionStatus status(ResultSet row) throws SQLException {
    String json = row.getString("status");
    VersionStatus rest =
        json == null ? VersionStatus.DRAFT : CanonicalJson.read(json, VersionStatus.class);
    return new VersionStatus(
        new VersionState(row.getString("state")),
        Readiness.valueOf(row.getString("readiness")),
        rest.failure(),
        rest.description(),
        rest.tags(),
        rest.approvals(),
        rest.attestations(),
        row.getInt("deleted") != 0);
  }

  /** What is known about a version and kept as one text. */
  record Facts(
      List<Attachment> attachments,
      Map<String, Double> metrics,
      Map<String, String> parameters,
      Map<String, Digest> datasets) {
    /** A text that was changed may lack a part, which would be read as null. */
    Facts {
      for (Attachment attachment : attachments) {
        requireNonNull(attachment.name());
        requireNonNull(attachment.mediaType());
        requireNonNull(attachment.digest());
      }
    }
  }

  static Optional<ModelVersion> version(Handle handle, String model, long number) {
    return PlainJdbc.first(
        handle,
        VERSION,
        "SELECT * FROM endolith_version WHERE model = ? AND number = ?",
        model,
        number);
  }

  static Optional<ModelVersion> versionOfKey(Handle handle, String model, String key) {
    return PlainJdbc.first(
        handle,
        VERSION,
        "SELECT * FROM endolith_version"
            + " WHERE model = ? AND idempotency_key = ? AND idempotency_key <> ''",
        model,
        key);
  }

  static List<ModelVersion> versions(Handle handle, String model, long before, int limit) {
    return PlainJdbc.list(
        handle,
        VERSION,
        "SELECT * FROM endolith_version WHERE model = ? AND number < ?"
            + " ORDER BY number DESC LIMIT ?",
        model,
        before,
        limit);
  }

  /**
   * The rest of the model in which the page before ended, then the models after it: each is a range
   * in the index, which one condition for both is not.
   */
  static Page<ModelVersion> versions(Handle handle, Dialect dialect, Query<VersionField> query) {
    if (query.after().isEmpty()) {
      return versions(handle, dialect, query, "", statement -> statement);
    }
    String model = Positions.model(query.after());
    long number = Positions.number(query.after());
    Page<ModelVersion> rest =
        versions(
            handle,
            dialect,
            query,
            " AND v.model = :model AND v.number < :number",
            statement -> statement.bind("model", model).bind("number", number));
    int missing = query.limit() - rest.items().size();
    if (!rest.next().isEmpty()) {
      return rest;
    }
    Query<VersionField> others = new Query<>(query.where(), Math.max(1, missing), "", false);
    Page<ModelVersion> more =
        versions(
            handle,
            dialect,
            others,
            " AND v.model > :model",
            statement -> statement.bind("model", model));
    List<ModelVersion> items = new ArrayList<>(rest.items());
    if (missing == 0) {
      return new Page<>(
          items,
          more.items().isEmpty() ? "" : Positions.of(items.get(items.size() - 1)),
          rest.total());
    }
    items.addAll(more.items());
    return new Page<>(items, more.next(), rest.total());
  }

  private static Page<ModelVersion> versions(
      Handle handle,
      Dialect dialect,
      Query<VersionField> query,
      String position,
      UnaryOperator<org.jdbi.v3.core.statement.Query> bind) {
    return page(
        handle,
        query,
        new FilterSql<>(dialect, term -> Operands.version(dialect, term)),
        "endolith_version v",
        "v.*",
        position,
        "v.model, v.number DESC",
        bind,
        VERSION,
        Positions::of);
  }

  static Page<RegisteredModel> models(Handle handle, Dialect dialect, Query<ModelField> query) {
    boolean first = query.after().isEmpty();
    return page(
        handle,
        query,
        new FilterSql<>(dialect, term -> Operands.model(dialect, term)),
        "endolith_model m",
        "m.*",
        first ? "" : " AND m.name > :name",
        "m.name",
        statement -> first ? statement : statement.bind("name", query.after()),
        MODEL,
        RegisteredModel::name);
  }

  static Page<Alias> aliases(Handle handle, Dialect dialect, Query<AliasField> query) {
    boolean first = query.after().isEmpty();
    return page(
        handle,
        query,
        new FilterSql<>(dialect, Operands::alias),
        "endolith_alias a",
        "a.*",
        first ? "" : " AND (a.model > :model OR (a.model = :model AND a.alias > :alias))",
        "a.model, a.alias",
        statement ->
            first
                ? statement
                : statement
                    .bind("model", Positions.model(query.after()))
                    .bind("alias", Positions.alias(query.after())),
        ALIAS,
        Positions::of);
  }

  /** One row more than asked says whether there is a next page. */
  static <R, F extends QueryField<F>> Page<R> page(
      Handle handle,
      Query<F> query,
      FilterSql<F> filter,
      String table,
      String columns,
      String position,
      String order,
      UnaryOperator<org.jdbi.v3.core.statement.Query> bind,
      RowReader<R> reader,
      Function<R, String> place) {
    String condition = filter.condition(query.where());
    List<R> rows;
    try (org.jdbi.v3.core.statement.Query statement =
        handle.createQuery(
            "SELECT "
                + columns
                + " FROM "
                + table
                + " WHERE "
                + condition
                + position
                + " ORDER BY "
                + order
                + " LIMIT :limit")) {
      rows =
          bind.apply(filter.bind(statement))
              .bind("limit", query.limit() + 1)
              .map((row, context) -> reader.read(row))
              .list();
    }
    boolean more = rows.size() > query.limit();
    List<R> items = more ? rows.subList(0, query.limit()) : rows;
    OptionalLong total = OptionalLong.empty();
    if (query.counted()) {
      try (org.jdbi.v3.core.statement.Query statement =
          handle.createQuery("SELECT count(*) FROM " + table + " WHERE " + condition)) {
        total = OptionalLong.of(filter.bind(statement).mapTo(Long.class).one());
      }
    }
    return new Page<>(items, more ? place.apply(items.get(items.size() - 1)) : "", total);
  }

  static Optional<RegisteredModel> model(Handle handle, String name) {
    return PlainJdbc.first(handle, MODEL, "SELECT * FROM endolith_model WHERE name = ?", name);
  }

  static List<String> modelNames(Handle handle) {
    return PlainJdbc.list(handle, NAME, "SELECT name FROM endolith_model ORDER BY name");
  }

  static Optional<Alias> alias(Handle handle, String model, String alias) {
    return PlainJdbc.first(
        handle, ALIAS, "SELECT * FROM endolith_alias WHERE model = ? AND alias = ?", model, alias);
  }

  static List<Alias> aliases(Handle handle, String model) {
    return PlainJdbc.list(
        handle, ALIAS, "SELECT * FROM endolith_alias WHERE model = ? ORDER BY alias", model);
  }

  static List<Alias> history(Handle handle, String model, String alias) {
    return PlainJdbc.list(
        handle,
        ALIAS,
        "SELECT * FROM endolith_alias_move WHERE model = ? AND alias = ? ORDER BY generation",
        model,
        alias);
  }

  static List<AuditRecord> audit(Handle handle, String model, long after, int limit) {
    return PlainJdbc.list(
        handle,
        AUDIT,
        "SELECT * FROM endolith_audit WHERE model = ? AND sequence > ?"
            + " ORDER BY sequence LIMIT ?",
        model,
        after,
        limit);
  }

  static Optional<AuditHead> auditHead(Handle handle, String model) {
    return PlainJdbc.first(
        handle,
        AUDIT_HEAD,
        "SELECT sequence, digest FROM endolith_audit WHERE model = ?"
            + " ORDER BY sequence DESC LIMIT 1",
        model);
  }

  static Optional<Document> document(Handle handle, String name) {
    return PlainJdbc.first(
        handle, DOCUMENT, "SELECT * FROM endolith_document WHERE name = ?", name);
  }

  static List<String> documentNames(Handle handle, String prefix) {
    return PlainJdbc.list(
        handle,
        NAME,
        "SELECT name FROM endolith_document WHERE name >= ? AND name < ? ORDER BY name",
        prefix,
        prefix + AFTER_ALL_NAMES);
  }
}
