package dev.endolith.registry.sql;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.registry.MetricPoint;
import dev.endolith.registry.RunRecord;
import dev.endolith.registry.RunStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Runs and their metric series in SQL. */
final class SqlRunStore implements RunStore {
  private static final RowMapper<RunRecord> RUN =
      Columns.checked(
          "run",
          (row, context) -> {
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
                row.getString("started_by"));
          });

  private final SqliteDatabase database;

  SqlRunStore(SqliteDatabase database) {
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
        handle ->
            handle
                .createUpdate(
                    "INSERT INTO run"
                        + " (id, experiment, status, facts, started_at, ended_at, started_by)"
                        + " VALUES (:id, :experiment, :status, :facts, :started, :ended, :by)"
                        + " ON CONFLICT (id) DO UPDATE SET experiment = excluded.experiment,"
                        + " status = excluded.status, facts = excluded.facts,"
                        + " started_at = excluded.started_at, ended_at = excluded.ended_at,"
                        + " started_by = excluded.started_by")
                .bind("id", run.id())
                .bind("experiment", run.experiment())
                .bind("status", run.status().name())
                .bind("facts", facts)
                .bind("started", Columns.micros(run.startedAt()))
                .bind("ended", ended == null ? null : Columns.micros(ended))
                .bind("by", run.startedBy())
                .execute());
  }

  @Override
  public Optional<RunRecord> find(String id) {
    return database.read(
        "find run",
        handle ->
            handle
                .createQuery("SELECT * FROM run WHERE id = :id")
                .bind("id", id)
                .map(RUN)
                .findOne());
  }

  @Override
  public List<RunRecord> recent(String experiment, int limit) {
    return database.read(
        "recent runs",
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM run WHERE experiment = :experiment"
                        + " ORDER BY ordinal DESC LIMIT :limit")
                .bind("experiment", experiment)
                .bind("limit", limit)
                .map(RUN)
                .list());
  }

  @Override
  public void append(String run, List<MetricPoint> points) {
    if (points.isEmpty()) {
      return;
    }
    database.write(
        "append metrics",
        handle -> {
          try (PreparedBatch batch =
              handle.prepareBatch(
                  "INSERT INTO metric_point (run, name, step, value, at)"
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
  public List<MetricPoint> points(String run, String metric) {
    return database.read(
        "metric series",
        handle ->
            handle
                .createQuery(
                    "SELECT step, value, at FROM metric_point WHERE run = :run AND name = :name"
                        + " ORDER BY ordinal")
                .bind("run", run)
                .bind("name", metric)
                .map(
                    (row, context) ->
                        new MetricPoint(
                            metric,
                            row.getLong("step"),
                            number(row, "value"),
                            Columns.instant(row, "at")))
                .list());
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
