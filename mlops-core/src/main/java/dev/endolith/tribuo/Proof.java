package dev.endolith.tribuo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.Prediction;
import org.tribuo.impl.ArrayExample;

/**
 * Compares a translation with its original on made-up rows: numbers around those that the model
 * saw, numbers at which its trees branch, categories known and unknown, values missing. The rows
 * are the same in every run.
 */
final class Proof<T extends Output<T>> {
  /**
   * The greatest difference of a score, relative where scores are above 1. Sums of some hundred
   * products in another order differ by about 1e-14; a wrong translation differs by far more.
   */
  static final double MOST = 1e-9;

  /** The same for originals that compute in single precision, whose exponentials differ too. */
  static final double MOST_SINGLE = 2e-6;

  private static final int ROWS = 256;
  private static final long SEED = 0x5eed;
  private static final double MISSING = 0.1;
  private static final double EDGES = 0.5;
  private static final double WIDTH = 3;

  private final Columns columns;
  private final Model<T> model;
  private final T unknown;
  private final Reader<T> reader;
  private final int scores;
  private final double tolerance;

  Proof(Columns columns, Model<T> model, T unknown, Reader<T> reader, int scores) {
    this(columns, model, unknown, reader, scores, MOST);
  }

  Proof(
      Columns columns, Model<T> model, T unknown, Reader<T> reader, int scores, double tolerance) {
    this.columns = columns;
    this.model = model;
    this.unknown = unknown;
    this.reader = reader;
    this.scores = scores;
    this.tolerance = tolerance;
  }

  /** A score of an original answer. */
  interface Reader<T extends Output<T>> {
    double score(Prediction<T> prediction, int position);
  }

  /**
   * The greatest difference that was found.
   *
   * @throws NotCompiled if one is above the tolerance, or another label is best
   */
  double maxDifference(Evaluator evaluator) {
    SplittableRandom random = new SplittableRandom(SEED);
    double most = 0;
    int compared = 0;
    for (int i = 0; i < ROWS; i++) {
      double[] row = row(random);
      if (random.nextDouble() < EDGES) {
        evaluator.edge(row, random);
      }
      List<String> names = new ArrayList<>();
      double[] values = new double[row.length];
      for (int c = 0; c < row.length; c++) {
        if (!columns.isNumeric(c)) {
          if (row[c] >= 0) {
            values[names.size()] = 1;
            names.add(columns.features().get((int) row[c]).getName());
          }
        } else if (columns.isKnown(c) && Double.isFinite(row[c])) {
          values[names.size()] = row[c];
          names.add(columns.schema().field(c).name());
        }
      }
      if (names.isEmpty()) {
        continue; // such a row goes to the original
      }
      Prediction<T> original =
          model.predict(
              new ArrayExample<>(
                  unknown, names.toArray(new String[0]), Arrays.copyOf(values, names.size())));
      double[] found = new double[scores];
      if (!evaluator.whole(row, found)) {
        evaluator.scores(row, found);
      }
      most = Math.max(most, difference(original, found));
      compared++;
    }
    if (compared == 0) {
      throw new NotCompiled("no row could be made to compare its translation with");
    }
    return most;
  }

  private double difference(Prediction<T> original, double[] found) {
    double most = 0;
    int best = 0;
    int bestFound = 0;
    double[] expected = new double[scores];
    for (int k = 0; k < scores; k++) {
      expected[k] = reader.score(original, k);
      most = Math.max(most, Math.abs(expected[k] - found[k]) / Math.max(1, Math.abs(expected[k])));
      best = expected[k] > expected[best] ? k : best;
      bestFound = found[k] > found[bestFound] ? k : bestFound;
    }
    boolean same = best == bestFound || expected[best] - expected[bestFound] <= tolerance;
    if (!(most <= tolerance) || !same) {
      throw new NotCompiled("its translation answers differently, by " + most);
    }
    return most;
  }

  private double[] row(SplittableRandom random) {
    double[] row = new double[columns.size()];
    double share = random.nextBoolean() ? MISSING : 0; // translations can have a way for whole rows
    for (int c = 0; c < row.length; c++) {
      boolean missing = random.nextDouble() < share;
      if (columns.isNumeric(c)) {
        row[c] = missing ? Double.NaN : columns.likely(c, WIDTH * random.nextGaussian());
      } else {
        List<Integer> codes = columns.codes(c).values().stream().sorted().toList();
        row[c] =
            missing || codes.isEmpty() ? Columns.UNKNOWN : codes.get(random.nextInt(codes.size()));
      }
    }
    return row;
  }
}
