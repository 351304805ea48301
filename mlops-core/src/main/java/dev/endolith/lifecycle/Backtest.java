package dev.endolith.lifecycle;

import dev.endolith.data.Dataset;
import dev.endolith.data.Folds;
import dev.endolith.model.Evaluation;
import dev.endolith.model.Evaluator;
import dev.endolith.model.Metric;
import dev.endolith.model.Predictor;
import dev.endolith.model.Trainer;
import dev.endolith.pipeline.Parameter;
import dev.endolith.pipeline.Pipeline;
import dev.endolith.pipeline.StepOutput;
import dev.endolith.pipeline.StepValue;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * How good a way of training would have been: trained on each part of the past and judged on what
 * came after it, window by window. Windows are done in parallel, and a run that was killed goes on
 * with those that are not done.
 */
public final class Backtest {
  private Backtest() {}

  /**
   * One window.
   *
   * @param trained how many rows it was trained on
   * @param evaluation how good it was on the rows after them
   */
  public record Window(int trained, Evaluation evaluation) {}

  /**
   * Builds the pipeline. It has a parameter {@code seed}.
   *
   * @param name its name
   * @param data reads the rows; asked again when a run is resumed
   * @param windows what is trained on and what is judged on, for example {@link Folds#forward}
   * @param trainer what learns
   * @param metrics what is measured
   * @param <X> what a model is asked
   * @param <Y> what it answers
   * @return a pipeline that answers the windows in order
   */
  public static <X, Y> Pipeline<List<Window>> pipeline(
      String name,
      Supplier<Dataset<X, Y>> data,
      Folds<? super X> windows,
      Trainer<X, Y> trainer,
      List<Metric> metrics) {
    Pipeline.Builder steps = Pipeline.named(name);
    Parameter<Long> seed = steps.parameter("seed", StepValue.json(Long.class), 1L);
    StepOutput<List<Dataset.Split<X, Y>>> parts =
        steps
            .step("parts", StepValue.<List<Dataset.Split<X, Y>>>recomputed())
            .does(() -> data.get().folds(windows));
    StepOutput<List<Integer>> numbers =
        steps
            .step("windows", StepValue.listOf(Integer.class))
            .does(() -> IntStream.range(0, windows.count()).boxed().toList());
    return steps.returning(
        steps.forEach(
            "window",
            numbers,
            (inner, number) ->
                inner
                    .step("judge", StepValue.json(Window.class))
                    .does(
                        number,
                        parts,
                        seed,
                        (i, all, s) -> {
                          Dataset.Split<X, Y> part = all.get(i);
                          try (Predictor<X, Y> model = trainer.train(part.first(), s).predictor()) {
                            return new Window(
                                part.first().size(),
                                Evaluator.evaluate(model, part.second(), metrics));
                          }
                        })));
  }
}
