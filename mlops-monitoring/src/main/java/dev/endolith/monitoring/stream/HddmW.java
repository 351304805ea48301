package dev.endolith.monitoring.stream;

import org.jspecify.annotations.Nullable;

/**
 * HDDM-W: compares exponentially weighted means before and after the best cut, by McDiarmid's
 * bound. Quicker than {@link HddmA} on gradual changes, and with more false alarms.
 *
 * <pre>{@code
 * Z ← λ·x + (1 − λ)·Z,   b ← λ² + (1 − λ)²·b,   Z = x and b = 1 for the first value of a sample
 * cut where Z + √(b·ln(1/α)/2) of all values is least; sample 1 before it, sample 2 after it
 * rise if Z₂ − Z₁ > √((b₁ + b₂)·ln(1/α)/2),   α = 0.001: DRIFT, α = 0.005: WARNING
 * }</pre>
 *
 * <p>and the mirror image for falls. After a drift the detector starts anew. Values are in [0, 1].
 * Source: I. Frías-Blanco and others, <i>Online and Non-Parametric Drift Detection Methods Based on
 * Hoeffding's Bounds</i>, IEEE TKDE 27(3), 2015. The bound holds for one test; every value is a
 * test.
 *
 * <p><b>Modes</b>: PAPER and MOA agree on rises; on falls PAPER signals, and MOA, where watching
 * for them is the default, starts anew without a signal. RIVER takes b = λ² + (1 − λ)² for the
 * first value, and a mean that is exactly 0 takes over the next value as it is: after a run without
 * any error the first one counts in full.
 *
 * <p>O(1) per value, no allocation. Mutable, not thread-safe.
 */
public final class HddmW extends SavedDetector {

  // A sample without values; means are in [0, 1].
  private static final double NONE = -1;

  private final ReferenceMode mode;
  private final double driftConfidence;
  private final double warningConfidence;
  private final double lambda;
  private final boolean twoSided;
  private final boolean river;
  private final double driftLog;
  private final double warningLog;
  private final double decay;
  private final double squaredWeight;
  private final double squaredDecay;
  private double total;
  private double totalBound;
  private double rise1;
  private double rise1Bound;
  private double rise2;
  private double rise2Bound;
  private double riseCut;
  private double fall1;
  private double fall1Bound;
  private double fall2;
  private double fall2Bound;
  private double fallCut;
  private boolean drifted;

  private HddmW(Builder builder) {
    mode = builder.mode;
    driftConfidence = builder.driftConfidence;
    warningConfidence = builder.warningConfidence;
    lambda = builder.lambda;
    twoSided = builder.twoSided == null ? mode == ReferenceMode.MOA : builder.twoSided;
    river = mode == ReferenceMode.RIVER;
    driftLog = Math.log(1.0 / driftConfidence);
    warningLog = Math.log(1.0 / warningConfidence);
    decay = 1.0 - lambda;
    squaredWeight = lambda * lambda;
    squaredDecay = decay * decay;
    reset();
  }

  /**
   * Returns a detector with the defaults: {@link ReferenceMode#PAPER}, λ = 0.05, confidences of
   * 0.001 for a drift and 0.005 for a warning, rises only.
   *
   * @return a detector that has seen nothing
   */
  public static HddmW create() {
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
    totalBound = bound(total, totalBound);
    total = mean(total, value);
    double epsilon = Math.sqrt(totalBound * driftLog / 2);
    if (total + epsilon < riseCut) {
      riseCut = total + epsilon;
      rise1 = total;
      rise1Bound = totalBound;
      rise2 = NONE;
    } else {
      rise2Bound = bound(rise2, rise2Bound);
      rise2 = mean(rise2, value);
    }
    Signal signal = rise2 == NONE ? Signal.STABLE : judge(rise2 - rise1, rise1Bound + rise2Bound);
    if (twoSided) {
      signal = fall(value, epsilon, signal);
    }
    drifted = signal == Signal.DRIFT;
    return signal;
  }

  private Signal fall(double value, double epsilon, Signal rise) {
    if (total - epsilon > fallCut) {
      fallCut = total - epsilon;
      fall1 = total;
      fall1Bound = totalBound;
      fall2 = NONE;
    } else {
      fall2Bound = bound(fall2, fall2Bound);
      fall2 = mean(fall2, value);
    }
    if (rise == Signal.DRIFT || fall2 == NONE) {
      return rise;
    }
    Signal fall = judge(fall1 - fall2, fall1Bound + fall2Bound);
    if (mode == ReferenceMode.MOA) {
      if (fall == Signal.DRIFT) {
        reset();
      }
      return rise;
    }
    return fall == Signal.STABLE ? rise : fall;
  }

  private double mean(double before, double value) {
    boolean first = before == NONE || (river && before == 0);
    return first ? value : lambda * value + decay * before;
  }

  private double bound(double mean, double before) {
    if (mean == NONE) {
      return river ? squaredWeight + squaredDecay : 1;
    }
    return squaredWeight + squaredDecay * before;
  }

  private Signal judge(double difference, double bounds) {
    if (!(difference > 0)) {
      return Signal.STABLE;
    }
    if (difference > Math.sqrt(bounds * driftLog / 2)) {
      return Signal.DRIFT;
    }
    return difference > Math.sqrt(bounds * warningLog / 2) ? Signal.WARNING : Signal.STABLE;
  }

  @Override
  public void reset() {
    total = NONE;
    totalBound = 0;
    rise1 = NONE;
    rise1Bound = 0;
    rise2 = NONE;
    rise2Bound = 0;
    riseCut = Double.POSITIVE_INFINITY;
    fall1 = NONE;
    fall1Bound = 0;
    fall2 = NONE;
    fall2Bound = 0;
    fallCut = Double.NEGATIVE_INFINITY;
    drifted = false;
  }

  @Override
  void transfer(DetectorState state) {
    total = state.number(total, NONE, 1);
    totalBound = state.number(totalBound, 0, 1);
    rise1 = state.number(rise1, NONE, 1);
    rise1Bound = state.number(rise1Bound, 0, 1);
    rise2 = state.number(rise2, NONE, 1);
    rise2Bound = state.number(rise2Bound, 0, 1);
    fall1 = state.number(fall1, NONE, 1);
    fall1Bound = state.number(fall1Bound, 0, 1);
    fall2 = state.number(fall2, NONE, 1);
    fall2Bound = state.number(fall2Bound, 0, 1);
    riseCut = state.number(riseCut);
    fallCut = state.number(fallCut);
    drifted = state.flag(drifted);
  }

  @Override
  String settings() {
    return "HddmW[mode="
        + mode
        + ", driftConfidence="
        + driftConfidence
        + ", warningConfidence="
        + warningConfidence
        + ", lambda="
        + lambda
        + ", twoSided="
        + twoSided
        + "]";
  }

  /** Sets up an {@link HddmW}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private ReferenceMode mode = ReferenceMode.PAPER;
    private double driftConfidence = 0.001;
    private double warningConfidence = 0.005;
    private double lambda = 0.05;
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
     * Sets the weight λ of the newest value.
     *
     * @param lambda in (0, 1); 0.05 by default
     * @return this
     * @throws IllegalArgumentException if {@code lambda} is not in (0, 1)
     */
    public Builder lambda(double lambda) {
      this.lambda = Setting.fraction("lambda", lambda);
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
    public HddmW build() {
      return new HddmW(this);
    }
  }
}
