package dev.endolith.registry;

import dev.endolith.model.Comparison;
import dev.endolith.model.Evaluator;
import dev.endolith.model.Metric;
import java.util.Locale;

/** The candidate against the champion on the same rows. */
record ChampionGate(Metric metric, boolean mustBeat) implements Gate {
  private static final double CONFIDENCE = 0.95;

  @Override
  public String name() {
    return (mustBeat ? "beats champion on " : "not worse than champion on ") + metric.name();
  }

  @Override
  public GateResult judge(Trial trial) {
    if (trial.champion().isEmpty()) {
      return new GateResult(name(), true, "there is no champion yet");
    }
    Comparison comparison =
        Evaluator.compare(metric, trial.champion().get(), trial.candidate(), CONFIDENCE);
    boolean passed =
        mustBeat
            ? comparison.verdict() == Comparison.Verdict.BETTER
            : comparison.verdict() != Comparison.Verdict.WORSE;
    return new GateResult(
        name(),
        passed,
        String.format(
            Locale.ROOT,
            "%s is %.4f against %.4f on %d rows, gain %.4f, 95 %% interval [%.4f, %.4f] (%s)",
            metric.name(),
            comparison.challenger(),
            comparison.champion(),
            comparison.rows(),
            comparison.gain(),
            comparison.low(),
            comparison.high(),
            comparison.method()));
  }
}
