package dev.endolith.registry.sql;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.query.Page;
import dev.endolith.query.Query;
import dev.endolith.registry.MetricPoint;
import dev.endolith.registry.RunField;
import dev.endolith.registry.RunRecord;
import dev.endolith.registry.RunStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Runs and their metric series in SQL. */
final class SqlRunStore implements RunStore {
  private static final RowReader<RunRecord> RUN =
      Columns.checked(
          "run",
          row -> {
            Facts facts = CanonicalJson.read(row.getString("facts"), Facts.class);
            return new RunRecord(
                row.getString("id"),
                row.getString("experiment"),
                RunRecord.Status.valueOf(row.getString("status")),
                facts.params(),
                facts.tags(),
                facts.inputs(),
                facts.outputs(),
                facts.environment(),
                Columns.instant(row, "started_at"),
                endedAt(row),
                row.getString("started_by"),
                row.getString("parent"),
                row.getString("holder"),
                Columns.instant(row, "alive_until"));
          });

  private final SqlDatabase database;

  SqlRunStore(SqlDatabase database) {
    this.database = database;
  }

  /** What is known about a run and kept as one text. */
  record Facts(
      Map<String, String> params,
      Map<String, String> tags,
      Map<String, Digest> inputs,
      Map<String, String> outputs,
      Map<String, String> environment) {}

  @Override
  public void save(RunRecord run) {
    Instant ended = run.endedAt();
    String facts =
        CanonicalJson.write(
            new Facts(run.params(), run.tags(), run.inputs(), run.outputs(), run.environment()));
    database.write(
        "save run",
        List.of("run/" + run.id()),
        handle ->
            handle
                .createUpdate(
                    "INSERT INTO endolith_run"
                        + " (id, experiment, status, facts, started_at, ended_at, started_by, parent,"
                        + " holder, alive_until)"
                        + " VALUES (:id, :experiment, :status, :facts, :started, :ended, :by,"
                        + " :parent, :holder, :alive)"
                        + " ON CONFLICT (id) DO UPDATE SET experiment = excluded.experiment,"
                        + " status = excluded.status, facts = excluded.facts,"
                        + " started_at = excluded.started_at, ended_at = excluded.ended_at,"
                        + " started_by = excluded.started_by, parent = excluded.parent,"
                        + " holder = excluded.holder, alive_until = excluded.alive_until")
                .bind("id", run.id())
                .bind("experiment", run.experiment())
                .bind("status", run.status().name())
                .bind("facts", facts)
                .bind("started", Columns.micros(run.startedAt()))
                .bind("ended", ended == null ? null : Columns.micros(ended))
                .bind("by", run.startedBy())
                .bind("parent", run.parent())
                .bind("holder", run.holder())
                .bind("alive", Columns.micros(run.aliveUntil()))
                .execute());
  }

  @Override
  public Optional<RunRecord> find(String id) {
    return database.read("find run", handle -> find(handle, id));
  }

  private static Optional<RunRecord> find(Handle handle, String id) {
    return PlainJdbc.first(handle, RUN, "SELECT * FROM endolith_run WHERE id = ?", id);
  }

  @Override
  public Page<RunRecord> runs(Query<RunField> query) {
    return database.read(
        "search runs",
        handle -> {
          boolean first = query.after().isEmpty();
          if (!first && find(handle, query.after()).isEmpty()) {
            throw Page.badPosition();
          }
          return Rows.page(
              handle,
              query,
              new FilterSql<>(database.dialect(), term -> Operands.run(database.dialect(), term)),
              "endolith_run r",
              "r.*",
              first
                  ? ""
                  : " AND r.ordinal < (SELECT o.ordinal FROM endolith_run o WHERE o.id = :after)",
              "r.ordinal DESC",
              statement -> first ? statement : statement.bind("after", query.after()),
              RUN,
              RunRecord::id);
        });
  }

  @Override
  public void append(String run, List<MetricPoint> points) {
    if (points.isEmpty()) {
      return;
    }
    database.write(
        "append metrics",
        List.of(),
        handle -> {
          try (PreparedBatch batch =
              handle.prepareBatch(
                  "INSERT INTO endolith_metric_point (run, name, step, value, at)"
                      + " VALUES (:run, :name, :step, :value, :at)")) {
            for (MetricPoint point : points) {
              batch
                  .bind("run", run)
                  .bind("name", point.name())
                  .bind("step", point.step())
                  .bind("value", point.value())
                  .bind("at", Columns.micros(point.at()))
                  .add();
            }
            return batch.execute();
          }
        });
  }

  @Override
  public Page<MetricPoint> points(String run, String metric, String after, int limit) {
    long seen = after.isEmpty() ? 0 : ordinal(after);
    return database.read(
        "metric series",
        handle -> {
          List<Long> ordinals = new ArrayList<>();
          List<MetricPoint> points =
              handle
                  .createQuery(
                      "SELECT ordinal, step, value, at FROM endolith_metric_point"
                          + " WHERE run = :run AND name = :name AND ordinal > :seen"
                          + " ORDER BY ordinal LIMIT :limit")
                  .bind("run", run)
                  .bind("name", metric)
                  .bind("seen", seen)
                  .bind("limit", limit + 1L)
                  .map(
                      (row, context) -> {
                        ordinals.add(row.getLong("ordinal"));
                        return new MetricPoint(
                            metric,
                            row.getLong("step"),
                            number(row, "value"),
                            Columns.instant(row, "at"));
                      })
                  .list();
          return points.size() > limit
              ? new Page<>(
                  points.subList(0, limit),
                  Long.toString(ordinals.get(limit - 1)),
                  OptionalLong.empty())
              : new Page<>(points, "", OptionalLong.empty());
        });
  }

  private static long ordinal(String position) {
    try {
      return Long.parseLong(position);
    } catch (NumberFormatException e) {
      throw Page.badPosition();
    }
  }

  /** SQLite keeps a NaN as NULL. */
  private static double number(ResultSet row, String column) throws SQLException {
    double value = row.getDouble(column);
    return row.wasNull() ? Double.NaN : value;
  }

  private static @Nullable Instant endedAt(ResultSet row) throws SQLException {
    long micros = row.getLong("ended_at");
    return row.wasNull() ? null : Columns.instant(micros);
  }
}
