package dev.endolith.monitoring.stream;

/**
 * ECDD, an exponentially weighted moving average chart for a classifier's errors: the one detector
 * here whose rate of false alarms is a setting.
 *
 * <pre>{@code
 * p = mean of all values,   Z ← (1 − λ)·Z + λ·x,   σ = √(p·(1 − p)·λ/(2 − λ)·(1 − (1 − λ)^(2n)))
 * DRIFT if Z > p + L·σ,   WARNING if Z > p + ½·L·σ
 * }</pre>
 *
 * <p>L is a polynomial in p, fitted so that a stationary stream alarms once in {@link
 * Builder#falseAlarmEvery} values on average; the fit holds for p up to about 0.5. <b>The default
 * of 400 means many false alarms on long streams.</b> Rises only. After a drift the detector starts
 * anew. Values are 0 for right and 1 for wrong. Source: G. J. Ross, N. M. Adams, D. K. Tasoulis and
 * D. J. Hand, <i>Exponentially Weighted Moving Average Charts for Detecting Concept Drift</i>,
 * Pattern Recognition Letters 33(2), 2012, table 1.
 *
 * <p><b>Modes</b>: PAPER decides from the 30th value on, as Frouros does; MOA warns from the 29th
 * on. River has no such detector.
 *
 * <p>O(1) per value, no allocation. Mutable, not thread-safe.
 */
public final class Ecdd extends SavedDetector {

  // Coefficients of p^0, p^1, p^3, p^5, p^7 by average run length.
  private static final double[] RUN_100 = {2.76, -6.23, 18.12, -312.45, 1002.18};
  private static final double[] RUN_400 = {3.97, -6.56, 48.73, -330.13, 848.18};
  private static final double[] RUN_1000 = {1.17, 7.56, -21.24, 112.12, -987.23};

  private final ReferenceMode mode;
  private final int minInstances;
  private final double lambda;
  private final int falseAlarmEvery;
  private final double warningShare;
  private final double[] fit;
  private final int firstWarning;
  private long n;
  private double sum;
  private double average;
  private double fading;
  private boolean drifted;

  private Ecdd(Builder builder) {
    mode = builder.mode;
    minInstances = builder.minInstances;
    lambda = builder.lambda;
    falseAlarmEvery = builder.falseAlarmEvery;
    warningShare = builder.warningShare;
    fit = falseAlarmEvery == 100 ? RUN_100 : falseAlarmEvery == 400 ? RUN_400 : RUN_1000;
    firstWarning = mode == ReferenceMode.MOA ? minInstances - 1 : minInstances;
    reset();
  }

  /**
   * Returns a detector with the defaults: {@link ReferenceMode#PAPER}, λ = 0.2, a false alarm every
   * 400 values, from 30 values on.
   *
   * @return a detector that has seen nothing
   */
  public static Ecdd create() {
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
   * @throws IllegalArgumentException if {@code value} is neither 0 nor 1
   */
  @Override
  public Signal update(double value) {
    checkBinary(value);
    if (drifted) {
      reset();
    }
    n++;
    sum += value;
    // As a running product, (1 − λ)^(2n) is free of a power; it is 0 to the last bit after some 80.
    fading *= (1.0 - lambda) * (1.0 - lambda);
    average += lambda * (value - average);
    if (n < firstWarning) {
      return Signal.STABLE;
    }
    double p = sum / n;
    double sigma = Math.sqrt(p * (1.0 - p) * lambda * (1.0 - fading) / (2.0 - lambda));
    double square = p * p;
    double cube = square * p;
    double fifth = cube * square;
    double limit = fit[0] + fit[1] * p + fit[2] * cube + fit[3] * fifth + fit[4] * fifth * square;
    if (n >= minInstances && average > p + limit * sigma) {
      drifted = true;
      return Signal.DRIFT;
    }
    return average > p + warningShare * limit * sigma ? Signal.WARNING : Signal.STABLE;
  }

  @Override
  public void reset() {
    n = 0;
    sum = 0;
    average = 0;
    fading = 1;
    drifted = false;
  }

  private static int checkRunLength(String name, int value) {
    if (value != 100 && value != 400 && value != 1000) {
      throw new IllegalArgumentException(name + " must be 100, 400 or 1000, was " + value);
    }
    return value;
  }

  @Override
  void transfer(DetectorState state) {
    n = state.count(n);
    sum = state.number(sum, 0, (double) n);
    average = state.number(average, 0, 1);
    fading = state.number(fading, 0, 1);
    drifted = state.flag(drifted);
  }

  @Override
  String settings() {
    return "Ecdd[mode="
        + mode
        + ", minInstances="
        + minInstances
        + ", lambda="
        + lambda
        + ", falseAlarmEvery="
        + falseAlarmEvery
        + ", warningShare="
        + warningShare
        + "]";
  }

  /** Sets up an {@link Ecdd}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private ReferenceMode mode = ReferenceMode.PAPER;
    private int minInstances = 30;
    private double lambda = 0.2;
    private int falseAlarmEvery = 400;
    private double warningShare = 0.5;

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
      Setting.mode("Ecdd", mode, ReferenceMode.PAPER, ReferenceMode.MOA);
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
     * Sets the weight λ of the newest value; the polynomials were fitted for 0.2.
     *
     * @param lambda in (0, 1); 0.2 by default
     * @return this
     * @throws IllegalArgumentException if {@code lambda} is not in (0, 1)
     */
    public Builder lambda(double lambda) {
      this.lambda = Setting.fraction("lambda", lambda);
      return this;
    }

    /**
     * Sets how many values a stationary stream gives between false alarms, on average.
     *
     * @param falseAlarmEvery 100, 400 or 1000; 400 by default
     * @return this
     * @throws IllegalArgumentException if {@code falseAlarmEvery} is another number
     */
    public Builder falseAlarmEvery(int falseAlarmEvery) {
      this.falseAlarmEvery = checkRunLength("falseAlarmEvery", falseAlarmEvery);
      return this;
    }

    /**
     * Sets which share of L is a warning.
     *
     * @param warningShare in (0, 1); 0.5 by default
     * @return this
     * @throws IllegalArgumentException if {@code warningShare} is not in (0, 1)
     */
    public Builder warningShare(double warningShare) {
      this.warningShare = Setting.fraction("warningShare", warningShare);
      return this;
    }

    /**
     * Makes a detector.
     *
     * @return a detector that has seen nothing
     */
    public Ecdd build() {
      return new Ecdd(this);
    }
  }
}
