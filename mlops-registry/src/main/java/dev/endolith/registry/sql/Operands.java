package dev.endolith.registry.sql;

import dev.endolith.query.Term;
import dev.endolith.registry.AliasField;
import dev.endolith.registry.ModelField;
import dev.endolith.registry.RunField;
import dev.endolith.registry.VersionField;
import dev.endolith.registry.sql.FilterSql.Operand;

/** Where the values of searches stand: versions v, models m, aliases a, runs r. */
final class Operands {
  private Operands() {}

  static Operand version(Dialect dialect, Term<VersionField> term) {
    return switch (term.field()) {
      case MODEL -> Operand.column("v.model");
      case NUMBER -> Operand.column("v.number");
      case STATE -> Operand.column("v.state");
      case READINESS -> Operand.column("v.readiness");
      case FORMAT -> Operand.column("v.format");
      case MANIFEST -> Operand.column("v.manifest");
      case RUN -> Operand.column("v.run");
      case PARENT -> Operand.column("v.parent");
      case CREATED_BY -> Operand.column("v.created_by");
      case CREATED_AT -> Operand.column("v.created_at");
      case DESCRIPTION -> Operand.column("coalesce(" + description(dialect) + ", v.description)");
      case DELETED -> Operand.column("v.deleted");
      case ALIAS ->
          Operand.any(
              "endolith_alias x WHERE x.model = v.model AND x.version = v.number", "x.alias");
      case DATA -> any(dialect, "v.facts", "datasets");
      case TAG -> each(dialect, "coalesce(v.status, '{}')", "tags", "j.value");
      case METRIC -> each(dialect, "v.facts", "metrics", dialect.eachNumber());
      case PARAMETER -> each(dialect, "v.facts", "parameters", "j.value");
      case DATASET -> each(dialect, "v.facts", "datasets", "j.value");
    };
  }

  private static String description(Dialect dialect) {
    return dialect == Dialect.SQLITE
        ? "json_extract(v.status, '$.description')"
        : "(v.status::jsonb ->> 'description')";
  }

  static Operand model(Dialect dialect, Term<ModelField> term) {
    return switch (term.field()) {
      case NAME -> Operand.column("m.name");
      case LAST_NUMBER -> Operand.column("m.last_number");
      case DESCRIPTION -> Operand.column("m.description");
      case DELETED -> Operand.column("m.deleted");
      case TAG ->
          dialect == Dialect.SQLITE
              ? Operand.any("json_each(m.tags) j WHERE j.key = :key", "j.value")
              : Operand.any(
                  "jsonb_each_text(m.tags::jsonb) AS j (key, value) WHERE j.key = :key", "j.value");
    };
  }

  static Operand alias(Term<AliasField> term) {
    return Operand.column(
        switch (term.field()) {
          case MODEL -> "a.model";
          case NAME -> "a.alias";
          case VERSION -> "a.version";
          case AT -> "a.at";
          case ACTOR -> "a.actor";
        });
  }

  static Operand run(Dialect dialect, Term<RunField> term) {
    return switch (term.field()) {
      case ID -> Operand.column("r.id");
      case EXPERIMENT -> Operand.column("r.experiment");
      case STATUS -> Operand.column("r.status");
      case PARENT -> Operand.column("r.parent");
      case STARTED_BY -> Operand.column("r.started_by");
      case STARTED_AT -> Operand.column("r.started_at");
      case ENDED_AT -> Operand.nullable("r.ended_at");
      case ALIVE_UNTIL -> Operand.column("r.alive_until");
      case DATA -> any(dialect, "r.facts", "inputs");
      case PARAM -> each(dialect, "r.facts", "params", "j.value");
      case TAG -> each(dialect, "r.facts", "tags", "j.value");
      case INPUT -> each(dialect, "r.facts", "inputs", "j.value");
      case OUTPUT -> each(dialect, "r.facts", "outputs", "j.value");
      case METRIC ->
          new Operand(
              "((",
              dialect.number(
                  "(SELECT p.value FROM endolith_metric_point p WHERE p.run = r.id"
                      + " AND p.name = :key ORDER BY p.ordinal DESC LIMIT 1)"),
              ") IS TRUE)",
              true);
    };
  }

  private static Operand each(Dialect dialect, String json, String member, String value) {
    return Operand.any(dialect.eachText(json, member) + " WHERE j.key = :key", value);
  }

  private static Operand any(Dialect dialect, String json, String member) {
    return Operand.any(dialect.eachText(json, member) + " WHERE 1 = 1", "j.value");
  }
}
