package dev.endolith.monitoring.stream;

/**
 * CUSUM, the cumulative sum of how far the values lie above their mean so far, which never falls
 * below 0.
 *
 * <pre>{@code
 * S ← max(0, S + x − x̄ − δ),   DRIFT if S > λ
 * }</pre>
 *
 * <p>Rises only. After a drift the detector starts anew. The threshold is in the units of the
 * values: standardise them first (a threshold of 50 alarms hundreds of times on 20 000 values with
 * a deviation of 1000, or with heavy tails). The mean moves with the values and in time absorbs a
 * change; where the level and the deviation of normal operation are known, a control chart with
 * those is sharper. Source: E. S. Page, <i>Continuous Inspection Schemes</i>, Biometrika 41, 1954,
 * with the mean of the stream for the target.
 *
 * <p><b>Modes</b>: PAPER decides from the 30th value on, as Frouros does; MOA from the 29th. River
 * has no such detector.
 *
 * <p>O(1) per value, no allocation. Mutable, not thread-safe.
 */
public final class Cusum extends SavedDetector {

  private final ReferenceMode mode;
  private final int minInstances;
  private final double delta;
  private final double threshold;
  private final int firstDrift;
  private long n;
  private double mean;
  private double sum;
  private boolean drifted;

  private Cusum(Builder builder) {
    mode = builder.mode;
    minInstances = builder.minInstances;
    delta = builder.delta;
    threshold = builder.threshold;
    firstDrift = mode == ReferenceMode.MOA ? minInstances - 1 : minInstances;
    reset();
  }

  /**
   * Returns a detector with the defaults: {@link ReferenceMode#PAPER}, δ = 0.005, λ = 50, from 30
   * values on.
   *
   * @return a detector that has seen nothing
   */
  public static Cusum create() {
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
    double next = sum + value - mean - delta;
    sum = next > 0 ? next : 0;
    drifted = n >= firstDrift && sum > threshold;
    return drifted ? Signal.DRIFT : Signal.STABLE;
  }

  @Override
  public void reset() {
    n = 0;
    mean = 0;
    sum = 0;
    drifted = false;
  }

  @Override
  void transfer(DetectorState state) {
    n = state.count(n);
    mean = state.number(mean);
    sum = state.number(sum);
    drifted = state.flag(drifted);
  }

  @Override
  String settings() {
    return "Cusum[mode="
        + mode
        + ", minInstances="
        + minInstances
        + ", delta="
        + delta
        + ", threshold="
        + threshold
        + "]";
  }

  /** Sets up a {@link Cusum}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private ReferenceMode mode = ReferenceMode.PAPER;
    private int minInstances = 30;
    private double delta = 0.005;
    private double threshold = 50;

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
      Setting.mode("Cusum", mode, ReferenceMode.PAPER, ReferenceMode.MOA);
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
     * Makes a detector.
     *
     * @return a detector that has seen nothing
     */
    public Cusum build() {
      return new Cusum(this);
    }
  }
}
