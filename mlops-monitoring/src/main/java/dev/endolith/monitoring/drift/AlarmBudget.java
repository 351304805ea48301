package dev.endolith.monitoring.drift;

import java.time.Duration;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * How many false alarms one is ready to bear, turned into the level of each comparison. Immutable.
 *
 * <pre>{@code
 * Drift hourly = Drift.builder()
 *     .budget(AlarmBudget.atMost(1, Duration.ofDays(30)), Duration.ofHours(1))
 *     .build();   // 720 comparisons a month, each at α = 1/720, over all columns
 * }</pre>
 *
 * <p><b>Over columns</b> the budget is kept by the {@link Correction}: as long as nothing changed,
 * each of them except {@link Correction#NONE} keeps the probability that any column of a window is
 * called drifted at α (Benjamini-Hochberg for independent or positively dependent columns). <b>Over
 * windows</b> expected numbers add up, also where windows overlap and are therefore dependent: w
 * windows at α = budget/w make budget false alarms on average.
 *
 * <p>An average of one is not "never more than one": some months have two. {@link #withConfidence}
 * asks that the budget is kept in, say, 95 of 100 periods, of windows that do not overlap; it costs
 * a lower α and with it power. The realised rate lies below the budget, as p-values of ties and
 * bins are conservative and as a difference must also be of a size that matters.
 */
public final class AlarmBudget {
  private static final int STEPS = 200;

  private final int alarms;
  private final Duration period;
  private final double confidence;

  private AlarmBudget(int alarms, Duration period, double confidence) {
    this.alarms = alarms;
    this.period = period;
    this.confidence = confidence;
  }

  /**
   * Returns a budget of false alarms of one model, on average over periods.
   *
   * @param alarms at least 1
   * @param period the time they are counted in, positive
   * @return the budget
   * @throws IllegalArgumentException if {@code alarms} is below 1 or {@code period} not positive
   */
  public static AlarmBudget atMost(int alarms, Duration period) {
    if (alarms < 1) {
      throw new IllegalArgumentException(
          "alarms must be at least 1, was " + alarms + "; for less, take a longer period");
    }
    return new AlarmBudget(alarms, positive("period", period), Double.NaN);
  }

  /**
   * Returns a budget that is kept in each period with a probability, not only on average.
   *
   * @param confidence in (0, 1), for example 0.95
   * @return the budget
   * @throws IllegalArgumentException if {@code confidence} is not in (0, 1)
   */
  public AlarmBudget withConfidence(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence must be in (0, 1), was " + confidence);
    }
    return new AlarmBudget(alarms, period, confidence);
  }

  /**
   * The level of each window's comparison.
   *
   * @param every how often a window is judged, positive; for windows by rows, the time that one
   *     takes at the most traffic there is
   * @return α in (0, 1), at most 0.1: more is no decision
   * @throws IllegalArgumentException if {@code every} is not positive
   */
  public double alpha(Duration every) {
    double ratio = seconds(period) / seconds(positive("every", every));
    return alpha(Math.max(1, (long) Math.ceil(ratio - 1e-9)));
  }

  /**
   * The level of each window's comparison.
   *
   * @param windows how many windows are judged in a period, at least 1
   * @return α in (0, 1), at most 0.1: more is no decision
   * @throws IllegalArgumentException if {@code windows} is below 1
   */
  public double alpha(long windows) {
    if (windows < 1) {
      throw new IllegalArgumentException("windows must be at least 1, was " + windows);
    }
    double most = 0.1;
    if (Double.isNaN(confidence)) {
      return Math.min(most, (double) alarms / windows);
    }
    // P(more than the budget) grows with α: halve until the last bit
    int n = (int) Math.min(Integer.MAX_VALUE, windows);
    double low = 0;
    double high = most;
    if (n <= alarms || kept(n, high)) {
      return most;
    }
    for (int step = 0; step < STEPS && high - low > 1e-12 * high; step++) {
      double middle = (low + high) / 2;
      if (kept(n, middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean kept(int windows, double alpha) {
    return BinomialDistribution.of(windows, alpha).cumulativeProbability(alarms) >= confidence;
  }

  private static double seconds(Duration duration) {
    return duration.toSeconds() + duration.toNanosPart() * 1e-9;
  }

  private static Duration positive(String name, Duration duration) {
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException(name + " must be positive, was " + duration);
    }
    return duration;
  }

  @Override
  public String toString() {
    return "AlarmBudget["
        + alarms
        + " in "
        + period
        + (Double.isNaN(confidence) ? " on average" : ", kept with " + confidence)
        + "]";
  }
}
