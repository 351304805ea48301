package dev.endolith.monitoring.impact;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import dev.endolith.monitoring.profile.ReferenceProfile;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * How much the shift of each column matters to a model: sensitivity × shift, measured with the
 * model at hand. A column that moved far but that the model ignores has no impact; one that moved a
 * little where the model is steep has much.
 *
 * <p>For each column j and each of some current rows x a level u in (0, 1) is drawn; the row is
 * scored with the u-quantile of column j as it is now and as it was in the reference. The mean
 * difference is the effect of the shift of that column's distribution alone: both scores break its
 * dependence on the other columns in the same way, as in permutation importance (A. Fisher, C.
 * Rudin and F. Dominici, Journal of Machine Learning Research 20, 2019), so that breaking it cannot
 * be taken for an impact; and as both values stand at the same u, equal distributions give zero
 * with almost no noise. Categories are ordered by name, missing values come last. Effects of
 * columns that shift together do not add up to the change of the score where the model combines
 * them.
 *
 * <p>Immutable.
 *
 * @param referenceScore the mean score of the reference rows that were drawn
 * @param currentScore the mean score of the current rows that were drawn
 * @param rows how many current rows were drawn
 * @param columns the columns, greatest expected change of the score first
 */
public record Impact(
    double referenceScore, double currentScore, int rows, List<ColumnImpact> columns) {
  /** As many rows are drawn at most, unless another number is given. */
  public static final int SAMPLE = 400;

  /**
   * Copies the columns.
   *
   * @param referenceScore the reference's mean score
   * @param currentScore the current mean score
   * @param rows the rows drawn
   * @param columns the columns
   */
  public Impact {
    columns =
        columns.stream()
            .sorted(
                Comparator.comparingDouble((ColumnImpact c) -> -c.expected())
                    .thenComparing(ColumnImpact::name))
            .toList();
  }

  /**
   * Measures the impact on the score that monitors watch: of two labels the positive one's score,
   * of several the greatest score, of a regression the number.
   *
   * @param task the task; its features can change rows
   * @param model the model
   * @param reference rows as they should be, such as those of training
   * @param current rows as they are
   * @param seed of the drawing; the same seed gives the same answer
   * @param <X> the row
   * @param <Y> the answer
   * @return the impact of each column
   * @throws IllegalArgumentException if there are no rows on a side, if the features cannot change
   *     rows, or if the model neither classifies nor predicts numbers
   */
  public static <X, Y> Impact of(
      Task<X, Y> task,
      Predictor<X, Y> model,
      List<? extends X> reference,
      List<? extends X> current,
      long seed) {
    return of(task, model, watched(task), reference, current, SAMPLE, seed);
  }

  /**
   * Measures the impact on a score. Takes at most {@code 1 + 2 × columns} predictions for each row
   * drawn; columns whose values do not move take one.
   *
   * @param task the task; its features can change rows
   * @param model the model
   * @param score what is watched of an answer, finite
   * @param reference rows as they should be
   * @param current rows as they are
   * @param sample how many rows of each side are drawn at most, at least 1
   * @param seed of the drawing
   * @param <X> the row
   * @param <Y> the answer
   * @return the impact of each column
   * @throws IllegalArgumentException if there are no rows on a side, if {@code sample} is below 1,
   *     or if the features cannot change rows
   */
  public static <X, Y> Impact of(
      Task<X, Y> task,
      Predictor<X, Y> model,
      ToDoubleFunction<? super Prediction<Y>> score,
      List<? extends X> reference,
      List<? extends X> current,
      int sample,
      long seed) {
    check(task, sample, reference.isEmpty() || current.isEmpty());
    return new Swaps<>(task.features(), model, score).measure(reference, current, sample, seed);
  }

  /**
   * Measures the impact of some columns where of the reference only the profile is at hand: its
   * columns' quantiles stand for its rows, and the mean of its scores for theirs. Categories that
   * the profile did not name are left out of the reference.
   *
   * @param task the task; its features can change rows
   * @param model the model
   * @param reference how it should be
   * @param current rows as they are
   * @param columns the columns to measure; those that the reference did not profile are left out
   * @param sample how many current rows are drawn at most, at least 1
   * @param seed of the drawing
   * @param <X> the row
   * @param <Y> the answer
   * @return the impact of each of the columns
   * @throws IllegalArgumentException if there are no rows, if {@code sample} is below 1, if the
   *     features cannot change rows, or if the model neither classifies nor predicts numbers
   */
  public static <X, Y> Impact of(
      Task<X, Y> task,
      Predictor<X, Y> model,
      ReferenceProfile reference,
      List<? extends X> current,
      Collection<String> columns,
      int sample,
      long seed) {
    check(task, sample, current.isEmpty());
    return new Swaps<>(task.features(), model, watched(task))
        .measure(reference, current, columns, sample, seed);
  }

  private static void check(Task<?, ?> task, int sample, boolean empty) {
    if (sample < 1) {
      throw new IllegalArgumentException("sample must be at least 1, was " + sample);
    }
    if (empty) {
      throw new IllegalArgumentException("an impact needs rows on both sides, one has none");
    }
    if (!task.features().changes()) {
      throw new IllegalArgumentException(
          "an impact needs features that can change rows; take a record, rows of a schema, or give"
              + " their builder changes(...)");
    }
  }

  private static <X, Y> ToDoubleFunction<Prediction<Y>> watched(Task<X, Y> task) {
    int positive =
        task instanceof Classification<X, Y> classes && classes.labels().size() == 2
            ? classes.positive().map(classes::position).orElse(1)
            : -1;
    return answer -> {
      if (answer instanceof Regressed regressed) {
        return regressed.number();
      }
      if (answer instanceof Classified<?> classified) {
        return classified.score(positive >= 0 ? positive : classified.position());
      }
      throw new IllegalArgumentException(
          "what to watch of a "
              + answer.getClass().getSimpleName()
              + " is not known; give the score as a function");
    };
  }

  /**
   * A column.
   *
   * @param name its name
   * @return its impact, empty if there is no such column
   */
  public Optional<ColumnImpact> column(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  /**
   * The impact as canonical JSON; a figure that is not defined is the text {@code "NaN"}.
   *
   * @return the text
   */
  public String toJson() {
    return CanonicalJson.write(this);
  }
}
