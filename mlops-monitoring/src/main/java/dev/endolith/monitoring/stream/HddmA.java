package dev.endolith.monitoring.stream;

import org.jspecify.annotations.Nullable;

/**
 * HDDM-A: compares the mean of everything since the last drift with the mean up to the best cut, by
 * Hoeffding's bound, so that nothing but values in [0, 1] is assumed.
 *
 * <pre>{@code
 * cut at n₀ where c₀/n₀ + √(ln(1/α)/(2·n₀)) was least,  c and n are sum and number of all values
 * rise if c/n − c₀/n₀ ≥ √((n − n₀)/(2·n₀·n)·ln(2/α)),   α = 0.001: DRIFT, α = 0.005: WARNING
 * }</pre>
 *
 * <p>and the mirror image for falls. After a drift the detector starts anew. Source: I.
 * Frías-Blanco and others, <i>Online and Non-Parametric Drift Detection Methods Based on
 * Hoeffding's Bounds</i>, IEEE TKDE 27(3), 2015. The bound holds for one cut and one n; the paper,
 * and all references, test every n with it. Frouros takes ln(1/α) and so alarms a little earlier.
 *
 * <p><b>Modes</b>: the indices of rises are the same in all. If falls are watched for, PAPER and
 * RIVER signal them; MOA, where that is the default, starts anew without a signal.
 *
 * <p>O(1) per value, no allocation. Mutable, not thread-safe.
 */
public final class HddmA extends SavedDetector {

  private final ReferenceMode mode;
  private final double driftConfidence;
  private final double warningConfidence;
  private final boolean twoSided;
  private final double cutLog;
  private final double driftLog;
  private final double warningLog;
  private long n;
  private double sum;
  private long minN;
  private double minSum;
  private double minBound;
  private long maxN;
  private double maxSum;
  private double maxBound;
  private boolean drifted;

  private HddmA(Builder builder) {
    mode = builder.mode;
    driftConfidence = builder.driftConfidence;
    warningConfidence = builder.warningConfidence;
    twoSided = builder.twoSided == null ? mode == ReferenceMode.MOA : builder.twoSided;
    cutLog = Math.log(1.0 / driftConfidence);
    driftLog = Math.log(2.0 / driftConfidence);
    warningLog = Math.log(2.0 / warningConfidence);
    reset();
  }

  /**
   * Returns a detector with the defaults: {@link ReferenceMode#PAPER}, confidences of 0.001 for a
   * drift and 0.005 for a warning, rises only.
   *
   * @return a detector that has seen nothing
   */
  public static HddmA create() {
    return builder().build();
  }

  /**
   * Returns a builder with the defaults.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if {@code value} is NaN or outside [0, 1]
   */
  @Override
  public Signal update(double value) {
    checkError(value);
    if (drifted) {
      reset();
    }
    n++;
    sum += value;
    double mean = sum / n;
    double bound = Math.sqrt(1.0 / (2.0 * n) * cutLog);
    if (n == 1 || minBound >= mean + bound) {
      minN = n;
      minSum = sum;
      minBound = mean + bound;
    }
    if (twoSided && (n == 1 || maxBound <= mean - bound)) {
      maxN = n;
      maxSum = sum;
      maxBound = mean - bound;
    }
    Signal signal = judge(minN, mean - minSum / minN);
    if (twoSided && signal != Signal.DRIFT) {
      Signal fall = judge(maxN, maxSum / maxN - mean);
      if (mode == ReferenceMode.MOA) {
        if (fall == Signal.DRIFT) {
          reset();
        }
      } else if (fall != Signal.STABLE) {
        signal = fall;
      }
    }
    drifted = signal == Signal.DRIFT;
    return signal;
  }

  private Signal judge(long cut, double difference) {
    // A difference of 0 or less is below every bound, which is above 0 where there is a cut.
    if (cut == n || !(difference > 0)) {
      return Signal.STABLE;
    }
    double m = (double) (n - cut) / cut * (1.0 / n);
    if (difference >= Math.sqrt(m / 2 * driftLog)) {
      return Signal.DRIFT;
    }
    return difference >= Math.sqrt(m / 2 * warningLog) ? Signal.WARNING : Signal.STABLE;
  }

  @Override
  public void reset() {
    n = 0;
    sum = 0;
    minN = 0;
    minSum = 0;
    minBound = 0;
    maxN = 0;
    maxSum = 0;
    maxBound = 0;
    drifted = false;
  }

  @Override
  void transfer(DetectorState state) {
    n = state.count(n);
    sum = state.number(sum, 0, (double) n);
    minN = state.count(minN, Math.min(1, n), n);
    minSum = state.number(minSum, 0, (double) minN);
    minBound = state.number(minBound);
    maxN = state.count(maxN, twoSided ? Math.min(1, n) : 0, n);
    maxSum = state.number(maxSum, 0, (double) maxN);
    maxBound = state.number(maxBound);
    drifted = state.flag(drifted);
  }

  @Override
  String settings() {
    return "HddmA[mode="
        + mode
        + ", driftConfidence="
        + driftConfidence
        + ", warningConfidence="
        + warningConfidence
        + ", twoSided="
        + twoSided
        + "]";
  }

  /** Sets up an {@link HddmA}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private ReferenceMode mode = ReferenceMode.PAPER;
    private double driftConfidence = 0.001;
    private double warningConfidence = 0.005;
    private @Nullable Boolean twoSided;

    private Builder() {}

    /**
     * Chooses whose arithmetic is followed.
     *
     * @param mode the reference; {@link ReferenceMode#PAPER} by default
     * @return this
     */
    public Builder mode(ReferenceMode mode) {
      this.mode = mode;
      return this;
    }

    /**
     * Sets the α of a drift.
     *
     * @param driftConfidence in (0, 1); 0.001 by default
     * @return this
     * @throws IllegalArgumentException if {@code driftConfidence} is not in (0, 1)
     */
    public Builder driftConfidence(double driftConfidence) {
      this.driftConfidence = Setting.fraction("driftConfidence", driftConfidence);
      return this;
    }

    /**
     * Sets the α of a warning.
     *
     * @param warningConfidence in (0, 1); 0.005 by default
     * @return this
     * @throws IllegalArgumentException if {@code warningConfidence} is not in (0, 1)
     */
    public Builder warningConfidence(double warningConfidence) {
      this.warningConfidence = Setting.fraction("warningConfidence", warningConfidence);
      return this;
    }

    /**
     * Chooses whether falls are watched for, too.
     *
     * @param twoSided true for both directions, false for rises only; unless set, true in {@link
     *     ReferenceMode#MOA} and false otherwise
     * @return this
     */
    public Builder twoSided(boolean twoSided) {
      this.twoSided = twoSided;
      return this;
    }

    /**
     * Makes a detector.
     *
     * @return a detector that has seen nothing
     */
    public HddmA build() {
      return new HddmA(this);
    }
  }
}
