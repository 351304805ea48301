package dev.endolith.monitoring.stream;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * STEPD, a test of equal proportions: the errors among the latest 30 values against those before.
 *
 * <pre>{@code
 * T = (|r₀/n₀ − r₁/n₁| − ½·(1/n₀ + 1/n₁)) / √(p·(1 − p)·(1/n₀ + 1/n₁)),   p = (r₀ + r₁)/(n₀ + n₁)
 * P = 2·(1 − Φ(T)),   DRIFT if P < 0.003,   WARNING if P < 0.05
 * }</pre>
 *
 * <p>Both directions. After a drift the detector starts anew, and decides from twice the window on.
 * Values are 0 for right and 1 for wrong. Each value is a test, so that false alarms are far more
 * frequent than 0.003 suggests. Source: K. Nishida and K. Yamauchi, <i>Detecting Concept Drift
 * Using Statistical Testing</i>, Discovery Science 2007.
 *
 * <p><b>Modes</b>: PAPER takes T as 0 where the difference is less than the correction for
 * continuity, and is stable where all values are equal. MOA divides by zero there and alarms: every
 * 60 values on a stream without any error; and it takes |T|, so that a negative T can be
 * significant. (Frouros takes P = 1 − Φ(T).) River has no such detector.
 *
 * <p>O(1) per value, no allocation. Mutable, not thread-safe.
 */
public final class Stepd extends SavedDetector {

  private final ReferenceMode mode;
  private final int window;
  private final double driftP;
  private final double warningP;
  private final double driftT;
  private final double warningT;
  private final boolean[] recent;
  private int next;
  private int recentSize;
  private long recentErrors;
  private long older;
  private long olderErrors;
  private boolean drifted;

  private Stepd(Builder builder) {
    mode = builder.mode;
    window = builder.window;
    driftP = builder.driftP;
    warningP = builder.warningP;
    NormalDistribution normal = NormalDistribution.of(0, 1);
    driftT = normal.inverseSurvivalProbability(driftP / 2);
    warningT = normal.inverseSurvivalProbability(warningP / 2);
    recent = new boolean[window];
    reset();
  }

  /**
   * Returns a detector with the defaults: {@link ReferenceMode#PAPER}, the latest 30 values against
   * all before, p-values of 0.003 for a drift and 0.05 for a warning.
   *
   * @return a detector that has seen nothing
   */
  public static Stepd create() {
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
    boolean error = value == 1;
    if (recentSize < window) {
      recentSize++;
    } else {
      older++;
      olderErrors += recent[next] ? 1 : 0;
      recentErrors -= recent[next] ? 1 : 0;
    }
    recent[next] = error;
    recentErrors += error ? 1 : 0;
    next = next + 1 == window ? 0 : next + 1;
    if (older < window) {
      return Signal.STABLE;
    }
    double t = statistic();
    if (t > driftT) {
      drifted = true;
      return Signal.DRIFT;
    }
    return t > warningT ? Signal.WARNING : Signal.STABLE;
  }

  private double statistic() {
    double p = (double) (olderErrors + recentErrors) / (older + window);
    double inverse = 1.0 / older + 1.0 / window;
    double difference = Math.abs((double) olderErrors / older - (double) recentErrors / window);
    double corrected = difference - 0.5 * inverse;
    double deviation = Math.sqrt(p * (1.0 - p) * inverse);
    if (mode == ReferenceMode.MOA) {
      return Math.abs(corrected / deviation);
    }
    return corrected > 0 ? corrected / deviation : 0;
  }

  @Override
  public void reset() {
    Arrays.fill(recent, false);
    next = 0;
    recentSize = 0;
    recentErrors = 0;
    older = 0;
    olderErrors = 0;
    drifted = false;
  }

  @Override
  void transfer(DetectorState state) {
    next = state.index(next, window - 1);
    recentSize = state.index(recentSize, window);
    older = state.count(older, 0, recentSize == window ? Long.MAX_VALUE : 0);
    olderErrors = state.count(olderErrors, 0, older);
    state.bits(recent, window);
    recentErrors = 0;
    for (boolean error : recent) {
      recentErrors += error ? 1 : 0;
    }
    drifted = state.flag(drifted);
  }

  @Override
  String settings() {
    return "Stepd[mode="
        + mode
        + ", window="
        + window
        + ", driftP="
        + driftP
        + ", warningP="
        + warningP
        + "]";
  }

  /** Sets up a {@link Stepd}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private ReferenceMode mode = ReferenceMode.PAPER;
    private int window = 30;
    private double driftP = 0.003;
    private double warningP = 0.05;

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
      Setting.mode("Stepd", mode, ReferenceMode.PAPER, ReferenceMode.MOA);
      this.mode = mode;
      return this;
    }

    /**
     * Sets how many of the latest values are compared with all before.
     *
     * @param window in [2, 100 000]; 30 by default
     * @return this
     * @throws IllegalArgumentException if {@code window} is not in [2, 100 000]
     */
    public Builder window(int window) {
      this.window = Setting.between("window", window, 2, 100_000);
      return this;
    }

    /**
     * Sets the p-value below which there is a drift.
     *
     * @param driftP in (0, 1); 0.003 by default
     * @return this
     * @throws IllegalArgumentException if {@code driftP} is not in (0, 1)
     */
    public Builder driftP(double driftP) {
      this.driftP = Setting.fraction("driftP", driftP);
      return this;
    }

    /**
     * Sets the p-value below which there is a warning.
     *
     * @param warningP in (0, 1); 0.05 by default
     * @return this
     * @throws IllegalArgumentException if {@code warningP} is not in (0, 1)
     */
    public Builder warningP(double warningP) {
      this.warningP = Setting.fraction("warningP", warningP);
      return this;
    }

    /**
     * Makes a detector.
     *
     * @return a detector that has seen nothing
     */
    public Stepd build() {
      return new Stepd(this);
    }
  }
}
