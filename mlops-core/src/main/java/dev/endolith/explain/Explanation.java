package dev.endolith.explain;

import java.util.List;

/**
 * What each field added to a score: {@code score = base + sum of contributions}, but for LIME,
 * which does not promise it. Immutable.
 *
 * @param method how it was found
 * @param margin whether the score is one before its link function, such as log-odds
 * @param base the score where nothing is known of the row: its mean over the background
 * @param score the row's score
 * @param contributions one for each field, in the order of the schema
 */
public record Explanation(
    Method method, boolean margin, double base, double score, List<Contribution> contributions) {
  /** How contributions are found. */
  public enum Method {
    /** Exact, of a linear model's terms. */
    LINEAR,
    /** Exact Shapley values of trees against a background. */
    TREE,
    /**
     * Exact Shapley values of trees, of what follows the paths that rows of the background take.
     */
    TREE_PATHS,
    /** Shapley values by orders of the fields, estimated. */
    PERMUTATION,
    /** Shapley values by weighted least squares, exact where all subsets were asked. */
    KERNEL,
    /** A linear model of the surroundings. */
    LIME
  }

  /**
   * What a field added.
   *
   * @param field its name
   * @param value what it added to the score
   */
  public record Contribution(String field, double value) {}

  /**
   * Copies the contributions.
   *
   * @param method how it was found
   * @param margin whether the score is one before its link function, such as log-odds
   * @param base the score where nothing is known of the row
   * @param score the row's score
   * @param contributions one for each field, in the order of the schema
   */
  public Explanation {
    contributions = List.copyOf(contributions);
  }

  /**
   * How far the contributions are from adding up.
   *
   * @return {@code score - base - sum of contributions}; rounding only, but for LIME
   */
  public double residual() {
    double sum = 0;
    for (Contribution c : contributions) {
      sum += c.value();
    }
    return score - base - sum;
  }
}
