package dev.endolith.tuning;

import dev.endolith.data.Dataset;
import dev.endolith.data.Folds;
import dev.endolith.model.Metric;
import dev.endolith.model.Outcomes;
import dev.endolith.model.Predictor;
import dev.endolith.model.Trainer;
import java.util.List;
import java.util.function.Function;

/** Says how bad settings are. Called by several threads if the tuner has several. */
@FunctionalInterface
public interface Objective {
  /**
   * Judges settings.
   *
   * @param trial the settings, and how much to spend on them
   * @return the loss; less is better; NaN fails the trial
   * @throws Exception any failure: the trial is recorded as failed, and the search goes on
   */
  double loss(Trial trial) throws Exception;

  /**
   * The mean of a metric over the folds of a cross-validation, as a loss.
   *
   * @param data the rows
   * @param folds how to part them; done once
   * @param metric the metric; one of which more is better counts negatively
   * @param trainer makes a trainer for a trial's settings and resource
   * @param <X> the row
   * @param <Y> the label
   * @return the objective
   * @throws IllegalArgumentException if there are too few rows for so many folds
   */
  static <X, Y> Objective crossValidation(
      Dataset<X, Y> data,
      Folds<? super X> folds,
      Metric metric,
      Function<? super Trial, ? extends Trainer<X, Y>> trainer) {
    List<Dataset.Split<X, Y>> parts = data.folds(folds);
    return trial -> {
      double sum = 0;
      for (int fold = 0; fold < parts.size(); fold++) {
        Dataset.Split<X, Y> part = parts.get(fold);
        try (Predictor<X, Y> model =
            trainer.apply(trial).train(part.first(), trial.seed()).predictor()) {
          double value = metric.compute(Outcomes.of(model, part.second()));
          trial.run().metric(metric.name(), fold, value);
          sum += metric.direction().gain(0, value);
        }
      }
      return sum / parts.size();
    };
  }
}
