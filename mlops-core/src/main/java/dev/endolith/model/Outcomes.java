package dev.endolith.model;

import dev.endolith.data.Anomaly;
import dev.endolith.data.Classification;
import dev.endolith.data.Dataset;
import dev.endolith.data.Digest;
import dev.endolith.data.Example;
import dev.endolith.data.MultiOutput;
import dev.endolith.data.Task;
import dev.endolith.data.TensorTask;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers beside the truth, in row order: what metrics are computed on. Immutable.
 *
 * <p>For a classification {@link #truth}, {@link #answer} and {@link #score} speak of positions in
 * {@link Classification#labels()}; for a regression {@link #trueNumber} and {@link #answeredNumber}
 * hold.
 */
public final class Outcomes {
  private enum Kind {
    LABELS,
    NUMBERS,
    ANOMALIES,
    CLUSTERS
  }

  private final Kind kind;
  private final int labels;
  private final int positive;
  private final double[] truth;
  private final double[] answer;
  private final double[][] scores;

  private Outcomes(
      Kind kind, int labels, int positive, double[] truth, double[] answer, double[][] scores) {
    this.kind = kind;
    this.labels = labels;
    this.positive = positive;
    this.truth = truth;
    this.answer = answer;
    this.scores = scores;
  }

  /**
   * Asks a model for every row of a dataset.
   *
   * @param predictor the model
   * @param data the rows and their labels
   * @param <X> the row
   * @param <Y> the label
   * @return the answers beside the labels
   */
  public static <X, Y> Outcomes of(Predictor<X, Y> predictor, Dataset<X, Y> data) {
    List<X> rows = new ArrayList<>(data.size());
    List<Y> truths = new ArrayList<>(data.size());
    for (Example<X, Y> example : data) {
      rows.add(example.x());
      truths.add(example.y());
    }
    return of(data.task(), predictor.predictAll(rows), truths);
  }

  /**
   * Answers that were given, beside the truth.
   *
   * @param task what was predicted
   * @param answers the answers
   * @param truths the labels, one per answer
   * @param <Y> the label
   * @return both
   * @throws IllegalArgumentException if the lists are not equally long
   */
  public static <Y> Outcomes of(
      Task<?, Y> task, List<? extends Prediction<Y>> answers, List<? extends Y> truths) {
    if (answers.size() != truths.size()) {
      throw new IllegalArgumentException(
          "there must be one label per answer, were "
              + truths.size()
              + " labels and "
              + answers.size()
              + " answers");
    }
    if (task instanceof MultiOutput || task instanceof TensorTask) {
      throw new IllegalArgumentException(
          "an answer of several outputs has no one outcome; judge each output with a task of its"
              + " own");
    }
    int n = answers.size();
    double[] truth = new double[n];
    double[] answer = new double[n];
    if (task instanceof Classification<?, Y> classes) {
      double[][] scores = new double[n][];
      for (int i = 0; i < n; i++) {
        truth[i] = classes.position(truths.get(i));
        Classified<Y> given = (Classified<Y>) answers.get(i);
        answer[i] = given.position();
        scores[i] = given.scores();
      }
      int positive = classes.positive().map(classes::position).orElse(-1);
      return new Outcomes(Kind.LABELS, classes.labels().size(), positive, truth, answer, scores);
    }
    Kind kind = Kind.NUMBERS;
    double[][] scores = new double[task instanceof Anomaly ? n : 0][];
    for (int i = 0; i < n; i++) {
      Prediction<?> given = answers.get(i);
      if (given instanceof AnomalyScored scored && truths.get(i) instanceof Boolean anomalous) {
        kind = Kind.ANOMALIES;
        truth[i] = anomalous ? 1 : 0;
        answer[i] = scored.anomalous() ? 1 : 0;
        scores[i] = new double[] {-scored.score(), scored.score()};
      } else if (given instanceof Clustered group && truths.get(i) instanceof Integer known) {
        kind = Kind.CLUSTERS;
        truth[i] = known;
        answer[i] = group.cluster();
      } else {
        truth[i] = (Double) truths.get(i);
        answer[i] = ((Regressed) given).number();
      }
    }
    boolean anomalies = kind == Kind.ANOMALIES;
    return new Outcomes(kind, anomalies ? 2 : 0, anomalies ? 1 : -1, truth, answer, scores);
  }

  /**
   * The number of rows.
   *
   * @return the number of rows
   */
  public int size() {
    return truth.length;
  }

  /**
   * The number of labels.
   *
   * @return the number of labels, 2 for anomalies, 0 for a regression or a clustering
   */
  public int labels() {
    return labels;
  }

  /**
   * The position of the label that binary metrics count as positive.
   *
   * @return the position, -1 if there is none
   */
  public int positive() {
    return positive;
  }

  /**
   * The true label of a row.
   *
   * @param row the row
   * @return the label's position
   */
  public int truth(int row) {
    return (int) truth[row];
  }

  /**
   * The answered label of a row.
   *
   * @param row the row
   * @return the label's position
   */
  public int answer(int row) {
    return (int) answer[row];
  }

  /**
   * The score of a label.
   *
   * @param row the row
   * @param label the label's position
   * @return the score
   */
  public double score(int row, int label) {
    return scores[row][label];
  }

  /**
   * The true number of a row.
   *
   * @param row the row
   * @return the number
   */
  public double trueNumber(int row) {
    return truth[row];
  }

  /**
   * The answered number of a row.
   *
   * @param row the row
   * @return the number
   */
  public double answeredNumber(int row) {
    return answer[row];
  }

  /**
   * A digest of all answers and scores to the bit.
   *
   * @return the digest; equal for two models that answer alike on the same rows
   */
  public Digest answersDigest() {
    MessageDigest sha = Digest.sha256();
    ByteBuffer eight = ByteBuffer.allocate(Long.BYTES);
    for (int i = 0; i < answer.length; i++) {
      sha.update(eight.clear().putDouble(answer[i]).flip());
      if (labels > 0) {
        for (double score : scores[i]) {
          sha.update(eight.clear().putDouble(score).flip());
        }
      }
    }
    return Digest.finish(sha);
  }

  /** Whether scores may be probabilities: those of anomalies have a unit of their own. */
  boolean probabilities() {
    return kind == Kind.LABELS;
  }

  boolean numbers() {
    return kind == Kind.NUMBERS;
  }

  boolean clusters() {
    return kind == Kind.CLUSTERS;
  }

  /** The rows at the given positions, which may repeat. */
  Outcomes select(int[] rows) {
    double[] t = new double[rows.length];
    double[] a = new double[rows.length];
    double[][] s = new double[labels > 0 ? rows.length : 0][];
    for (int i = 0; i < rows.length; i++) {
      t[i] = truth[rows[i]];
      a[i] = answer[rows[i]];
      if (labels > 0) {
        s[i] = scores[rows[i]];
      }
    }
    return new Outcomes(kind, labels, positive, t, a, s);
  }
}
