package dev.endolith.monitoring.profile;

import dev.endolith.data.Classification;
import dev.endolith.data.Example;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a model scores and errs on more labelled rows than can be held, in one pass: what {@link
 * StreamedProfile#build(StreamedAnswers)} adds to a profile. Rows are asked in batches of {@value
 * #BATCH}. Counts of labels are exact; the distribution of scores and, of a regression, the scale
 * of the errors come from sketches where there are more than 512 distinct values.
 *
 * <pre>{@code
 * StreamedProfile<Contact> profile = StreamedProfile.of(task.features(), 42);
 * StreamedAnswers<Contact, Reply> answers = StreamedAnswers.of(task, model, 42);
 * Csv.reader(task).forEach(training, example -> profile.add(example.x()));
 * Csv.reader(task).forEach(heldOut, answers::add);
 * ReferenceProfile reference = profile.build(answers);
 * }</pre>
 *
 * <p>Mutable, confined to one thread.
 *
 * @param <X> the row
 * @param <Y> the label
 */
public final class StreamedAnswers<X, Y> {
  private static final int BATCH = 1_024;
  private static final double SCALE_RANK = 0.995;

  private final Task<X, Y> task;
  private final Predictor<X, Y> model;
  private final Scores how;
  private final List<String> labels;
  private final List<Example<X, Y>> waiting = new ArrayList<>();
  private final NumberSketch scores;
  private final NumberSketch truths;
  private final NumberSketch distances;
  private final Map<@Nullable String, Long> answered = new HashMap<>();
  private final Map<@Nullable String, Long> labelled = new HashMap<>();
  private long rows;
  private long wrong;
  private double bias; // the mean of the residuals so far
  private double squares;

  private StreamedAnswers(Task<X, Y> task, Predictor<X, Y> model, long seed) {
    this.task = task;
    this.model = model;
    this.how = Scores.of(task);
    this.labels =
        task instanceof Classification<X, Y> classes
            ? classes.labels().stream().map(classes::labelName).toList()
            : List.of();
    this.scores = new NumberSketch(QuantileSketch.DEFAULT_SIZE, seed + 0x2545F4914F6CDD1DL);
    this.truths = new NumberSketch(QuantileSketch.DEFAULT_SIZE, seed + 0x5851F42D4C957F2DL);
    this.distances = new NumberSketch(QuantileSketch.DEFAULT_SIZE, seed + 0x14057B7EF767814FL);
  }

  /**
   * Answers to no rows.
   *
   * @param task what the model is asked
   * @param model the model; not closed
   * @param seed of the sketches' coins
   * @param <X> the row
   * @param <Y> the label
   * @return the answers
   */
  public static <X, Y> StreamedAnswers<X, Y> of(Task<X, Y> task, Predictor<X, Y> model, long seed) {
    return new StreamedAnswers<>(task, model, seed);
  }

  /**
   * Adds a row, best one that the model was not trained on.
   *
   * @param example the row and its label
   */
  public void add(Example<X, Y> example) {
    waiting.add(example);
    if (waiting.size() >= BATCH) {
      ask();
    }
  }

  private void ask() {
    List<Prediction<Y>> given = model.predictAll(waiting.stream().map(Example::x).toList());
    for (int i = 0; i < given.size(); i++) {
      count(given.get(i), waiting.get(i).y());
    }
    waiting.clear();
  }

  private void count(Prediction<Y> prediction, Y truth) {
    String answer = task.labelName(prediction.value());
    String label = task.labelName(truth);
    rows++;
    if (prediction instanceof Classified<Y> classified) {
      scores.add(how.score(answer, classified.scores()));
      wrong += answer.equals(label) ? 0 : 1;
      double residual = how.residual(labels, label, classified.scores());
      double delta = residual - bias;
      bias += delta / rows;
      squares += delta * (residual - bias);
      answered.merge(answer, 1L, Long::sum);
      labelled.merge(label, 1L, Long::sum);
    } else {
      double score = how.score(answer, new double[0]);
      scores.add(score);
      truths.add((Double) truth);
      distances.add(Math.abs(score - (Double) truth));
    }
  }

  /**
   * How many rows were added.
   *
   * @return the number of rows
   */
  public long rows() {
    return rows + waiting.size();
  }

  /** The columns of the scores, of the answers where there are more than two, and of the labels. */
  List<ReferenceColumn> columns() {
    ask();
    List<ReferenceColumn> columns = new ArrayList<>();
    columns.add(scores.column(ReferenceProfile.SCORE, Role.SCORE, ReferenceProfile.MOST_BINS));
    if (labels.size() > 2) {
      columns.add(words(ReferenceProfile.ANSWER, Role.ANSWER, answered));
    }
    columns.add(
        labels.isEmpty()
            ? truths.column(ReferenceProfile.LABEL, Role.LABEL, ReferenceProfile.MOST_BINS)
            : words(ReferenceProfile.LABEL, Role.LABEL, labelled));
    return columns;
  }

  private ReferenceColumn words(String name, Role role, Map<@Nullable String, Long> counts) {
    return ReferenceColumn.ofCategories(
        name, role, labels, counts, ReferenceProfile.MOST_CATEGORIES);
  }

  ErrorProfile errors() {
    ask();
    if (rows == 0) {
      return new ErrorProfile(!labels.isEmpty(), 0, Double.NaN, 1, Double.NaN, Double.NaN);
    }
    if (!labels.isEmpty()) {
      return new ErrorProfile(
          true, rows, (double) wrong / rows, 1, bias, Math.sqrt(squares) / rows);
    }
    WeightedValues sorted = distances.sorted();
    double scale = Quantiles.of(sorted::at, sorted.count(), SCALE_RANK);
    double sum = 0;
    for (int i = 0; i < sorted.size(); i++) {
      double error = sorted.value(i) == 0 ? 0 : Math.min(1, sorted.value(i) / scale);
      sum += sorted.weight(i) * error;
    }
    return new ErrorProfile(false, rows, sum / sorted.count(), scale, Double.NaN, Double.NaN);
  }
}
