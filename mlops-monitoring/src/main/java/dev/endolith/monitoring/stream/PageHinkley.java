package dev.endolith.monitoring.stream;

import org.jspecify.annotations.Nullable;

/**
 * The Page-Hinkley test: sums up how far the values lie above their mean so far, and alarms when
 * the sum has risen far above its minimum.
 *
 * <pre>{@code
 * U ← α·U + (x − x̄ − δ),   DRIFT if U − min U > λ
 * }</pre>
 *
 * <p>and the mirror image for falls. After a drift the detector starts anew. The threshold is in
 * the units of the values: standardise them first (a threshold of 50 alarms hundreds of times on 20
 * 000 values with a deviation of 1000, or with heavy tails). Source: E. S. Page, <i>Continuous
 * Inspection Schemes</i>, Biometrika 41, 1954; D. V. Hinkley, <i>Inference about the change-point
 * from cumulative sum tests</i>, Biometrika 58, 1971.
 *
 * <p><b>Modes</b>: RIVER is the classic test as PAPER is, in both directions unless told otherwise,
 * with its order of operations. MOA (and Frouros) compare U itself with λ: as δ makes U sink on
 * long stationary streams, a change is then found later the longer it took to come. MOA sees rises
 * only, and decides from the 29th value on.
 *
 * <p>O(1) per value, no allocation. Mutable, not thread-safe.
 */
public final class PageHinkley extends SavedDetector {

  private final ReferenceMode mode;
  private final int minInstances;
  private final double delta;
  private final double threshold;
  private final double alpha;
  private final boolean twoSided;
  private final int firstDrift;
  private final boolean absolute;
  private long n;
  private double mean;
  private double rise;
  private double leastRise;
  private double fall;
  private double greatestFall;
  private boolean drifted;

  private PageHinkley(Builder builder) {
    mode = builder.mode;
    minInstances = builder.minInstances;
    delta = builder.delta;
    threshold = builder.threshold;
    alpha = builder.alpha;
    twoSided = builder.twoSided == null ? mode == ReferenceMode.RIVER : builder.twoSided;
    firstDrift = mode == ReferenceMode.MOA ? minInstances - 1 : minInstances;
    absolute = mode == ReferenceMode.MOA;
    reset();
  }

  /**
   * Returns a detector with the defaults: {@link ReferenceMode#PAPER}, δ = 0.005, λ = 50, α =
   * 0.9999, from 30 values on, rises only.
   *
   * @return a detector that has seen nothing
   */
  public static PageHinkley create() {
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
   * @throws IllegalArgumentException if {@code value} is NaN, or its magnitude is above 1e100
   *     (which includes the infinities)
   */
  @Override
  public Signal update(double value) {
    checkNumber(value);
    if (drifted) {
      reset();
    }
    n++;
    mean += (value - mean) / n;
    double distance = value - mean;
    rise = alpha * rise + (distance - delta);
    // A comparison that is predicted well, instead of a minimum that also orders zeros.
    if (!absolute && rise < leastRise) {
      leastRise = rise;
    }
    drifted = n >= firstDrift && rise - leastRise > threshold;
    if (twoSided) {
      fall = alpha * fall + (distance + delta);
      if (fall > greatestFall) {
        greatestFall = fall;
      }
      drifted |= n >= firstDrift && greatestFall - fall > threshold;
    }
    return drifted ? Signal.DRIFT : Signal.STABLE;
  }

  @Override
  public void reset() {
    n = 0;
    mean = 0;
    rise = 0;
    // Without a minimum to subtract, the sum is compared with 0.
    leastRise = absolute ? 0 : Double.POSITIVE_INFINITY;
    fall = 0;
    greatestFall = Double.NEGATIVE_INFINITY;
    drifted = false;
  }

  @Override
  void transfer(DetectorState state) {
    n = state.count(n);
    mean = state.number(mean);
    rise = state.number(rise);
    leastRise = state.number(leastRise);
    fall = state.number(fall);
    greatestFall = state.number(greatestFall);
    drifted = state.flag(drifted);
  }

  @Override
  String settings() {
    return "PageHinkley[mode="
        + mode
        + ", minInstances="
        + minInstances
        + ", delta="
        + delta
        + ", threshold="
        + threshold
        + ", alpha="
        + alpha
        + ", twoSided="
        + twoSided
        + "]";
  }

  /** Sets up a {@link PageHinkley}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private ReferenceMode mode = ReferenceMode.PAPER;
    private int minInstances = 30;
    private double delta = 0.005;
    private double threshold = 50;
    private double alpha = 0.9999;
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
     * Sets how many values are seen before anything is decided.
     *
     * @param minInstances at least 1; 30 by default
     * @return this
     * @throws IllegalArgumentException if {@code minInstances} is below 1
     */
    public Builder minInstances(int minInstances) {
      this.minInstances = Setting.atLeast("minInstances", minInstances, 1);
      return this;
    }

    /**
     * Sets δ, the change per value that is tolerated, in the units of the values.
     *
     * @param delta finite, at least 0; 0.005 by default
     * @return this
     * @throws IllegalArgumentException if {@code delta} is negative, NaN or infinite
     */
    public Builder delta(double delta) {
      this.delta = Setting.notNegative("delta", delta);
      return this;
    }

    /**
     * Sets λ, the sum above which there is a drift, in the units of the values.
     *
     * @param threshold finite, above 0; 50 by default
     * @return this
     * @throws IllegalArgumentException if {@code threshold} is not above 0, or not finite
     */
    public Builder threshold(double threshold) {
      this.threshold = Setting.positive("threshold", threshold);
      return this;
    }

    /**
     * Sets α, what is kept of the sum with each value; 1 forgets nothing.
     *
     * @param alpha in (0, 1]; 0.9999 by default
     * @return this
     * @throws IllegalArgumentException if {@code alpha} is not in (0, 1]
     */
    public Builder alpha(double alpha) {
      this.alpha = Setting.forgetting("alpha", alpha);
      return this;
    }

    /**
     * Chooses whether falls are watched for, too.
     *
     * @param twoSided true for both directions, false for rises only; unless set, true in {@link
     *     ReferenceMode#RIVER} and false otherwise
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
     * @throws IllegalStateException if falls are to be watched for in {@link ReferenceMode#MOA},
     *     which cannot
     */
    public PageHinkley build() {
      if (mode == ReferenceMode.MOA && Boolean.TRUE.equals(twoSided)) {
        throw new IllegalStateException(
            "twoSided must be false in mode MOA, whose test sees rises only; take PAPER or RIVER");
      }
      return new PageHinkley(this);
    }
  }
}
