package dev.endolith.monitoring.stream;

import java.util.Arrays;

/**
 * BOCD, Bayesian online change detection: keeps the probability of each possible time since the
 * last change, and alarms when the most probable one is no longer "since the start".
 *
 * <pre>{@code
 * π_r(x) = N(x; μ_r, 1/τ_r + σ²), the predictive law after a run of length r
 * P(r + 1) ∝ P(r)·π_r(x)·(1 − H),   P(0) ∝ Σ P(r)·π_r(x)·H
 * τ_{r+1} = τ_r + 1/σ²,   μ_{r+1} = (τ_r·μ_r + x/σ²)/τ_{r+1}
 * DRIFT if the most probable run is shorter than the number of values since the start
 * }</pre>
 *
 * <p>for normal values of unknown mean and <b>known variance</b> σ², which must be set, or the
 * values standardised: values that scatter more than assumed alarm constantly, and ones that
 * scatter less are found late. Both directions. After a drift the detector starts anew. Source: R.
 * P. Adams and D. J. C. MacKay, <i>Bayesian Online Changepoint Detection</i>, arXiv:0710.3742,
 * 2007.
 *
 * <p>The answers are those of Frouros' Gaussian model with the same settings, except that only the
 * current row is kept and runs with a probability below {@link Builder#prune} are dropped. MOA and
 * River have no such detector.
 *
 * <p>O(runs kept) per value, at most {@link Builder#mostRuns}, typically some dozens; no
 * allocation. Mutable, not thread-safe.
 */
public final class Bocd extends SavedDetector {

  private final double hazard;
  private final double priorMean;
  private final double priorVariance;
  private final double variance;
  private final int minInstances;
  private final double prune;
  private final int mostRuns;
  private final double[] probability;
  private final double[] mean;
  private final double[] precision;
  private final long[] length;
  private int runs;
  private long n;
  private boolean drifted;

  private Bocd(Builder builder) {
    hazard = builder.hazard;
    priorMean = builder.priorMean;
    priorVariance = builder.priorVariance;
    variance = builder.variance;
    minInstances = builder.minInstances;
    prune = builder.prune;
    mostRuns = builder.mostRuns;
    probability = new double[mostRuns + 1];
    mean = new double[mostRuns + 1];
    precision = new double[mostRuns + 1];
    length = new long[mostRuns + 1];
    reset();
  }

  /**
   * Returns a detector with the defaults: a change expected every 100 values, prior mean 0 with
   * variance 1, observations of variance 1, from 30 values on.
   *
   * @return a detector that has seen nothing
   */
  public static Bocd create() {
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
    double highest = Double.NEGATIVE_INFINITY;
    for (int r = 0; r < runs; r++) {
      double v = 1 / precision[r] + variance;
      double difference = value - mean[r];
      // Logarithms, as all densities may be below the smallest double; the greatest becomes 1.
      probability[r] = Math.log(probability[r]) - 0.5 * (Math.log(v) + difference * difference / v);
      highest = Math.max(highest, probability[r]);
    }
    double all = 0;
    for (int r = 0; r < runs; r++) {
      probability[r] = Math.exp(probability[r] - highest);
      all += probability[r];
      double now = precision[r] + 1 / variance;
      mean[r] = (precision[r] * mean[r] + value / variance) / now;
      precision[r] = now;
      length[r]++;
    }
    keepProbable(all);
    start(hazard);
    long mostProbable = length[longestOfMostProbable()];
    drifted = n >= minInstances && mostProbable != n;
    return drifted ? Signal.DRIFT : Signal.STABLE;
  }

  /** Makes the probabilities sum to 1 − H, without the runs that do not matter. */
  private void keepProbable(double all) {
    int kept = 0;
    int least = 0;
    for (int r = 0; r < runs; r++) {
      double share = probability[r] / all * (1 - hazard);
      if (share >= prune || probability[r] == 1) {
        probability[kept] = share;
        mean[kept] = mean[r];
        precision[kept] = precision[r];
        length[kept] = length[r];
        least = probability[kept] < probability[least] ? kept : least;
        kept++;
      }
    }
    if (kept == mostRuns) {
      kept--;
      System.arraycopy(probability, least + 1, probability, least, kept - least);
      System.arraycopy(mean, least + 1, mean, least, kept - least);
      System.arraycopy(precision, least + 1, precision, least, kept - least);
      System.arraycopy(length, least + 1, length, least, kept - least);
    }
    runs = kept;
  }

  private void start(double share) {
    probability[runs] = share;
    mean[runs] = priorMean;
    precision[runs] = 1 / priorVariance;
    length[runs] = 0;
    runs++;
  }

  private int longestOfMostProbable() {
    int most = 0;
    for (int r = 1; r < runs; r++) {
      most = probability[r] > probability[most] ? r : most;
    }
    return most;
  }

  @Override
  public void reset() {
    Arrays.fill(probability, 0);
    runs = 0;
    n = 0;
    drifted = false;
    start(1);
  }

  @Override
  void transfer(DetectorState state) {
    n = state.count(n);
    runs = (int) state.count(runs, 1, mostRuns);
    drifted = state.flag(drifted);
    state.numbers(probability, runs, 0, 1);
    state.numbers(mean, runs, -1e200, 1e200);
    state.numbers(precision, runs, Double.MIN_NORMAL, Double.MAX_VALUE);
    for (int r = 0; r < runs; r++) {
      length[r] = state.count(length[r], 0, n);
    }
  }

  @Override
  String settings() {
    return "Bocd[hazard="
        + hazard
        + ", priorMean="
        + priorMean
        + ", priorVariance="
        + priorVariance
        + ", variance="
        + variance
        + ", minInstances="
        + minInstances
        + ", prune="
        + prune
        + ", mostRuns="
        + mostRuns
        + "]";
  }

  /** Sets up a {@link Bocd}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private double hazard = 0.01;
    private double priorMean = 0;
    private double priorVariance = 1;
    private double variance = 1;
    private int minInstances = 30;
    private double prune = 1e-4;
    private int mostRuns = 200;

    private Builder() {}

    /**
     * Sets H, the probability of a change with each value.
     *
     * @param hazard in (0, 1); 0.01 by default
     * @return this
     * @throws IllegalArgumentException if {@code hazard} is not in (0, 1)
     */
    public Builder hazard(double hazard) {
      this.hazard = Setting.fraction("hazard", hazard);
      return this;
    }

    /**
     * Sets the expected mean after a change.
     *
     * @param priorMean finite; 0 by default
     * @return this
     * @throws IllegalArgumentException if {@code priorMean} is not finite
     */
    public Builder priorMean(double priorMean) {
      this.priorMean = Setting.finite("priorMean", priorMean);
      return this;
    }

    /**
     * Sets how uncertain that mean is.
     *
     * @param priorVariance finite, above 0; 1 by default
     * @return this
     * @throws IllegalArgumentException if {@code priorVariance} is not above 0, or not finite
     */
    public Builder priorVariance(double priorVariance) {
      this.priorVariance = Setting.positive("priorVariance", priorVariance);
      return this;
    }

    /**
     * Sets σ², the variance of the values about their mean.
     *
     * @param variance finite, above 0; 1 by default
     * @return this
     * @throws IllegalArgumentException if {@code variance} is not above 0, or not finite
     */
    public Builder variance(double variance) {
      this.variance = Setting.positive("variance", variance);
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
     * Sets the probability below which a run is dropped.
     *
     * @param prune in (0, 1); 0.0001 by default
     * @return this
     * @throws IllegalArgumentException if {@code prune} is not in (0, 1)
     */
    public Builder prune(double prune) {
      this.prune = Setting.fraction("prune", prune);
      return this;
    }

    /**
     * Sets how many runs are kept at most; beyond, the least probable is dropped.
     *
     * @param mostRuns in [2, 100 000]; 200 by default
     * @return this
     * @throws IllegalArgumentException if {@code mostRuns} is not in [2, 100 000]
     */
    public Builder mostRuns(int mostRuns) {
      this.mostRuns = Setting.between("mostRuns", mostRuns, 2, 100_000);
      return this;
    }

    /**
     * Makes a detector.
     *
     * @return a detector that has seen nothing
     */
    public Bocd build() {
      return new Bocd(this);
    }
  }
}
