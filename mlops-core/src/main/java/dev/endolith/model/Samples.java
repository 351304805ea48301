package dev.endolith.model;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.Row;
import dev.endolith.data.Task;
import dev.endolith.error.DataException;
import dev.endolith.privacy.PrivacyPolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few rows and what a model answered to them when it was trained. Whoever loads the model asks it
 * the same rows: to warm it up, and to see that it is still the same. Immutable.
 *
 * <p>The rows are those that a {@link PrivacyPolicy} lets out. Where it drops a field that a row
 * must have, the same neutral value stands in every row; the recorded answers are to the rows as
 * they are recorded, so nothing that was dropped can be seen in them.
 *
 * @param <X> the row
 * @param <Y> the answer
 */
public final class Samples<X, Y> {
  /** How many rows are recorded at most. */
  public static final int MOST = 32;

  /**
   * How far a score may be from the recorded one, of the greater of 1 and the recorded one's size:
   * a model that is evaluated in another order, or with 32-bit numbers, still is the same.
   */
  public static final double TOLERANCE = 1e-6;

  private static final Logger LOG = LoggerFactory.getLogger(Samples.class);

  private final Task<X, Y> task;
  private final List<SampleRow> stored;
  private final List<X> rows;
  private final List<Answer> answers;

  private Samples(Task<X, Y> task, List<SampleRow> stored, List<X> rows, List<Answer> answers) {
    this.task = task;
    this.stored = List.copyOf(stored);
    this.rows = List.copyOf(rows);
    this.answers = List.copyOf(answers);
  }

  /** The name of the answer, empty for a number, and its scores. */
  private record Answer(String value, List<Double> scores) {}

  private record Stored(int v, List<SampleRow> rows, List<Answer> answers) {}

  /**
   * Asks a model up to {@value #MOST} rows, evenly from the first to the last.
   *
   * @param model the model
   * @param data rows that the model was trained on
   * @param privacy what may be recorded of them
   * @param <X> the row
   * @param <Y> the answer
   * @return the samples; empty if the task's features cannot make rows of texts
   */
  public static <X, Y> Samples<X, Y> record(
      Predictor<X, Y> model, Dataset<X, Y> data, PrivacyPolicy privacy) {
    int size = data.size();
    int wanted = Math.min(MOST, size);
    boolean[] chosen = new boolean[size];
    for (int i = 0; i < wanted; i++) {
      chosen[(int) ((long) i * size / wanted)] = true;
    }
    List<X> rows = new ArrayList<>();
    int at = 0;
    for (Example<X, Y> example : data) {
      if (chosen[at++]) {
        rows.add(example.x());
      }
    }
    return record(model, data.task(), rows, privacy);
  }

  /**
   * Asks a model given rows.
   *
   * @param model the model
   * @param task what it is asked
   * @param asked the rows, all of which are recorded
   * @param privacy what may be recorded of them
   * @param <X> the row
   * @param <Y> the answer
   * @return the samples; empty if the task's features cannot make rows of texts
   */
  public static <X, Y> Samples<X, Y> record(
      Predictor<X, Y> model, Task<X, Y> task, List<X> asked, PrivacyPolicy privacy) {
    List<SampleRow> stored = new ArrayList<>();
    List<X> rows = new ArrayList<>();
    int unreadable = 0;
    for (X x : asked) {
      try {
        SampleRow row = SampleRow.of(Row.copyOf(task.features(), x), privacy);
        rows.add(task.features().read(row));
        stored.add(row);
      } catch (RuntimeException e) {
        unreadable++; // what the host's own type does not take back cannot be asked again
      }
    }
    if (unreadable > 0) {
      LOG.info("{} of {} rows cannot be recorded as samples", unreadable, asked.size());
    }
    List<Answer> answers =
        model.predictAll(rows).stream().map(prediction -> answer(task, prediction)).toList();
    return new Samples<>(task, stored, rows, answers);
  }

  /**
   * A row that can be asked, made of what was kept of one, as samples are: a field that the policy
   * drops, or that was dropped before, is missing, or has the same neutral value in every row.
   *
   * @param features how rows become features
   * @param kept what was kept of a row
   * @param privacy what may be seen of it
   * @param <X> the row
   * @return the row
   * @throws DataException if the features cannot make rows of texts, or not of these
   */
  public static <X> X askable(Features<X> features, Row kept, PrivacyPolicy privacy) {
    return features.read(SampleRow.of(kept, privacy));
  }

  /**
   * Reads what {@link #toJson()} wrote.
   *
   * @param json the text
   * @param task what the model will be asked
   * @param <X> the row
   * @param <Y> the answer
   * @return the samples
   * @throws DataException if the text holds no samples, or a row does not fit the task
   */
  public static <X, Y> Samples<X, Y> fromJson(byte[] json, Task<X, Y> task) {
    Stored stored = CanonicalJson.read(new String(json, StandardCharsets.UTF_8), Stored.class);
    if (stored.v() != 1 || stored.rows().size() != stored.answers().size()) {
      throw new DataException(
          "samples", 0, "", "the samples are not of a form that this version of the library reads");
    }
    List<X> rows = stored.rows().stream().map(task.features()::read).toList();
    return new Samples<>(task, stored.rows(), rows, stored.answers());
  }

  /**
   * The samples as canonical JSON.
   *
   * @return UTF-8 text
   */
  public byte[] toJson() {
    return CanonicalJson.write(new Stored(1, stored, answers)).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The rows.
   *
   * @return the rows, at most as many as were recorded; empty if there are none
   */
  public List<X> rows() {
    return rows;
  }

  /**
   * Asks a model every row, and compares.
   *
   * @param model the model; asked once for each row
   * @return the first difference as a sentence without the row's values, empty if it answers as
   *     recorded within {@link #TOLERANCE}
   */
  public Optional<String> difference(Predictor<X, Y> model) {
    for (int i = 0; i < rows.size(); i++) {
      Answer recorded = answers.get(i);
      Answer given = answer(task, model.predict(rows.get(i)));
      if (!same(recorded, given)) {
        return Optional.of(
            "the answer to recorded sample "
                + (i + 1)
                + " of "
                + rows.size()
                + " is "
                + described(given)
                + ", at training it was "
                + described(recorded));
      }
    }
    return Optional.empty();
  }

  private static String described(Answer answer) {
    return answer.value().isEmpty()
        ? answer.scores().toString()
        : "'" + answer.value() + "' " + answer.scores();
  }

  private static boolean same(Answer recorded, Answer given) {
    if (recorded.scores().size() != given.scores().size()) {
      return false;
    }
    for (int i = 0; i < recorded.scores().size(); i++) {
      double was = recorded.scores().get(i);
      if (!(Math.abs(given.scores().get(i) - was) <= TOLERANCE * Math.max(1, Math.abs(was)))) {
        return false;
      }
    }
    // between equal scores the last bit decides which label is named
    return recorded.value().equals(given.value())
        || (!recorded.scores().equals(given.scores()) && tied(recorded));
  }

  private static boolean tied(Answer answer) {
    double[] scores = answer.scores().stream().mapToDouble(score -> score).sorted().toArray();
    int last = scores.length - 1;
    return last < 1 || scores[last] - scores[last - 1] <= 2 * TOLERANCE;
  }

  private static <Y> Answer answer(Task<?, Y> task, Prediction<Y> prediction) {
    if (prediction instanceof Regressed number) {
      return new Answer("", List.of(number.number()));
    }
    double[] scores = {};
    if (prediction instanceof Classified<?> classified) {
      scores = classified.scores();
    } else if (prediction instanceof AnomalyScored anomaly) {
      scores = new double[] {anomaly.score()};
    }
    return new Answer(task.labelName(prediction.value()), Arrays.stream(scores).boxed().toList());
  }
}
