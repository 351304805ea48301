package dev.endolith.registry;

import dev.endolith.model.Metric;
import java.util.Locale;

/** A metric must reach a bound. */
record BoundGate(Metric metric, double bound) implements Gate {
  @Override
  public String name() {
    return metric.name() + " bound";
  }

  @Override
  public GateResult judge(Trial trial) {
    double value = metric.compute(trial.candidate());
    boolean passed = metric.direction().gain(value, bound) >= 0; // false for NaN
    return new GateResult(
        name(),
        passed,
        String.format(
            Locale.ROOT,
            "%s is %.4f on %d rows, the bound is %.4f",
            metric.name(),
            value,
            trial.candidate().size(),
            bound));
  }
}
