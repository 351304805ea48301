package dev.endolith.model;

import java.util.function.ToDoubleFunction;

/** A metric that is a function with a name. */
record NamedMetric(String name, Direction direction, ToDoubleFunction<Outcomes> function)
    implements Metric {
  @Override
  public double compute(Outcomes outcomes) {
    return function.applyAsDouble(outcomes);
  }

  @Override
  public String toString() {
    return name;
  }
}
