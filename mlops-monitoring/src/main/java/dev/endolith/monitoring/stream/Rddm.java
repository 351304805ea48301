package dev.endolith.monitoring.stream;

import java.util.Arrays;

/**
 * RDDM, the reactive drift detection method: {@link Ddm} that forgets. Its statistics are
 * recomputed from the latest values when a concept has become long, so that it does not grow deaf,
 * and a warning that lasts too long becomes a drift.
 *
 * <p>As {@link Ddm}, with p, s and the least p + s; then
 *
 * <ul>
 *   <li>after a drift, p is recomputed from the values since the warning began (from the last one
 *       if there was no warning), and the minimum starts anew;
 *   <li>after {@code longestConcept} values without warning, p is recomputed from the latest {@code
 *       memory} values, and the minimum stays;
 *   <li>{@code mostWarnings} values after a warning began, if it never ended, there is a drift.
 * </ul>
 *
 * <p>Rises only. Values are 0 for right and 1 for wrong. Source: R. S. M. Barros and others,
 * <i>RDDM: Reactive Drift Detection Method</i>, Expert Systems with Applications 90, 2017. Frouros
 * counts warnings one by one where the paper and MOA count values since the first, and clears the
 * minimum at every recomputation: its indices differ.
 *
 * <p><b>Modes</b>: PAPER and MOA are the same. River's is younger than the vectors and not
 * followed.
 *
 * <p>Amortised O(1) per value (a recomputation costs at most {@code memory} steps), no allocation;
 * {@code memory} bytes. Mutable, not thread-safe.
 */
public final class Rddm extends SavedDetector {

  private final ReferenceMode mode;
  private final int minInstances;
  private final double warningLevel;
  private final double driftLevel;
  private final int longestConcept;
  private final int memory;
  private final int mostWarnings;
  private static final int NONE = -1;
  private final boolean[] latest;
  private int first;
  private int last;
  private int size;
  private int warningAt;
  private long warningSince;
  private long seen;
  private long n;
  private double p;
  private double pMin;
  private double sMin;
  private double least;
  private boolean recompute;
  private boolean drifted;

  private Rddm(Builder builder) {
    mode = builder.mode;
    minInstances = builder.minInstances;
    warningLevel = builder.warningLevel;
    driftLevel = builder.driftLevel;
    longestConcept = builder.longestConcept;
    memory = builder.memory;
    mostWarnings = builder.mostWarnings;
    latest = new boolean[memory];
    reset();
  }

  /**
   * Returns a detector with the defaults: {@link ReferenceMode#PAPER}, from 129 values on, levels
   * of 1.773 and 2.258 deviations, a memory of 7000 values for concepts beyond 40 000, at most 1400
   * warnings.
   *
   * @return a detector that has seen nothing
   */
  public static Rddm create() {
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
    if (recompute) {
      recompute();
    }
    remember(value == 1);
    seen++;
    step(value);
    if (n < minInstances) {
      return Signal.STABLE;
    }
    double s = Math.sqrt(p * (1 - p) / n);
    double now = p + s;
    if (now < least) {
      pMin = p;
      sMin = s;
      least = now;
    }
    if (now > pMin + driftLevel * sMin) {
      return drift(warningAt == NONE);
    }
    if (now > pMin + warningLevel * sMin) {
      if (warningSince != NONE && warningSince + mostWarnings <= seen) {
        return drift(true);
      }
      if (warningSince == NONE) {
        warningSince = seen;
        warningAt = last;
      }
      return Signal.WARNING;
    }
    warningSince = NONE;
    warningAt = NONE;
    recompute = n >= longestConcept;
    return Signal.STABLE;
  }

  private Signal drift(boolean onlyTheLast) {
    recompute = true;
    drifted = true;
    if (onlyTheLast) {
      first = last;
      size = 1;
      warningAt = NONE;
    }
    return Signal.DRIFT;
  }

  private void step(double value) {
    n++;
    p += (value - p) / n;
  }

  private void remember(boolean error) {
    last = after(last);
    latest[last] = error;
    if (size < memory) {
      size++;
    } else {
      first = after(first);
      if (warningAt == last) {
        warningAt = NONE;
      }
    }
  }

  private int after(int position) {
    return position + 1 == memory ? 0 : position + 1;
  }

  private void recompute() {
    n = 0;
    p = 1;
    if (drifted) {
      pMin = Double.MAX_VALUE;
      sMin = Double.MAX_VALUE;
      least = Double.MAX_VALUE;
    }
    if (warningAt != NONE) {
      first = warningAt;
      size = last - first + 1;
      if (size <= 0) {
        size += memory;
      }
    }
    int at = first;
    for (int i = 0; i < size; i++) {
      step(latest[at] ? 1 : 0);
      if (drifted && n >= minInstances) {
        double s = Math.sqrt(p * (1 - p) / n);
        if (p + s < least) {
          pMin = p;
          sMin = s;
          least = p + s;
        }
      }
      at = after(at);
    }
    warningAt = NONE;
    warningSince = NONE;
    recompute = false;
    drifted = false;
  }

  @Override
  public void reset() {
    Arrays.fill(latest, false);
    first = 0;
    last = memory - 1;
    size = 0;
    warningAt = NONE;
    warningSince = NONE;
    seen = 0;
    n = 0;
    p = 1;
    pMin = Double.MAX_VALUE;
    sMin = Double.MAX_VALUE;
    least = Double.MAX_VALUE;
    recompute = false;
    drifted = false;
  }

  @Override
  void transfer(DetectorState state) {
    first = state.index(first, memory - 1);
    last = state.index(last, memory - 1);
    size = state.index(size, memory);
    warningAt = (int) state.count(warningAt, NONE, memory - 1);
    warningSince = state.count(warningSince, NONE, Long.MAX_VALUE);
    seen = state.count(seen);
    n = state.count(n);
    p = state.number(p, -1e-9, 1 + 1e-9);
    pMin = state.number(pMin, -1e-9, Double.MAX_VALUE);
    sMin = state.number(sMin, 0, Double.MAX_VALUE);
    least = state.number(least, -1e-9, Double.MAX_VALUE);
    recompute = state.flag(recompute);
    drifted = state.flag(drifted);
    state.bits(latest, memory);
  }

  @Override
  String settings() {
    return "Rddm[mode="
        + mode
        + ", minInstances="
        + minInstances
        + ", warningLevel="
        + warningLevel
        + ", driftLevel="
        + driftLevel
        + ", longestConcept="
        + longestConcept
        + ", memory="
        + memory
        + ", mostWarnings="
        + mostWarnings
        + "]";
  }

  /** Sets up an {@link Rddm}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private ReferenceMode mode = ReferenceMode.PAPER;
    private int minInstances = 129;
    private double warningLevel = 1.773;
    private double driftLevel = 2.258;
    private int longestConcept = 40000;
    private int memory = 7000;
    private int mostWarnings = 1400;

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
      Setting.mode("Rddm", mode, ReferenceMode.PAPER, ReferenceMode.MOA);
      this.mode = mode;
      return this;
    }

    /**
     * Sets how many values are seen before anything is decided.
     *
     * @param minInstances at least 1; 129 by default
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
     * @param warningLevel finite, above 0; 1.773 by default
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
     * @param driftLevel finite, above 0; 2.258 by default
     * @return this
     * @throws IllegalArgumentException if {@code driftLevel} is not above 0, or not finite
     */
    public Builder driftLevel(double driftLevel) {
      this.driftLevel = Setting.positive("driftLevel", driftLevel);
      return this;
    }

    /**
     * Sets after how many values without warning the statistics are recomputed.
     *
     * @param longestConcept at least 1; 40000 by default
     * @return this
     * @throws IllegalArgumentException if {@code longestConcept} is below 1
     */
    public Builder longestConcept(int longestConcept) {
      this.longestConcept = Setting.atLeast("longestConcept", longestConcept, 1);
      return this;
    }

    /**
     * Sets from how many of the latest values they are recomputed at most.
     *
     * @param memory in [1, 10 000 000]; 7000 by default
     * @return this
     * @throws IllegalArgumentException if {@code memory} is not in [1, 10 000 000]
     */
    public Builder memory(int memory) {
      this.memory = Setting.between("memory", memory, 1, 10_000_000);
      return this;
    }

    /**
     * Sets how many values after a warning began there is a drift, if the warning lasts.
     *
     * @param mostWarnings at least 1; 1400 by default
     * @return this
     * @throws IllegalArgumentException if {@code mostWarnings} is below 1
     */
    public Builder mostWarnings(int mostWarnings) {
      this.mostWarnings = Setting.atLeast("mostWarnings", mostWarnings, 1);
      return this;
    }

    /**
     * Makes a detector.
     *
     * @return a detector that has seen nothing
     */
    public Rddm build() {
      return new Rddm(this);
    }
  }
}
