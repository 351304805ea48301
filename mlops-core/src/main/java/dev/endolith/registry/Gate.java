package dev.endolith.registry;

import dev.endolith.model.Metric;

/**
 * Decides whether a candidate may go on, by what it answered on rows that it was not trained on,
 * the same rows as the champion's. Stateless.
 */
public interface Gate {
  /**
   * Its name in evidence and messages.
   *
   * @return the name
   */
  String name();

  /**
   * Decides.
   *
   * @param trial what the candidate, and the champion if there is one, answered on the same rows
   * @return passed or refused, with evidence
   */
  GateResult judge(Trial trial);

  /**
   * The candidate's metric must reach a bound.
   *
   * @param metric the metric
   * @param bound the least value that passes; for a metric of which less is better the greatest
   * @return the gate
   */
  static Gate atLeast(Metric metric, double bound) {
    return new BoundGate(metric, bound);
  }

  /**
   * The candidate must be better than the champion: the 95 % confidence interval of the paired
   * difference lies above 0. Passes where there is no champion.
   *
   * @param metric the metric
   * @return the gate
   */
  static Gate beatsChampion(Metric metric) {
    return new ChampionGate(metric, true);
  }

  /**
   * The candidate must not be worse than the champion: the 95 % confidence interval of the paired
   * difference does not lie below 0. Passes where there is no champion.
   *
   * @param metric the metric
   * @return the gate
   */
  static Gate notWorseThanChampion(Metric metric) {
    return new ChampionGate(metric, false);
  }
}
