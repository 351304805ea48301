package dev.endolith.monitoring.profile;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Classification;
import dev.endolith.data.Dataset;
import dev.endolith.data.Digest;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.FieldType;
import dev.endolith.data.Sensitivity;
import dev.endolith.data.Task;
import dev.endolith.error.DataException;
import dev.endolith.model.Classified;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the data looked like that a model was trained on, and how the model scored and erred on rows
 * that it had not seen. Exact: made of all rows, and the same for the same rows in any order.
 * Immutable and thread-safe.
 *
 * <pre>{@code
 * ReferenceProfile reference = ReferenceProfile.of(training);
 * DriftReport report = Drift.compare(reference, today);
 * }</pre>
 *
 * <p>Left out, each with its reason in {@link #leftOut()}: fields that are not public, as profiles
 * leave the process; dates and times, which move on without anything being wrong; free text.
 */
public final class ReferenceProfile {
  /** The name of the column of scores. */
  public static final String SCORE = "(score)";

  /** The name of the column of answered labels; there is one if there are more than two labels. */
  public static final String ANSWER = "(answer)";

  /** The name of the column of true labels. */
  public static final String LABEL = "(label)";

  /** Numbers are counted in at most so many bins between quantiles. */
  public static final int MOST_BINS = 256;

  /** So many categories have a bin of their own. */
  public static final int MOST_CATEGORIES = 100;

  private static final int FORMAT = 1;

  private final long rows;
  private final List<ReferenceColumn> columns;
  private final Map<String, String> leftOut;
  private final @Nullable ErrorProfile errors;
  private final String json;
  private final Digest digest;

  private ReferenceProfile(
      long rows,
      List<ReferenceColumn> columns,
      Map<String, String> leftOut,
      @Nullable ErrorProfile errors) {
    this.rows = rows;
    this.columns = List.copyOf(columns);
    this.leftOut = new TreeMap<>(leftOut);
    this.errors = errors;
    this.json =
        CanonicalJson.write(
            new Saved(
                FORMAT,
                rows,
                columns.stream().map(ReferenceColumn::saved).toList(),
                this.leftOut,
                errors));
    this.digest = Digest.ofText(json);
  }

  /**
   * The profile of the features.
   *
   * @param training the rows
   * @param <X> the row
   * @param <Y> the label
   * @return the profile
   */
  public static <X, Y> ReferenceProfile of(Dataset<X, Y> training) {
    Map<String, String> leftOut = new TreeMap<>();
    return new ReferenceProfile(training.size(), features(training, leftOut), leftOut, null);
  }

  /**
   * The profile of the features, of a model's scores and errors, and of the labels, all of the same
   * rows. If the model was trained on them it looks better than it is; hold rows out where there
   * are any.
   *
   * @param rows the rows
   * @param model the model
   * @param <X> the row
   * @param <Y> the label
   * @return the profile
   */
  public static <X, Y> ReferenceProfile of(Dataset<X, Y> rows, Predictor<X, Y> model) {
    return of(rows, rows, model);
  }

  /**
   * The profile of the features of the rows that a model was trained on, and of its scores and
   * errors, and of the labels, on rows that it was not trained on.
   *
   * @param training the rows that it was trained on
   * @param heldOut the rows that it was not trained on
   * @param model the model
   * @param <X> the row
   * @param <Y> the label
   * @return the profile
   */
  public static <X, Y> ReferenceProfile of(
      Dataset<X, Y> training, Dataset<X, Y> heldOut, Predictor<X, Y> model) {
    Map<String, String> leftOut = new TreeMap<>();
    List<ReferenceColumn> columns = features(training, leftOut);
    Scores scores = Scores.of(heldOut.task());
    Answers answers = new Answers(heldOut.size());
    int row = 0;
    List<X> asked = heldOut.examples().stream().map(Example::x).toList();
    List<Prediction<Y>> given = model.predictAll(asked);
    List<String> labels = labels(heldOut.task());
    for (Example<X, Y> example : heldOut) {
      answers.add(heldOut.task(), labels, scores, row, given.get(row), example.y());
      row++;
    }
    columns.add(ReferenceColumn.ofNumbers(SCORE, Role.SCORE, answers.scores, MOST_BINS));
    if (labels.size() > 2) {
      columns.add(
          ReferenceColumn.ofCategories(
              ANSWER, Role.ANSWER, labels, answers.answered, MOST_CATEGORIES));
    }
    if (labels.isEmpty()) {
      columns.add(ReferenceColumn.ofNumbers(LABEL, Role.LABEL, answers.truths, MOST_BINS));
    } else {
      columns.add(
          ReferenceColumn.ofCategories(
              LABEL, Role.LABEL, labels, answers.labelled, MOST_CATEGORIES));
    }
    return new ReferenceProfile(
        training.size(),
        columns,
        leftOut,
        ErrorProfile.of(!labels.isEmpty(), answers.distances, answers.residuals));
  }

  private static <X, Y> List<ReferenceColumn> features(
      Dataset<X, Y> data, Map<String, String> leftOut) {
    Features<X> features = data.task().features();
    List<ReferenceColumn> columns = new ArrayList<>();
    for (int i = 0; i < features.schema().size(); i++) {
      Field field = features.schema().field(i);
      if (field.sensitivity() != Sensitivity.PUBLIC) {
        leftOut.put(field.name(), "not public");
      } else if (field.type() == FieldType.DATE || field.type() == FieldType.TIMESTAMP) {
        leftOut.put(field.name(), "moves on with time");
      } else if (field.type() == FieldType.TEXT) {
        leftOut.put(field.name(), "free text");
      } else if (field.type().numeric()) {
        double[] values = new double[data.size()];
        for (int row = 0; row < values.length; row++) {
          values[row] = features.number(data.examples().get(row).x(), i);
        }
        columns.add(ReferenceColumn.ofNumbers(field.name(), Role.FEATURE, values, MOST_BINS));
      } else {
        Map<@Nullable String, Long> seen = new HashMap<>();
        for (Example<X, Y> example : data) {
          seen.merge(features.category(example.x(), i), 1L, Long::sum);
        }
        columns.add(
            ReferenceColumn.ofCategories(
                field.name(), Role.FEATURE, field.values(), seen, MOST_CATEGORIES));
      }
    }
    return columns;
  }

  private static <Y> List<String> labels(Task<?, Y> task) {
    return task instanceof Classification<?, Y> classes
        ? classes.labels().stream().map(classes::labelName).toList()
        : List.of();
  }

  /**
   * Reads what {@link #toJson()} wrote.
   *
   * @param json the text
   * @return the profile
   * @throws DataException if the text is not a profile
   */
  public static ReferenceProfile fromJson(String json) {
    Saved saved = CanonicalJson.read(json, Saved.class);
    if (saved.format != FORMAT || saved.columns == null || saved.leftOut == null) {
      throw broken("the text must be a reference profile of format " + FORMAT);
    }
    try {
      return new ReferenceProfile(
          saved.rows,
          saved.columns.stream().map(ReferenceColumn::read).toList(),
          saved.leftOut,
          saved.errors);
    } catch (IllegalArgumentException e) {
      throw broken(String.valueOf(e.getMessage()));
    }
  }

  static DataException broken(String rule) {
    return new DataException("JSON", 0, "", rule);
  }

  /**
   * The profile as canonical JSON.
   *
   * @return the text
   */
  public String toJson() {
    return json;
  }

  /**
   * The digest of {@link #toJson()}.
   *
   * @return the digest
   */
  public Digest digest() {
    return digest;
  }

  /**
   * How many rows the features were profiled of.
   *
   * @return the number of rows
   */
  public long rows() {
    return rows;
  }

  /**
   * The columns: the features in schema order, then scores, answers and labels.
   *
   * @return the columns
   */
  public List<ReferenceColumn> columns() {
    return columns;
  }

  /**
   * A column.
   *
   * @param name its name
   * @return the column, empty if there is none of that name
   */
  public Optional<ReferenceColumn> column(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  /**
   * The fields that have no column.
   *
   * @return why, by field name
   */
  public Map<String, String> leftOut() {
    return Map.copyOf(leftOut);
  }

  /**
   * How much the model erred.
   *
   * @return the errors, empty if no model was given
   */
  public Optional<ErrorProfile> errors() {
    return Optional.ofNullable(errors);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReferenceProfile that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  @Override
  public String toString() {
    return "ReferenceProfile[" + rows + " rows, " + columns.size() + " columns]";
  }

  /** A profile as JSON. */
  record Saved(
      int format,
      long rows,
      List<ReferenceColumn.Saved> columns,
      Map<String, String> leftOut,
      @Nullable ErrorProfile errors) {}

  /** What a model answered, beside the truth. */
  private static final class Answers {
    private final double[] scores;
    private final double[] truths;
    private final double[] distances;
    private final double[] residuals;
    private final Map<@Nullable String, Long> answered = new HashMap<>();
    private final Map<@Nullable String, Long> labelled = new HashMap<>();

    Answers(int rows) {
      scores = new double[rows];
      truths = new double[rows];
      distances = new double[rows];
      residuals = new double[rows];
      Arrays.fill(residuals, Double.NaN);
    }

    <Y> void add(
        Task<?, Y> task,
        List<String> labels,
        Scores how,
        int row,
        Prediction<Y> prediction,
        Y truth) {
      String answer = task.labelName(prediction.value());
      String label = task.labelName(truth);
      if (prediction instanceof Classified<Y> classified) {
        scores[row] = how.score(answer, classified.scores());
        distances[row] = answer.equals(label) ? 0 : 1;
        residuals[row] = how.residual(labels, label, classified.scores());
        answered.merge(answer, 1L, Long::sum);
        labelled.merge(label, 1L, Long::sum);
      } else {
        scores[row] = how.score(answer, new double[0]);
        truths[row] = (Double) truth;
        distances[row] = Math.abs(scores[row] - truths[row]);
      }
    }
  }
}
