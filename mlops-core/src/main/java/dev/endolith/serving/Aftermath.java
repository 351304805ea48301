package dev.endolith.serving;

import dev.endolith.data.Row;
import dev.endolith.data.Task;
import dev.endolith.model.AnomalyScored;
import dev.endolith.model.Classified;
import dev.endolith.model.Prediction;
import dev.endolith.privacy.PrivacyPolicy;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** What follows an answer: its record, its shadow, its reward to come. Thread-safe. */
final class Aftermath<X, Y> {
  private static final double[] NO_SCORES = {};

  private final String name;
  private final Task<X, Y> task;
  private final PrivacyPolicy privacy;
  private final Clock clock;
  private final LogSample sample;
  private final @Nullable PredictionRecorder recorder;
  private final @Nullable Shadow<X, Y> shadowing;

  Aftermath(
      DeploymentBuilder<X, Y> builder,
      @Nullable PredictionRecorder recorder,
      @Nullable Shadow<X, Y> shadowing) {
    this.name = builder.name;
    this.task = builder.task;
    this.privacy = builder.privacy;
    this.clock = builder.clock;
    this.sample = builder.sample;
    this.recorder = recorder;
    this.shadowing = shadowing;
  }

  /** The answer is out: its record, its shadow, and its reward to come. */
  Served<Y> of(Routing<X, Y> now, Choice<X, Y> choice, X x, String key, Served<Y> served) {
    if (recorder != null && sample.takes(key, served.id())) { // log hook
      recorder.record(record(x, key, served, choice.assignment()));
    }
    ModelSlot<X, Y> shadow = now.shadow();
    if (shadow != null && shadowing != null) {
      shadowing.offer(shadow, served.id(), x, served.prediction());
    }
    if (served.route() == Route.BANDIT && now.bandit() != null) {
      now.bandit().answered(served.id(), choice.assignment());
    }
    FlightEvents.routed(name, served);
    return served;
  }

  private static double[] scores(Prediction<?> prediction) {
    if (prediction instanceof AnomalyScored anomaly) {
      return new double[] {anomaly.score()};
    }
    return prediction instanceof Classified<?> classified ? classified.scores() : NO_SCORES;
  }

  private PredictionRecord record(X x, String key, Served<Y> served, Assignment assignment) {
    double[] scores = scores(served.prediction());
    return new PredictionRecord(
        served.id(),
        name,
        key,
        clock.instant(),
        served.version(),
        served.generation(),
        served.route(),
        privacy.apply(Row.copyOf(task.features(), x)),
        task.labelName(served.value()),
        scores,
        assignment);
  }
}
