package dev.endolith.tribuo;

import dev.endolith.explain.LinearStructure;
import dev.endolith.explain.ModelStructure;
import java.util.Map;
import org.tribuo.math.la.DenseMatrix;

/*
 * A linear model: scores = normalise(W x + b). A number's scaling is one multiplication and one
 * addition, and both are part of the weights and of b; what is missing counts as 0 after scaling, as
 * in Tribuo. Four outputs are summed side by side, as each sum waits for itself only.
 */
final class LinearEvaluator implements Evaluator {
  /** What is done with the products; which one a model has is found by comparing its answers. */
  enum Link {
    NONE,
    SOFTMAX,
    SIGMOID
  }

  private static final int ABREAST = 4;

  private final int fields;
  private final double[] slope;
  private final double[] intercept;
  private final int[] categories;
  private final double[] weights;
  private final double[] categoryWeights;
  private final double[] bias;

  /** What scaling makes 0 of. */
  private final double[] absent;

  /** An output's weights of numbers as they are, before scaling; filled up by outputs of zeros. */
  private final double[][] unscaled;

  private final double[] unscaledBias;
  private final int[] positions;
  private final Link link;

  /**
   * Translates a model.
   *
   * @param matrix one row per output of the model, one column per feature, then perhaps the bias
   * @param positions where each output of the model stands among the scores
   */
  LinearEvaluator(Columns columns, DenseMatrix matrix, int[] positions, Link link) {
    int outputs = positions.length;
    int features = columns.features().size();
    this.fields = columns.size();
    this.positions = positions;
    this.link = link;
    this.slope = new double[fields];
    this.intercept = new double[fields];
    this.weights = new double[outputs * fields];
    this.bias = new double[outputs];
    this.absent = new double[fields];
    this.categoryWeights = new double[outputs * features];
    int[] found = new int[fields];
    int count = 0;
    for (int i = 0; i < fields; i++) {
      if (!columns.isNumeric(i)) {
        found[count++] = i;
      } else if (columns.isKnown(i)) {
        slope[i] = columns.slope(i);
        intercept[i] = columns.intercept(i);
        absent[i] = -intercept[i] / slope[i];
      }
    }
    this.categories = java.util.Arrays.copyOf(found, count);
    for (int k = 0; k < outputs; k++) {
      bias[k] = matrix.getDimension2Size() > features ? matrix.get(k, features) : 0;
      for (int i = 0; i < fields; i++) {
        if (columns.isNumeric(i)) {
          if (columns.isKnown(i)) {
            int id = columns.features().getID(columns.schema().field(i).name());
            weights[k * fields + i] = matrix.get(k, id);
          }
        } else {
          for (Map.Entry<String, Integer> code : columns.codes(i).entrySet()) {
            categoryWeights[code.getValue() * outputs + k] = matrix.get(k, code.getValue());
          }
        }
      }
    }
    int blocks = (outputs + ABREAST - 1) / ABREAST;
    this.unscaled = new double[blocks * ABREAST][fields];
    this.unscaledBias = bias.clone();
    for (int k = 0; k < outputs; k++) {
      for (int i = 0; i < fields; i++) {
        unscaled[k][i] = weights[k * fields + i] * slope[i];
        unscaledBias[k] += weights[k * fields + i] * intercept[i];
      }
    }
  }

  @Override
  public boolean whole(double[] row, double[] scores) {
    if (!sums(row, scores)) {
      return false;
    }
    finish(row, scores);
    return true;
  }

  @Override
  public void scores(double[] row, double[] scores) {
    for (int i = 0; i < fields; i++) {
      row[i] = Double.isNaN(row[i]) ? absent[i] : row[i];
    }
    sums(row, scores);
    finish(row, scores);
  }

  /**
   * The bias and the sums over numbers; says whether all are finite: one missing number is in all.
   */
  private boolean sums(double[] row, double[] scores) {
    int outputs = positions.length;
    boolean finite = true;
    for (int k = 0; k < outputs; k += ABREAST) {
      double[] first = unscaled[k];
      double[] second = unscaled[k + 1];
      double[] third = unscaled[k + 2];
      double[] fourth = unscaled[k + 3];
      double one = 0;
      double two = 0;
      double three = 0;
      double four = 0;
      for (int i = 0; i < fields; i++) {
        double cell = row[i];
        one += first[i] * cell;
        two += second[i] * cell;
        three += third[i] * cell;
        four += fourth[i] * cell;
      }
      finite &= set(k, one, scores);
      finite &= k + 1 >= outputs || set(k + 1, two, scores);
      finite &= k + 2 >= outputs || set(k + 2, three, scores);
      finite &= k + 3 >= outputs || set(k + 3, four, scores);
    }
    return finite;
  }

  private void finish(double[] row, double[] scores) {
    for (int category : categories) {
      int code = (int) row[category];
      if (code >= 0) {
        for (int k = 0; k < positions.length; k++) {
          scores[positions[k]] += categoryWeights[code * positions.length + k];
        }
      }
    }
    normalise(scores);
  }

  private boolean set(int k, double sum, double[] scores) {
    scores[positions[k]] = sum + unscaledBias[k];
    return Double.isFinite(sum);
  }

  @Override
  public ModelStructure structure() {
    int scores = 0;
    for (int position : positions) {
      scores = Math.max(scores, position + 1);
    }
    double[] biases = new double[scores];
    int[] model = new int[scores];
    java.util.Arrays.fill(model, -1);
    for (int k = 0; k < positions.length; k++) {
      biases[positions[k]] = bias[k];
      model[positions[k]] = k;
    }
    boolean[] isCategory = new boolean[fields];
    for (int category : categories) {
      isCategory[category] = true;
    }
    return new LinearStructure(
        biases,
        link != Link.NONE,
        (field, cell, output) -> term(field, cell, model[output], isCategory[field]));
  }

  private double term(int field, double cell, int k, boolean isCategory) {
    if (k < 0 || (isCategory && cell < 0)) {
      return 0;
    }
    if (isCategory) {
      int code = (int) cell;
      return categoryWeights[code * positions.length + k];
    }
    double value = cell * slope[field] + intercept[field];
    return Double.isNaN(value) ? 0 : weights[k * fields + field] * value;
  }

  private void normalise(double[] scores) {
    if (link == Link.SOFTMAX) {
      double most = Double.NEGATIVE_INFINITY;
      for (int position : positions) {
        most = Math.max(most, scores[position]);
      }
      double sum = 0;
      for (int position : positions) {
        scores[position] = Math.exp(scores[position] - most);
        sum += scores[position];
      }
      for (int position : positions) {
        scores[position] /= sum;
      }
    } else if (link == Link.SIGMOID) {
      for (int position : positions) {
        scores[position] = 1 / (1 + Math.exp(-scores[position]));
      }
    }
  }
}
