package dev.endolith.serving;

import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.DatasetSource;
import dev.endolith.data.Example;
import dev.endolith.data.Field;
import dev.endolith.data.FieldType;
import dev.endolith.data.RawRow;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.error.DataException;
import dev.endolith.privacy.PrivacyPolicy;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows to train again from: predictions of a log whose label has come. The dataset's origin says
 * which entries of which deployment it holds and which versions answered them. Immutable and
 * thread-safe.
 *
 * <p>A label counts from the time that its feedback gives: for the same rows to come back for the
 * same instant, give feedback the time at which it arrived. Labels may come for a part of the
 * predictions only, and often for those that the model said yes to: what is trained from them
 * learns that part.
 *
 * @param <X> the row
 * @param <Y> the label
 */
public final class LoggedExamples<X, Y> implements DatasetSource<X, Y> {
  private static final int PAGE = 1_000;

  private final PredictionLog log;
  private final String deployment;
  private final Task<X, Y> task;
  private final String keyColumn;
  private final String legalBasis;

  private LoggedExamples(
      PredictionLog log, String deployment, Task<X, Y> task, String keyColumn, String legalBasis) {
    this.log = log;
    this.deployment = deployment;
    this.task = task;
    this.keyColumn = keyColumn;
    this.legalBasis = legalBasis;
  }

  /**
   * The labelled predictions of a deployment.
   *
   * @param log the log
   * @param deployment the deployment
   * @param task what is predicted; its features must be able to make rows of texts
   * @param privacy the policy that the log is written under
   * @param <X> the row
   * @param <Y> the label
   * @return the source
   * @throws IllegalArgumentException if the policy drops a field of the task; the message names all
   */
  public static <X, Y> LoggedExamples<X, Y> of(
      PredictionLog log, String deployment, Task<X, Y> task, PrivacyPolicy privacy) {
    Schema schema = task.features().schema();
    List<String> dropped = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      if (!privacy.keeps(schema, i)) {
        dropped.add(schema.field(i).name());
      }
    }
    if (!dropped.isEmpty()) {
      throw new IllegalArgumentException(
          "training from the log of '"
              + deployment
              + "' needs fields "
              + dropped
              + ", which the privacy policy drops; keep them with policy.with(field, KEEP), or give"
              + " another source of rows");
    }
    return new LoggedExamples<>(log, deployment, task, "", "");
  }

  /**
   * Says which component of the row, which is no feature, holds the key.
   *
   * @param column its name; the key of the prediction is read there
   * @return a copy
   */
  public LoggedExamples<X, Y> keyColumn(String column) {
    return new LoggedExamples<>(log, deployment, task, column, legalBasis);
  }

  /**
   * Says why the rows may be used for training.
   *
   * @param basis the legal basis, as the dataset's origin tells it
   * @return a copy
   */
  public LoggedExamples<X, Y> legalBasis(String basis) {
    return new LoggedExamples<>(log, deployment, task, keyColumn, basis);
  }

  /**
   * The rows whose label was known at an instant, in the order of their predictions, each with the
   * label that stood then. Reads the log once.
   *
   * @param instant predictions and labels of later are left out
   * @return the rows; those that lack a field that the task needs, as they were logged under
   *     another schema, are left out, and the origin counts them
   */
  @Override
  public Dataset<X, Y> knownAt(Instant instant) {
    Schema schema = task.features().schema();
    TreeMap<Long, LogEntry.Labelled> labelled = new TreeMap<>();
    long last = 0;
    List<LogEntry> page;
    do {
      page = log.read(deployment, schema, last, PAGE);
      for (LogEntry entry : page) {
        last = entry.sequence();
        LogEntry.Labelled label = label(entry);
        if (label != null
            && !label.at().isAfter(instant)
            && !label.prediction().at().isAfter(instant)) {
          labelled.put(label.predictedAt(), label); // corrections come after what they replace
        }
      }
    } while (page.size() == PAGE);
    List<Example<X, Y>> examples = new ArrayList<>();
    Map<Long, Long> versions = new TreeMap<>();
    long first = 0;
    long lastUsed = 0;
    int leftOut = 0;
    for (LogEntry.Labelled label : labelled.values()) {
      X row = row(label.prediction());
      if (row == null) {
        leftOut++;
        continue;
      }
      examples.add(new Example<>(row, task.labelOf(label.label())));
      versions.merge(label.prediction().version(), 1L, Long::sum);
      first = first == 0 ? label.predictedAt() : first;
      lastUsed = Math.max(lastUsed, label.sequence());
    }
    return Dataset.of(task, origin(first, lastUsed, versions, leftOut), examples);
  }

  private static LogEntry.@Nullable Labelled label(LogEntry entry) {
    if (entry instanceof LogEntry.Corrected corrected) {
      return corrected.asLabelled();
    }
    return entry instanceof LogEntry.Labelled label ? label : null;
  }

  private DataOrigin origin(long first, long last, Map<Long, Long> versions, int leftOut) {
    return new DataOrigin(
        "predictions of " + deployment,
        "log entries "
            + first
            + " to "
            + last
            + " of deployment '"
            + deployment
            + "', labelled rows by version that answered: "
            + versions
            + (leftOut == 0 ? "" : ", left out as they lack a field: " + leftOut),
        legalBasis);
  }

  private @Nullable X row(PredictionRecord record) {
    Row row = record.features();
    for (int i = 0; i < row.schema().size(); i++) {
      if (row.isMissing(i) && !row.schema().field(i).nullable()) {
        return null;
      }
    }
    return task.features().read(new LoggedRow(record, keyColumn));
  }

  /** A logged row as texts, for the features to read. */
  private record LoggedRow(PredictionRecord prediction, String keyColumn) implements RawRow {
    @Override
    public String source() {
      return "log of " + prediction.deployment();
    }

    @Override
    public long line() {
      return 0;
    }

    @Override
    public List<String> columns() {
      return prediction.features().schema().fields().stream().map(Field::name).toList();
    }

    @Override
    public @Nullable String text(String column) {
      Row row = prediction.features();
      int field = row.schema().position(column).orElse(-1);
      if (field < 0) {
        if (column.equals(keyColumn)) {
          return prediction.key().isEmpty() ? null : prediction.key();
        }
        throw new DataException(
            source(),
            0,
            column,
            "the log holds no '"
                + column
                + "', as it is no feature; if it is the row's key, say so with keyColumn(...)");
      }
      if (row.isMissing(field)) {
        return null;
      }
      FieldType type = row.schema().field(field).type();
      return type.numeric() ? number(type, row.number(field)) : row.category(field);
    }

    private static String number(FieldType type, double value) {
      if (type == FieldType.DATE) {
        return LocalDate.ofEpochDay((long) value).toString();
      }
      if (type == FieldType.TIMESTAMP) {
        double floor = Math.floor(value);
        return Instant.ofEpochSecond((long) floor, Math.round((value - floor) * 1e9)).toString();
      }
      boolean whole = value == Math.rint(value) && Math.abs(value) < 1L << 53;
      return whole && (value != 0 || type == FieldType.BOOLEAN)
          ? Long.toString((long) value)
          : Double.toString(value); // -0.0 stays what it is
    }
  }
}
