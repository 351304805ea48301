package dev.endolith.monitoring.tribuo;

import dev.endolith.monitoring.drift.RowClassifier;
import java.util.Arrays;
import org.tribuo.Feature;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Classifiers that tell two samples apart.
 *
 * <pre>{@code
 * ClassifierTest test = ClassifierTest.of(TribuoClassifiers.logistic());
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class TribuoClassifiers {
  private static final Label REFERENCE = new Label("reference");
  private static final Label CURRENT = new Label("current");

  private TribuoClassifiers() {}

  /** Makes a trainer for each training, as trainers keep a state. */
  @FunctionalInterface
  public interface Maker {
    /**
     * Makes a trainer.
     *
     * @param seed where its chance comes from
     * @return a trainer that nobody else has
     */
    Trainer<Label> make(long seed);
  }

  /**
   * Returns logistic regression on standardised columns and their squares, so that it sees means
   * and spreads that move: Tribuo's defaults (AdaGrad, five passes, its own fixed seed).
   *
   * @return the classifier
   */
  public static RowClassifier logistic() {
    RowClassifier linear = of(seed -> new LogisticRegressionTrainer());
    return (rows, current, seed) -> {
      double[][] scales = scales(rows);
      double[][] expanded =
          Arrays.stream(rows).map(row -> expanded(row, scales)).toArray(double[][]::new);
      RowClassifier.Scorer scorer = linear.learn(expanded, current, seed);
      return row -> scorer.score(expanded(row, scales));
    };
  }

  /**
   * Returns a classifier by any trainer of Tribuo.
   *
   * @param maker makes the trainer; rows are given as they are
   * @return the classifier, whose score is the score of "current"
   */
  public static RowClassifier of(Maker maker) {
    return (rows, current, seed) -> {
      LabelFactory factory = new LabelFactory();
      MutableDataset<Label> data =
          new MutableDataset<>(new SimpleDataSourceProvenance("two samples", factory), factory);
      String[] names = new String[rows[0].length + 1];
      Arrays.setAll(names, k -> "c" + k);
      for (int i = 0; i < rows.length; i++) {
        data.add(example(names, rows[i], current[i] ? CURRENT : REFERENCE));
      }
      Model<Label> model = maker.make(seed).train(data);
      return row -> {
        Label scored =
            model.predict(example(names, row, REFERENCE)).getOutputScores().get("current");
        return scored == null ? 0 : scored.getScore();
      };
    };
  }

  /** One constant feature beside the columns: an example without any is refused. */
  private static ArrayExample<Label> example(String[] names, double[] row, Label label) {
    ArrayExample<Label> example = new ArrayExample<>(label, names.length);
    for (int k = 0; k < row.length; k++) {
      example.add(new Feature(names[k], row[k]));
    }
    example.add(new Feature(names[row.length], 1));
    return example;
  }

  /** Means and deviations; 1 for a column that does not vary. */
  private static double[][] scales(double[][] rows) {
    int width = rows[0].length;
    double[] means = new double[width];
    double[] deviations = new double[width];
    for (int k = 0; k < width; k++) {
      double greatest = 0;
      for (double[] row : rows) {
        greatest = Math.max(greatest, Math.abs(row[k]));
      }
      double unit = greatest > 0 ? greatest : 1;
      double mean = 0;
      double squares = 0;
      for (double[] row : rows) {
        mean += row[k] / unit / rows.length;
      }
      for (double[] row : rows) {
        squares += Math.pow(row[k] / unit - mean, 2) / rows.length;
      }
      means[k] = mean * unit;
      deviations[k] = squares > 1e-26 ? Math.sqrt(squares) * unit : unit;
    }
    return new double[][] {means, deviations};
  }

  private static double[] expanded(double[] row, double[][] scales) {
    double[] expanded = new double[2 * row.length];
    for (int k = 0; k < row.length; k++) {
      // ten deviations are as telling as more, and do not blow up the gradient
      double z = (row[k] - scales[0][k]) / scales[1][k];
      z = Math.max(-10, Math.min(10, z));
      expanded[k] = z;
      expanded[row.length + k] = z * z - 1;
    }
    return expanded;
  }
}
