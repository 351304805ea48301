package dev.endolith.monitoring.stream;

/**
 * DDM, the drift detection method: watches the error rate p of a classifier and compares it with
 * the lowest one so far.
 *
 * <pre>{@code
 * s = √(p·(1 − p)/n);  (p_min, s_min) is (p, s) where p + s was least
 * WARNING if p + s > p_min + 2·s_min,   DRIFT if p + s > p_min + 3·s_min
 * }</pre>
 *
 * <p>Only rises of the error are seen. After a drift the detector starts anew with the next value.
 * Values are errors in [0, 1], usually 0 for right and 1 for wrong. Source: J. Gama, P. Medas, G.
 * Castillo and P. Rodrigues, <i>Learning with Drift Detection</i>, SBIA 2004.
 *
 * <p><b>No stated false alarm rate.</b> The minimum is taken over all n, so that three deviations
 * are not the 0.1 % that they look like: of 2000 stationary streams (p = 0.2) 554 alarmed within
 * 5000 values. After a run without any error s_min is 0, and the first error is a drift.
 *
 * <p><b>Modes</b> differ in when minima are taken: PAPER from the 30th value on if p + s is
 * strictly less; MOA from the 29th if it is less or equal, with drifts from the 30th; RIVER from
 * the 31st, less or equal.
 *
 * <p>O(1) per value, no allocation. Mutable, not thread-safe.
 */
public final class Ddm extends SavedDetector {

  private final ReferenceMode mode;
  private final int minInstances;
  private final double warningLevel;
  private final double driftLevel;
  private final int firstMinimum;
  private final int firstDrift;
  private final boolean strict;
  private long n;
  private double p;
  private double pMin;
  private double sMin;
  private double least;
  private boolean drifted;

  private Ddm(Builder builder) {
    mode = builder.mode;
    minInstances = builder.minInstances;
    warningLevel = builder.warningLevel;
    driftLevel = builder.driftLevel;
    firstMinimum =
        switch (mode) {
          case PAPER -> minInstances;
          case MOA -> minInstances - 1;
          case RIVER -> minInstances + 1;
        };
    firstDrift = mode == ReferenceMode.RIVER ? minInstances + 1 : minInstances;
    strict = mode == ReferenceMode.PAPER;
    reset();
  }

  /**
   * Returns a detector with the defaults: {@link ReferenceMode#PAPER}, 30 values to start with,
   * levels of 2 and 3 deviations.
   *
   * @return a detector that has seen nothing
   */
  public static Ddm create() {
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
    // The references' p starts at 1 or 0; the first step replaces it either way.
    p += (value - p) / n;
    if (n < firstMinimum) {
      return Signal.STABLE;
    }
    double s = Math.sqrt(p * (1 - p) / n);
    double now = p + s;
    if (strict ? now < least : now <= least) {
      pMin = p;
      sMin = s;
      least = now;
    }
    if (n >= firstDrift && now > pMin + driftLevel * sMin) {
      drifted = true;
      return Signal.DRIFT;
    }
    return now > pMin + warningLevel * sMin ? Signal.WARNING : Signal.STABLE;
  }

  @Override
  public void reset() {
    n = 0;
    p = mode == ReferenceMode.MOA ? 1 : 0;
    pMin = Double.MAX_VALUE;
    sMin = Double.MAX_VALUE;
    least = Double.MAX_VALUE;
    drifted = false;
  }

  @Override
  void transfer(DetectorState state) {
    n = state.count(n);
    p = state.number(p, -1e-9, 1 + 1e-9);
    pMin = state.number(pMin, -1e-9, Double.MAX_VALUE);
    sMin = state.number(sMin, 0, Double.MAX_VALUE);
    least = state.number(least, -1e-9, Double.MAX_VALUE);
    drifted = state.flag(drifted);
  }

  @Override
  String settings() {
    return "Ddm[mode="
        + mode
        + ", minInstances="
        + minInstances
        + ", warningLevel="
        + warningLevel
        + ", driftLevel="
        + driftLevel
        + "]";
  }

  /** Sets up a {@link Ddm}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private ReferenceMode mode = ReferenceMode.PAPER;
    private int minInstances = 30;
    private double warningLevel = 2;
    private double driftLevel = 3;

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
     * Sets how many deviations above the minimum are a warning.
     *
     * @param warningLevel finite, above 0; 2 by default
     * @return this
     * @throws IllegalArgumentException if {@code warningLevel} is not above 0, or not finite
     */
    public Builder warningLevel(double warningLevel) {
      this.warningLevel = Setting.positive("warningLevel", warningLevel);
      return this;
    }

    /**
     * Sets how many deviations above the minimum are a drift.
     *
     * @param driftLevel finite, above 0; 3 by default
     * @return this
     * @throws IllegalArgumentException if {@code driftLevel} is not above 0, or not finite
     */
    public Builder driftLevel(double driftLevel) {
      this.driftLevel = Setting.positive("driftLevel", driftLevel);
      return this;
    }

    /**
     * Makes a detector.
     *
     * @return a detector that has seen nothing
     */
    public Ddm build() {
      return new Ddm(this);
    }
  }
}
