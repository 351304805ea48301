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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the data looked like that a model was trained on, and how the model scored and erred on rows
 * that it had not seen. Of a dataset it is exact: made of all rows, and the same for the same rows
 * in any order; of a stream see {@link StreamedProfile}. Holds some 15 KiB per column of numbers,
 * of which its JSON is the half. Immutable and thread-safe.
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

  /** 2 since columns have details; a profile of format 1 is read, and written as it was. */
  static final int FORMAT = 2;

  private static final int FIRST_FORMAT = 1;

  private final long rows;
  private final List<ReferenceColumn> columns;
  private final Map<String, String> leftOut;
  private final @Nullable ErrorProfile errors;
  private final Map<String, TextStatistics> texts;
  private final Correlations correlations;
  private final BinSearch search;
  private final String json;
  private final Digest digest;

  ReferenceProfile(
      int format,
      long rows,
      List<ReferenceColumn> columns,
      Map<String, String> leftOut,
      @Nullable ErrorProfile errors,
      Map<String, TextStatistics> texts,
      Correlations correlations) {
    this.texts = new TreeMap<>(texts);
    this.correlations = correlations;
    this.rows = rows;
    this.columns = List.copyOf(columns);
    this.search = BinSearch.of(columns);
    this.leftOut = new TreeMap<>(leftOut);
    this.errors = errors;
    List<ReferenceColumn.Saved> saved = columns.stream().map(ReferenceColumn::saved).toList();
    this.json =
        CanonicalJson.write(
            format == FIRST_FORMAT
                ? new SavedFirst(FIRST_FORMAT, rows, saved, this.leftOut, errors)
                : new Saved(
                    format,
                    rows,
                    saved,
                    columns.stream().map(ReferenceColumn::details).toList(),
                    this.leftOut,
                    errors,
                    this.texts,
                    correlations));
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
    List<ReferenceColumn> columns = features(training, leftOut);
    return new ReferenceProfile(
        FORMAT,
        training.size(),
        columns,
        leftOut,
        null,
        texts(training),
        correlations(training, columns));
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
    Correlations correlations = correlations(training, columns);
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
        FORMAT,
        training.size(),
        columns,
        leftOut,
        ErrorProfile.of(!labels.isEmpty(), answers.distances, answers.residuals),
        texts(training),
        correlations);
  }

  private static <X, Y> List<ReferenceColumn> features(
      Dataset<X, Y> data, Map<String, String> leftOut) {
    Features<X> features = data.task().features();
    List<ReferenceColumn> columns = new ArrayList<>();
    for (int i = 0; i < features.schema().size(); i++) {
      Field field = features.schema().field(i);
      String reason = StreamedProfile.reasonToLeaveOut(field);
      if (reason != null) {
        leftOut.put(field.name(), reason);
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

  private static <X, Y> Map<String, TextStatistics> texts(Dataset<X, Y> data) {
    Features<X> features = data.task().features();
    Map<String, TextStatistics> texts = new TreeMap<>();
    for (int i = 0; i < features.schema().size(); i++) {
      Field field = features.schema().field(i);
      if (field.type() == FieldType.TEXT && field.sensitivity() == Sensitivity.PUBLIC) {
        TextTally tally = new TextTally();
        for (Example<X, Y> example : data) {
          tally.add(features.category(example.x(), i));
        }
        texts.put(field.name(), tally.statistics());
      }
    }
    return texts;
  }

  private static <X, Y> Correlations correlations(
      Dataset<X, Y> data, List<ReferenceColumn> columns) {
    Features<X> features = data.task().features();
    List<ReferenceColumn> varying =
        columns.stream()
            .filter(column -> column.kind() == ReferenceColumn.Kind.NUMBER)
            .limit(Correlations.MOST_COLUMNS)
            .filter(column -> column.deviation() > 0)
            .toList();
    return Correlations.of(
        features,
        data.examples().stream().map(Example::x).iterator(),
        varying.stream().map(c -> features.schema().position(c.name()).orElseThrow()).toList(),
        varying.stream().mapToDouble(ReferenceColumn::mean).toArray(),
        varying.stream().mapToDouble(ReferenceColumn::deviation).toArray());
  }

  /**
   * The profile of the features of rows that need not be held, in one pass: see {@link
   * StreamedProfile}.
   *
   * @param features how rows become features
   * @param rows the rows; the stream is used up, not closed
   * @param seed of the sketches
   * @param <X> the row
   * @return the profile
   */
  public static <X> ReferenceProfile ofStream(
      Features<X> features, Stream<? extends X> rows, long seed) {
    StreamedProfile<X> profile = StreamedProfile.of(features, seed);
    rows.sequential().forEachOrdered(profile::add);
    return profile.build();
  }

  /**
   * This profile with counts that are exact: what its own rows gave when they were counted again,
   * on the edges that the first pass found.
   *
   * @param second all the rows of this profile, counted on it
   * @return the profile
   * @throws IllegalArgumentException if {@code second} was counted on another reference or of
   *     another number of rows, or this profile has columns of a model
   */
  public ReferenceProfile recounted(WindowProfile second) {
    boolean features = columns.stream().allMatch(column -> column.role() == Role.FEATURE);
    if (!second.reference().digest().equals(digest) || second.rows() != rows || !features) {
      throw new IllegalArgumentException(
          "a profile of features is recounted with its own " + rows + " rows, counted on it");
    }
    List<ReferenceColumn> exact = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      exact.add(columns.get(i).recounted(second.counts(i), second.missing(i)));
    }
    return new ReferenceProfile(FORMAT, rows, exact, leftOut, errors, texts, correlations);
  }

  /**
   * This profile with the counts of a window in place of its own, in the same bins: what it is
   * compared with where earlier windows are the reference. Moments, edges and correlations stay.
   *
   * @param window counted on this profile
   * @return the profile
   * @throws IllegalArgumentException if {@code window} was counted on another reference
   */
  public ReferenceProfile countedAs(WindowProfile window) {
    if (!window.reference().digest().equals(digest)) {
      throw new IllegalArgumentException("the window was counted on another reference");
    }
    List<ReferenceColumn> counted = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      counted.add(columns.get(i).recounted(window.counts(i), window.missing(i)));
    }
    return new ReferenceProfile(
        FORMAT, window.rows(), counted, leftOut, errors, texts, correlations);
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
    boolean first = saved.format == FIRST_FORMAT;
    if ((!first && saved.format != FORMAT)
        || saved.columns == null
        || saved.leftOut == null
        || (!first
            && (saved.details == null
                || saved.details.size() != saved.columns.size()
                || saved.texts == null
                || saved.correlations == null))) {
      throw broken("the text must be a reference profile of format 1 or " + FORMAT);
    }
    try {
      List<ReferenceColumn> columns = new ArrayList<>();
      for (int i = 0; i < saved.columns.size(); i++) {
        columns.add(
            ReferenceColumn.read(
                saved.columns.get(i), first ? ColumnDetails.UNKNOWN : saved.details.get(i)));
      }
      return new ReferenceProfile(
          saved.format,
          saved.rows,
          columns,
          saved.leftOut,
          saved.errors,
          first ? Map.of() : saved.texts,
          first ? Correlations.NONE : saved.correlations);
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

  /** Finds the bins of the numbers among the features. */
  BinSearch search() {
    return search;
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

  /**
   * The columns of free text.
   *
   * @return lengths and kinds of characters, by field name; empty for profiles of format 1
   */
  public Map<String, TextStatistics> texts() {
    return Map.copyOf(texts);
  }

  /**
   * How the first {@value Correlations#MOST_COLUMNS} numeric columns go together.
   *
   * @return the correlations; of no columns for profiles of format 1
   */
  public Correlations correlations() {
    return correlations;
  }

  /**
   * Whether counts of a column are estimates of a sketch.
   *
   * @return true if a column's are, see {@link ColumnDetails}
   */
  public boolean approximate() {
    return columns.stream().anyMatch(column -> column.details().approximate());
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
      List<ColumnDetails> details,
      Map<String, String> leftOut,
      @Nullable ErrorProfile errors,
      Map<String, TextStatistics> texts,
      Correlations correlations) {}

  /** A profile of format 1 as JSON: its bytes, and so its digest, must stay. */
  record SavedFirst(
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
