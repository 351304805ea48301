package dev.endolith.monitoring.stream;

import org.jspecify.annotations.Nullable;

/**
 * The geometric moving average of how far the values lie above their mean so far.
 *
 * <pre>{@code
 * S ← α·S + (1 − α)·(x − x̄),   DRIFT if S > λ
 * }</pre>
 *
 * <p>Rises only. After a drift the detector starts anew. S of a stationary stream has a deviation
 * of about σ·√((1 − α)/(1 + α)), 0.07·σ by default, so that λ = 0.3 is ten of them for errors at a
 * rate of 0.2. The threshold is in the units of the values: standardise them first, and set it.
 * Source: S. W. Roberts, <i>Control Chart Tests Based on Geometric Moving Averages</i>,
 * Technometrics 1(3), 1959, with the mean of the stream for the target.
 *
 * <p><b>Modes</b>: PAPER decides from the 30th value on, as Frouros does; MOA from the 29th, and
 * its default of λ = 1 cannot be reached by errors of 0 and 1. River has no such detector.
 *
 * <p>O(1) per value, no allocation. Mutable, not thread-safe.
 */
public final class GeometricMovingAverage extends SavedDetector {

  private final ReferenceMode mode;
  private final int minInstances;
  private final double threshold;
  private final double alpha;
  private final int firstDrift;
  private long n;
  private double mean;
  private double average;
  private boolean drifted;

  private GeometricMovingAverage(Builder builder) {
    mode = builder.mode;
    minInstances = builder.minInstances;
    threshold =
        builder.threshold == null ? (mode == ReferenceMode.MOA ? 1 : 0.3) : builder.threshold;
    alpha = builder.alpha;
    firstDrift = mode == ReferenceMode.MOA ? minInstances - 1 : minInstances;
    reset();
  }

  /**
   * Returns a detector with the defaults: {@link ReferenceMode#PAPER}, α = 0.99, λ = 0.3, from 30
   * values on.
   *
   * @return a detector that has seen nothing
   */
  public static GeometricMovingAverage create() {
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
    average = alpha * average + (1.0 - alpha) * (value - mean);
    drifted = n >= firstDrift && average > threshold;
    return drifted ? Signal.DRIFT : Signal.STABLE;
  }

  @Override
  public void reset() {
    n = 0;
    mean = 0;
    average = 0;
    drifted = false;
  }

  @Override
  void transfer(DetectorState state) {
    n = state.count(n);
    mean = state.number(mean);
    average = state.number(average);
    drifted = state.flag(drifted);
  }

  @Override
  String settings() {
    return "GeometricMovingAverage[mode="
        + mode
        + ", minInstances="
        + minInstances
        + ", threshold="
        + threshold
        + ", alpha="
        + alpha
        + "]";
  }

  /**
   * Sets up a {@link GeometricMovingAverage}. Not thread-safe; can be used again after {@link
   * #build()}.
   */
  public static final class Builder {
    private ReferenceMode mode = ReferenceMode.PAPER;
    private int minInstances = 30;
    private @Nullable Double threshold;
    private double alpha = 0.99;

    private Builder() {}

    /**
     * Chooses whose arithmetic is followed.
     *
     * @param mode the reference; {@link ReferenceMode#PAPER} by default
     * @return this
     * @throws IllegalArgumentException if {@code mode} is {@link ReferenceMode#RIVER}, which has no
     *     such detector
     */
    public Builder mode(ReferenceMode mode) {
      Setting.mode("GeometricMovingAverage", mode, ReferenceMode.PAPER, ReferenceMode.MOA);
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
     * Sets λ, the average above which there is a drift, in the units of the values.
     *
     * @param threshold finite, above 0; unless set, 1 in {@link ReferenceMode#MOA} and 0.3
     *     otherwise
     * @return this
     * @throws IllegalArgumentException if {@code threshold} is not above 0, or not finite
     */
    public Builder threshold(double threshold) {
      this.threshold = Setting.positive("threshold", threshold);
      return this;
    }

    /**
     * Sets α, what is kept of the average with each value.
     *
     * @param alpha in (0, 1); 0.99 by default
     * @return this
     * @throws IllegalArgumentException if {@code alpha} is not in (0, 1)
     */
    public Builder alpha(double alpha) {
      this.alpha = Setting.fraction("alpha", alpha);
      return this;
    }

    /**
     * Makes a detector.
     *
     * @return a detector that has seen nothing
     */
    public GeometricMovingAverage build() {
      return new GeometricMovingAverage(this);
    }
  }
}
