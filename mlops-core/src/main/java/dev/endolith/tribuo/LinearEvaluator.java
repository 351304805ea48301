package dev.endolith.tribuo;

import dev.endolith.explain.LinearStructure;
import dev.endolith.explain.ModelStructure;
import java.util.Map;
import org.tribuo.math.la.DenseMatrix;

/*
 * A linear model: scores = normalise(W x + b). A number's scaling is one multiplication and one
 * addition; what is missing counts as 0 after scaling, as in Tribuo. Weights lie output by output, so
 * that the inner loop runs over neighbours.
 */
final class LinearEvaluator implements Evaluator {
  /** What is done with the products; which one a model has is found by comparing its answers. */
  enum Link {
    NONE,
    SOFTMAX,
    SIGMOID
  }

  private final int fields;
  private final double[] slope;
  private final double[] intercept;
  private final int[] categories;
  private final double[] weights;
  private final double[] categoryWeights;
  private final double[] bias;
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
    this.categoryWeights = new double[outputs * features];
    int[] found = new int[fields];
    int count = 0;
    for (int i = 0; i < fields; i++) {
      if (!columns.isNumeric(i)) {
        found[count++] = i;
      } else if (columns.isKnown(i)) {
        slope[i] = columns.slope(i);
        intercept[i] = columns.intercept(i);
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
  }

  @Override
  public void scores(double[] row, double[] scores) {
    int outputs = positions.length;
    for (int k = 0; k < outputs; k++) {
      scores[positions[k]] = bias[k];
    }
    for (int category : categories) {
      int code = (int) row[category];
      row[category] = 0;
      if (code >= 0) {
        for (int k = 0; k < outputs; k++) {
          scores[positions[k]] += categoryWeights[code * outputs + k];
        }
      }
    }
    for (int i = 0; i < fields; i++) {
      double value = row[i] * slope[i] + intercept[i];
      row[i] = Double.isNaN(value) ? 0 : value;
    }
    for (int k = 0; k < outputs; k++) {
      double sum = 0;
      int from = k * fields;
      for (int i = 0; i < fields; i++) {
        sum += weights[from + i] * row[i];
      }
      scores[positions[k]] += sum;
    }
    normalise(scores);
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
