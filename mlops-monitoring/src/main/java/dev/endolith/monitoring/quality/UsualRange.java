package dev.endolith.monitoring.quality;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Which values of a figure are usual, given its history.
 *
 * <p>A value x is unusual if |x − m| &gt; t · s · √(1 + π/2n), where m is the median of n
 * comparable values and s = 1.4826 · b · MAD (Rousseeuw and Croux 1993, with the correction b =
 * n/(n − 0.8) for small samples of Croux and Rousseeuw 1992); π/2n is the variance of the median in
 * units of s². t is the quantile 1 − α/2 of Student's law with ν = 0.37 (n − 1) degrees of freedom,
 * as the efficiency of the MAD is 0.37. Where more than half of the values are equal, s is 1.2533
 * times their mean distance from the median (Iglewicz and Hoaglin 1993); where all are equal, any
 * other value is unusual. Earlier anomalies need not be removed: they move neither median nor MAD
 * much.
 *
 * <p>A change that does not matter is never unusual: {@code minimumChange}.
 *
 * @param kind which values are comparable
 * @param zone the time zone of days and hours
 * @param alpha how often a usual value may be called unusual, in (0, 1)
 * @param minimumChange the least distance from the median that matters, at least 0
 */
public record UsualRange(Kind kind, ZoneId zone, double alpha, double minimumChange) {
  /** With fewer comparable values nothing is unusual. */
  public static final int LEAST_VALUES = 6;

  private static final double NORMAL = 1.482602218505602; // 1 / quantile 0.75 of the normal law
  private static final double MEAN_DISTANCE = 1.2533141373155003; // sqrt(pi / 2)

  /** Which values of the past are compared with. */
  public enum Kind {
    /** All. */
    LEVEL,
    /** Those of the same hour of the day. */
    SAME_HOUR,
    /** Those of the same day of the week. */
    SAME_WEEKDAY,
    /** Those of the same hour of the same day of the week. */
    SAME_HOUR_OF_WEEK,
    /** Not values but steps: the change since the last value is compared with earlier changes. */
    STEP
  }

  /**
   * What was found.
   *
   * @param status {@link Status#BROKEN} if the value is unusual
   * @param low the least usual value, NaN where undecided
   * @param high the greatest usual value, NaN where undecided
   * @param score the distance from the median in units of s; NaN where undecided
   * @param values how many comparable values there were
   */
  public record Finding(Status status, double low, double high, double score, int values) {}

  /**
   * Checks the bounds.
   *
   * @param kind which values are comparable
   * @param zone the time zone of days and hours
   * @param alpha how often a usual value may be called unusual
   * @param minimumChange the least distance that matters
   * @throws IllegalArgumentException if one is out of its range
   */
  public UsualRange {
    if (!(alpha > 0 && alpha < 1) || !(minimumChange >= 0 && minimumChange < 1e300)) {
      throw new IllegalArgumentException(
          "a usual range needs alpha in (0, 1) and a least change of at least 0, was "
              + alpha
              + " and "
              + minimumChange);
    }
  }

  /**
   * A usual range with α = 0.001 in UTC.
   *
   * @param kind which values are comparable
   * @return the range
   */
  public static UsualRange of(Kind kind) {
    return new UsualRange(kind, ZoneId.of("UTC"), 0.001, 0);
  }

  /**
   * Judges a value.
   *
   * @param past the points before it, oldest first; NaN and infinite values are passed over
   * @param at when the value was measured
   * @param value the value
   * @return what was found; undecided with fewer than {@value #LEAST_VALUES} comparable values, or
   *     without a value
   */
  public Finding judge(List<MetricHistory.Value> past, Instant at, double value) {
    List<MetricHistory.Value> finite =
        past.stream().filter(v -> Double.isFinite(v.value())).toList();
    double base = 0;
    double[] comparable;
    if (kind == Kind.STEP) {
      base = finite.isEmpty() ? Double.NaN : finite.get(finite.size() - 1).value();
      comparable = new double[Math.max(0, finite.size() - 1)];
      for (int i = 0; i < comparable.length; i++) {
        comparable[i] = finite.get(i + 1).value() - finite.get(i).value();
      }
    } else {
      int slot = slot(at);
      List<Double> same = new ArrayList<>();
      finite.stream().filter(v -> slot(v.at()) == slot).forEach(v -> same.add(v.value()));
      comparable = same.stream().mapToDouble(Double::doubleValue).toArray();
    }
    int n = comparable.length;
    if (n < LEAST_VALUES || Double.isNaN(value)) {
      return new Finding(Status.UNDECIDED, Double.NaN, Double.NaN, Double.NaN, n);
    }
    double middle = median(comparable);
    double scale = scale(comparable, middle);
    double t =
        -TDistribution.of(Math.max(1, 0.37 * (n - 1))).inverseCumulativeProbability(alpha / 2);
    double reach = Math.max(minimumChange, t * scale * Math.sqrt(1 + Math.PI / (2.0 * n)));
    double low = base + middle - reach;
    double high = base + middle + reach;
    double distance = Math.abs(value - (base + middle));
    boolean usual = value >= low && value <= high;
    return new Finding(
        usual ? Status.HELD : Status.BROKEN, low, high, distance == 0 ? 0 : distance / scale, n);
  }

  private int slot(Instant at) {
    if (kind == Kind.LEVEL || kind == Kind.STEP) {
      return 0;
    }
    ZonedDateTime time = at.atZone(zone);
    return switch (kind) {
      case SAME_HOUR -> time.getHour();
      case SAME_WEEKDAY -> time.getDayOfWeek().getValue();
      default -> time.getDayOfWeek().getValue() * 24 + time.getHour();
    };
  }

  private static double scale(double[] values, double middle) {
    int n = values.length;
    double[] distances = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      distances[i] = Math.abs(values[i] - middle);
      sum += distances[i];
    }
    double mad = median(distances);
    return mad > 0 ? NORMAL * mad * n / (n - 0.8) : MEAN_DISTANCE * sum / n;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : sorted[half - 1] / 2 + sorted[half] / 2;
  }

  String text() {
    return switch (kind) {
      case LEVEL -> "its level";
      case SAME_HOUR -> "the same hour";
      case SAME_WEEKDAY -> "the same weekday";
      case SAME_HOUR_OF_WEEK -> "the same hour of the week";
      case STEP -> "its step";
    };
  }
}
