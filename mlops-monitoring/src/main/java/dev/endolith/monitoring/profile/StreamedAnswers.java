package dev.endolith.monitoring.profile;

import dev.endolith.data.Classification;
import dev.endolith.data.Example;
import dev.endolith.data.Task;
import dev.endolith.error.DataException;
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
 * <p><b>Parts</b> that were asked apart, by thread, node or day, can be {@link #merge merged}, also
 * from {@link #toBytes bytes}. As long as there are at most 512 distinct scores (and, of a
 * regression, true values and errors), all of it is counted exactly, and merging in any order gives
 * the same bytes. With more, the counts of answers and labels, the error rate, the bias and its
 * error are still the same in any order; the distribution of scores, and of a regression that of
 * labels and the scale of errors, are not: a quantile sketch keeps some of the values, and which
 * depends on when it had to choose. They differ within the error that the column states. Give parts
 * different seeds, so that their coins are independent.
 *
 * <p>Mutable, confined to one thread.
 *
 * @param <X> the row
 * @param <Y> the label
 */
public final class StreamedAnswers<X, Y> {
  private static final int BATCH = 1_024;
  private static final double SCALE_RANK = 0.995;
  private static final int FORMAT = 1;

  private final Task<X, Y> task;
  private final Predictor<X, Y> model;
  private final Scores how;
  private final List<String> labels;
  private final List<Example<X, Y>> waiting = new ArrayList<>();
  private NumberSketch scores;
  private NumberSketch truths;
  private NumberSketch distances;
  private final Map<@Nullable String, Long> answered = new HashMap<>();
  private final Map<@Nullable String, Long> labelled = new HashMap<>();
  private long rows;
  private long wrong;
  private long unscored; // rows without a residual, which leave the bias undefined
  private final ExactSum residuals = new ExactSum();

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
      if (Math.abs(residual) <= ExactSum.GREATEST) { // not NaN either
        residuals.add(residual);
      } else {
        unscored++;
      }
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
   * Adds the answers of another part, which stays as it is but for having asked its last rows.
   *
   * @param other answers of the same task
   * @throws IllegalArgumentException if {@code other} is of a task with other labels, or is this
   *     one
   * @throws ArithmeticException if a count exceeds {@link Long#MAX_VALUE}
   */
  public void merge(StreamedAnswers<?, ?> other) {
    if (other == this || !labels.equals(other.labels)) {
      throw new IllegalArgumentException(
          "answers to be merged must be two of tasks with the same labels, have "
              + labels
              + " and "
              + other.labels);
    }
    ask();
    other.ask();
    rows = Math.addExact(rows, other.rows);
    wrong += other.wrong;
    unscored += other.unscored;
    residuals.merge(other.residuals);
    other.answered.forEach((name, count) -> answered.merge(name, count, Math::addExact));
    other.labelled.forEach((name, count) -> labelled.merge(name, count, Math::addExact));
    scores.merge(other.scores);
    truths.merge(other.truths);
    distances.merge(other.distances);
  }

  /**
   * What was counted, as bytes, for a merge elsewhere. Asks the model about the last rows first.
   *
   * @return the bytes
   */
  public byte[] toBytes() {
    ask();
    Varints.Writer out = new Varints.Writer();
    out.number(FORMAT);
    out.number(labels.size());
    labels.forEach(out::text);
    out.number(rows);
    out.number(wrong);
    out.number(unscored);
    residuals.write(out);
    for (String label : labels) {
      out.number(answered.getOrDefault(label, 0L));
      out.number(labelled.getOrDefault(label, 0L));
    }
    scores.write(out);
    truths.write(out);
    distances.write(out);
    return out.bytes();
  }

  /**
   * Reads what {@link #toBytes()} wrote.
   *
   * @param task what the model was asked
   * @param model the model, to go on with; not closed
   * @param bytes the bytes
   * @param <X> the row
   * @param <Y> the label
   * @return the answers
   * @throws DataException if they are not answers of a task with these labels
   */
  public static <X, Y> StreamedAnswers<X, Y> read(
      Task<X, Y> task, Predictor<X, Y> model, byte[] bytes) {
    Varints.Reader in = new Varints.Reader("streamed answers", bytes);
    StreamedAnswers<X, Y> answers = new StreamedAnswers<>(task, model, 0);
    boolean same = in.number() == FORMAT && in.number() == answers.labels.size();
    for (int i = 0; same && i < answers.labels.size(); i++) {
      same = in.text().equals(answers.labels.get(i));
    }
    if (!same) {
      throw in.broken("they must be of format " + FORMAT + " and of the task's labels");
    }
    answers.rows = in.count(Long.MAX_VALUE);
    answers.wrong = in.count(answers.rows);
    answers.unscored = in.count(answers.rows);
    answers.residuals.read(in);
    for (String label : answers.labels) {
      put(answers.answered, label, in.count(answers.rows));
      put(answers.labelled, label, in.count(answers.rows));
    }
    answers.scores = NumberSketch.read(in);
    answers.truths = NumberSketch.read(in);
    answers.distances = NumberSketch.read(in);
    in.end();
    return answers;
  }

  /** What never came has no count, rather than one of 0. */
  private static void put(Map<@Nullable String, Long> counts, String name, long count) {
    if (count > 0) {
      counts.put(name, count);
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
      boolean scored = unscored == 0;
      return new ErrorProfile(
          true,
          rows,
          (double) wrong / rows,
          1,
          scored ? residuals.mean(rows) : Double.NaN,
          scored ? Math.sqrt(residuals.spread(rows)) / rows : Double.NaN);
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
