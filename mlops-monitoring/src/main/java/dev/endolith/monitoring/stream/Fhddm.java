package dev.endolith.monitoring.stream;

import java.util.Arrays;

/**
 * FHDDM, the fast Hoeffding drift detection method: compares the share of right answers in a window
 * with the greatest such share so far.
 *
 * <pre>{@code
 * μ = share of right answers among the latest n,   DRIFT if max μ − μ ≥ √(ln(1/δ)/(2n))
 * }</pre>
 *
 * <p>Losses of accuracy only. After a drift the detector starts anew. Values are 0 for right and 1
 * for wrong. Hoeffding's bound holds for one window; the maximum is over many, which the small
 * default δ pays for. Source: A. Pesaranghader and H. L. Viktor, <i>Fast Hoeffding Drift Detection
 * Method for Evolving Data Streams</i>, ECML PKDD 2016.
 *
 * <p><b>Modes</b>: RIVER takes the share of ones instead, though its documentation calls a one an
 * error, so that it finds falls of the error; and its comparison is strict. MOA has no such
 * detector.
 *
 * <p>O(1) per value, no allocation; one byte per value of the window. Mutable, not thread-safe.
 */
public final class Fhddm extends SavedDetector {

  private final ReferenceMode mode;
  private final int window;
  private final double delta;
  private final double bound;
  private final boolean counted;
  private final boolean[] latest;
  private int next;
  private int size;
  private int hits;
  private int mostHits;
  private boolean drifted;

  private Fhddm(Builder builder) {
    mode = builder.mode;
    window = builder.window;
    delta = builder.delta;
    bound = Math.sqrt(Math.log(1 / delta) / (2.0 * window));
    counted = mode == ReferenceMode.RIVER;
    latest = new boolean[window];
    reset();
  }

  /**
   * Returns a detector with the defaults: {@link ReferenceMode#PAPER}, a window of 100, δ =
   * 10<sup>-6</sup>.
   *
   * @return a detector that has seen nothing
   */
  public static Fhddm create() {
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
    boolean hit = (value == 1) == counted;
    if (size < window) {
      size++;
    } else {
      hits -= latest[next] ? 1 : 0;
    }
    latest[next] = hit;
    hits += hit ? 1 : 0;
    next = next + 1 == window ? 0 : next + 1;
    if (size < window) {
      return Signal.STABLE;
    }
    mostHits = Math.max(mostHits, hits);
    double fall = (double) mostHits / window - (double) hits / window;
    drifted = mode == ReferenceMode.RIVER ? fall > bound : fall >= bound;
    return drifted ? Signal.DRIFT : Signal.STABLE;
  }

  @Override
  public void reset() {
    Arrays.fill(latest, false);
    next = 0;
    size = 0;
    hits = 0;
    mostHits = 0;
    drifted = false;
  }

  @Override
  void transfer(DetectorState state) {
    next = state.index(next, window - 1);
    size = state.index(size, window);
    mostHits = state.index(mostHits, window);
    drifted = state.flag(drifted);
    state.bits(latest, window);
    hits = 0;
    for (boolean hit : latest) {
      hits += hit ? 1 : 0;
    }
  }

  @Override
  String settings() {
    return "Fhddm[mode=" + mode + ", window=" + window + ", delta=" + delta + "]";
  }

  /** Sets up an {@link Fhddm}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private ReferenceMode mode = ReferenceMode.PAPER;
    private int window = 100;
    private double delta = 1e-6;

    private Builder() {}

    /**
     * Chooses whose arithmetic is followed.
     *
     * @param mode the reference; {@link ReferenceMode#PAPER} by default
     * @return this
     * @throws IllegalArgumentException if {@code mode} is {@link ReferenceMode#MOA}, which has no
     *     such detector
     */
    public Builder mode(ReferenceMode mode) {
      Setting.mode("Fhddm", mode, ReferenceMode.PAPER, ReferenceMode.RIVER);
      this.mode = mode;
      return this;
    }

    /**
     * Sets the number of latest values that are looked at.
     *
     * @param window in [2, 1 000 000]; 100 by default
     * @return this
     * @throws IllegalArgumentException if {@code window} is not in [2, 1 000 000]
     */
    public Builder window(int window) {
      this.window = Setting.between("window", window, 2, 1_000_000);
      return this;
    }

    /**
     * Sets δ, by which the bound is chosen.
     *
     * @param delta in (0, 1); 1e-6 by default
     * @return this
     * @throws IllegalArgumentException if {@code delta} is not in (0, 1)
     */
    public Builder delta(double delta) {
      this.delta = Setting.fraction("delta", delta);
      return this;
    }

    /**
     * Makes a detector.
     *
     * @return a detector that has seen nothing
     */
    public Fhddm build() {
      return new Fhddm(this);
    }
  }
}
