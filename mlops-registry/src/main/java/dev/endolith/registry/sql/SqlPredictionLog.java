package dev.endolith.registry.sql;

import dev.endolith.data.Id;
import dev.endolith.data.Schema;
import dev.endolith.serving.Feedback;
import dev.endolith.serving.FeedbackResult;
import dev.endolith.serving.LogCounts;
import dev.endolith.serving.LogEntry;
import dev.endolith.serving.PredictionLog;
import dev.endolith.serving.PredictionRecord;
import dev.endolith.serving.Route;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/*
 * Predictions and labels in one table, because they share one sequence. The sequence and the counts
 * are on the deployment's row: they are read and written within the transaction that adds entries,
 * which no other process can interleave.
 */
final class SqlPredictionLog implements PredictionLog {
  private final SqlDatabase database;
  private final FeatureJson features = new FeatureJson();

  SqlPredictionLog(SqlDatabase database) {
    this.database = database;
  }

  @Override
  public void append(List<PredictionRecord> records) {
    if (records.isEmpty()) {
      return;
    }
    List<String> rows =
        records.stream().map(r -> features.write(r.features(), r.assignment())).toList();
    database.write(
        "append predictions",
        records.stream().map(r -> "log/" + r.deployment()).distinct().toList(),
        handle -> {
          Map<String, Log> logs = new LinkedHashMap<>();
          try (PreparedStatement insert =
              handle
                  .getConnection()
                  .prepareStatement(
                      "INSERT INTO endolith_log_entry (deployment, sequence, predicted, at, id, row_key,"
                          + " version, generation, route, features, value, scores)"
                          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                          + " ON CONFLICT (deployment, id) WHERE id IS NOT NULL DO NOTHING")) {
            for (int i = 0; i < records.size(); i++) {
              PredictionRecord record = records.get(i);
              Log log = logs.computeIfAbsent(record.deployment(), name -> Log.create(handle, name));
              bind(insert, log, record, rows.get(i));
              log.added(insert.executeUpdate(), 0);
            }
          }
          logs.values().forEach(log -> log.save(handle));
          return logs.size();
        });
  }

  /** By position and without a wrapper: this is the one write that keeps pace with traffic. */
  private static void bind(
      PreparedStatement insert, Log log, PredictionRecord record, String features)
      throws SQLException {
    long sequence = log.last + 1;
    insert.setLong(1, log.id);
    insert.setLong(2, sequence);
    insert.setLong(3, sequence);
    insert.setLong(4, Columns.micros(record.at()));
    insert.setBytes(5, bytes(record.id()));
    insert.setString(6, record.key().isEmpty() ? null : record.key());
    insert.setLong(7, record.version());
    insert.setLong(8, record.generation());
    insert.setString(9, record.route().name());
    insert.setString(10, features);
    insert.setString(11, record.value());
    insert.setBytes(12, bytes(record.scores()));
  }

  @Override
  public List<FeedbackResult> label(String deployment, List<Feedback> feedback) {
    if (feedback.isEmpty()) {
      return List.of();
    }
    return database.write(
        "label predictions",
        List.of("log/" + deployment),
        handle -> {
          Optional<Log> log = Log.find(handle, deployment);
          List<FeedbackResult> results = new ArrayList<>();
          for (Feedback label : feedback) {
            results.add(
                log.isEmpty()
                    ? new FeedbackResult.UnknownPrediction()
                    : label(handle, log.get(), label));
          }
          log.ifPresent(l -> l.save(handle));
          return List.copyOf(results);
        });
  }

  private static FeedbackResult label(Handle handle, Log log, Feedback feedback) {
    Optional<Predicted> found = predicted(handle, log, feedback);
    if (found.isEmpty()) {
      return new FeedbackResult.UnknownPrediction();
    }
    Predicted predicted = found.get();
    long at = Columns.micros(feedback.at());
    Known known = known(handle, log, predicted).orElse(null);
    if (known != null && (known.label().equals(feedback.label()) || at <= known.at())) {
      return new FeedbackResult.AlreadyKnown(known.label());
    }
    handle
        .createUpdate(
            "INSERT INTO endolith_log_entry (deployment, sequence, predicted, at, label, corrects)"
                + " VALUES (:deployment, :sequence, :predicted, :at, :label, :corrects)")
        .bind("deployment", log.id)
        .bind("sequence", log.last + 1)
        .bind("predicted", predicted.sequence())
        .bind("at", at)
        .bind("label", feedback.label())
        .bind("corrects", known == null ? null : known.label())
        .execute();
    if (known != null) {
      log.corrected();
      return new FeedbackResult.Corrected(predicted.id(), known.label());
    }
    log.added(0, 1);
    return new FeedbackResult.Accepted(predicted.id());
  }

  private static Optional<Known> known(Handle handle, Log log, Predicted predicted) {
    return handle
        .createQuery(
            "SELECT label, at FROM endolith_log_entry WHERE deployment = :deployment"
                + " AND predicted = :predicted AND label IS NOT NULL"
                + " ORDER BY sequence DESC LIMIT 1")
        .bind("deployment", log.id)
        .bind("predicted", predicted.sequence())
        .map((row, context) -> new Known(row.getString("label"), row.getLong("at")))
        .findOne();
  }

  private static Optional<Predicted> predicted(Handle handle, Log log, Feedback feedback) {
    Id id = feedback.prediction();
    String condition =
        id == null ? "row_key = :named ORDER BY sequence DESC LIMIT 1" : "id = :named";
    var query =
        handle
            .createQuery(
                "SELECT sequence, id FROM endolith_log_entry WHERE deployment = :deployment AND "
                    + condition)
            .bind("deployment", log.id);
    return (id == null ? query.bind("named", feedback.key()) : query.bind("named", bytes(id)))
        .map((row, context) -> new Predicted(row.getLong("sequence"), id(row.getBytes("id"))))
        .findOne();
  }

  @Override
  public List<LogEntry> read(String deployment, Schema schema, long after, int limit) {
    RowReader<LogEntry> reader = entry(deployment, schema);
    return database.read(
        "read predictions",
        handle ->
            handle
                .createQuery(
                    "SELECT e.sequence, e.predicted, e.label, e.corrects, e.at AS entered_at, p.at, p.id,"
                        + " p.row_key, p.version, p.generation, p.route, p.features, p.value,"
                        + " p.scores"
                        + " FROM endolith_deployment d"
                        + " JOIN endolith_log_entry e ON e.deployment = d.id AND e.sequence > :after"
                        + " JOIN endolith_log_entry p ON p.deployment = d.id AND p.sequence = e.predicted"
                        + " WHERE d.name = :deployment ORDER BY e.sequence LIMIT :limit")
                .bind("after", after)
                .bind("deployment", deployment)
                .bind("limit", limit)
                .map((row, context) -> reader.read(row))
                .list());
  }

  private RowReader<LogEntry> entry(String deployment, Schema schema) {
    return Columns.checked(
        "prediction",
        row -> {
          PredictionRecord record =
              new PredictionRecord(
                  id(row.getBytes("id")),
                  deployment,
                  textOr(row.getString("row_key")),
                  Columns.instant(row, "at"),
                  row.getLong("version"),
                  row.getLong("generation"),
                  Route.valueOf(row.getString("route")),
                  features.read(row.getString("features"), schema),
                  row.getString("value"),
                  scores(row),
                  features.assignment(row.getString("features")));
          String label = row.getString("label");
          long sequence = row.getLong("sequence");
          if (label == null) {
            return new LogEntry.Predicted(sequence, record);
          }
          long predicted = row.getLong("predicted");
          String corrects = row.getString("corrects");
          Instant at = Columns.instant(row, "entered_at");
          return corrects == null
              ? new LogEntry.Labelled(sequence, predicted, record, label, at)
              : new LogEntry.Corrected(sequence, predicted, record, corrects, label, at);
        });
  }

  @Override
  public LogCounts counts(String deployment) {
    return database.read(
        "count predictions",
        handle ->
            Log.find(handle, deployment).map(log -> log.counts()).orElse(new LogCounts(0, 0)));
  }

  private static byte[] bytes(Id id) {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(id.high()).putLong(id.low()).array();
  }

  private static Id id(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Id(buffer.getLong(), buffer.getLong());
  }

  private static byte[] bytes(double[] scores) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Double.BYTES * scores.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asDoubleBuffer().put(scores);
    return buffer.array();
  }

  private static double[] scores(ResultSet row) throws SQLException {
    byte[] bytes = row.getBytes("scores");
    if (bytes == null) {
      return new double[0]; // the driver's answer for a blob of length 0
    }
    double[] scores = new double[bytes.length / Double.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(scores);
    return scores;
  }

  private static String textOr(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** A prediction that a label is about. */
  private record Predicted(long sequence, Id id) {}

  /** The label that stands, and when it became known, in microseconds. */
  private record Known(String label, long at) {}

  /** The row of a deployment, as one transaction counts it up. */
  private static final class Log {
    private final long id;
    private long last;
    private long predictions;
    private long labels;

    private Log(ResultSet row) throws SQLException {
      this.id = row.getLong("id");
      this.last = row.getLong("last_sequence");
      this.predictions = row.getLong("predictions");
      this.labels = row.getLong("labels");
    }

    static Optional<Log> find(Handle handle, String deployment) {
      return handle
          .createQuery("SELECT * FROM endolith_deployment WHERE name = :name")
          .bind("name", deployment)
          .map((row, context) -> new Log(row))
          .findOne();
    }

    static Log create(Handle handle, String deployment) {
      handle
          .createUpdate(
              "INSERT INTO endolith_deployment (name, last_sequence, predictions, labels)"
                  + " VALUES (:name, 0, 0, 0) ON CONFLICT (name) DO NOTHING")
          .bind("name", deployment)
          .execute();
      return find(handle, deployment).orElseThrow();
    }

    void added(int newPredictions, int newLabels) {
      last += newPredictions + newLabels;
      predictions += newPredictions;
      labels += newLabels;
    }

    void corrected() {
      last++;
    }

    /** The sequence is dense, so what is neither prediction nor first label is a correction. */
    LogCounts counts() {
      return new LogCounts(predictions, labels, last - predictions - labels);
    }

    void save(Handle handle) {
      handle
          .createUpdate(
              "UPDATE endolith_deployment SET last_sequence = :last, predictions = :predictions,"
                  + " labels = :labels WHERE id = :id")
          .bind("last", last)
          .bind("predictions", predictions)
          .bind("labels", labels)
          .bind("id", id)
          .execute();
    }
  }
}
