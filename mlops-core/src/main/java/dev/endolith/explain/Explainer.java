package dev.endolith.explain;

import dev.endolith.data.Task;
import dev.endolith.model.Predictor;
import java.util.List;

/**
 * Says what each field added to a score of an answer. Thread-safe.
 *
 * @param <X> what the model is asked
 */
@FunctionalInterface
public interface Explainer<X> {
  /**
   * Explains one score.
   *
   * @param x the row
   * @param output which score: a label's position in its task's labels; 0 for a regression
   * @return the explanation
   * @throws IllegalArgumentException if the model has no such score
   */
  Explanation explain(X x, int output);

  /**
   * Exact contributions of a model whose arithmetic is known, linear or of trees: Shapley values
   * against the mean over a background, of the score before any link function. Costs, for trees, a
   * walk per background row.
   *
   * @param model a predictor of this library's formats
   * @param background at least one row, for example 100 of those approved
   * @param <X> the row
   * @param <Y> the answer
   * @return the explainer
   * @throws IllegalArgumentException if the model's arithmetic is not known, or there is no row
   */
  static <X, Y> Explainer<X> exact(Predictor<X, Y> model, List<? extends X> background) {
    return StructureExplainer.of(model, background, false);
  }

  /**
   * Exact contributions of trees by the paths that a background takes through them: what a field
   * that is not known would be follows the branches taken before it. Costs the same for any
   * background.
   *
   * @param model a predictor of this library's formats
   * @param background rows that weight the branches; may be empty
   * @param <X> the row
   * @param <Y> the answer
   * @return the explainer
   * @throws IllegalArgumentException if the model is not of trees
   */
  static <X, Y> Explainer<X> byPaths(Predictor<X, Y> model, List<? extends X> background) {
    return StructureExplainer.of(model, background, true);
  }

  /**
   * Estimated Shapley values of any model, by random orders of the fields and their reverses; what
   * is not known comes from the background. The contributions add up exactly. Asks the model {@code
   * 2 * orders * (fields + 1)} times for each background row.
   *
   * @param task the model's task; its features can change rows, or make them of their fields alone
   * @param model the model
   * @param background at least one row
   * @param orders how many orders, at least 1
   * @param seed chooses them
   * @param <X> the row
   * @param <Y> the answer
   * @return the explainer
   * @throws IllegalArgumentException if there is no row, or {@code orders < 1}
   */
  static <X, Y> Explainer<X> permutation(
      Task<X, Y> task, Predictor<X, Y> model, List<? extends X> background, int orders, long seed) {
    return new SampledExplainer<>(
        Explanation.Method.PERMUTATION, task, model, background, orders, seed);
  }

  /**
   * Shapley values of any model by weighted least squares over subsets of the fields (Lundberg, Lee
   * 2017, theorem 2); exact where there are no more subsets than may be asked. The contributions
   * add up exactly.
   *
   * @param task the model's task; its features can change rows, or make them of their fields alone
   * @param model the model
   * @param background at least one row
   * @param subsets how many subsets to ask, at least 2 for each field
   * @param seed chooses them
   * @param <X> the row
   * @param <Y> the answer
   * @return the explainer
   * @throws IllegalArgumentException if there is no row, or too few subsets
   */
  static <X, Y> Explainer<X> kernel(
      Task<X, Y> task,
      Predictor<X, Y> model,
      List<? extends X> background,
      int subsets,
      long seed) {
    return new SampledExplainer<>(
        Explanation.Method.KERNEL, task, model, background, subsets, seed);
  }

  /**
   * A local linear model (Ribeiro, Singh, Guestrin 2016): fields are taken from the background at
   * random, rows weigh by how many were kept. The contributions do not add up exactly; {@link
   * Explanation#residual()} says by how much.
   *
   * @param task the model's task; its features can change rows, or make them of their fields alone
   * @param model the model
   * @param background at least one row
   * @param samples how many rows to make, at least 2 for each field
   * @param seed chooses them
   * @param <X> the row
   * @param <Y> the answer
   * @return the explainer
   * @throws IllegalArgumentException if there is no row, or too few samples
   */
  static <X, Y> Explainer<X> lime(
      Task<X, Y> task,
      Predictor<X, Y> model,
      List<? extends X> background,
      int samples,
      long seed) {
    return new SampledExplainer<>(Explanation.Method.LIME, task, model, background, samples, seed);
  }
}
