package dev.endolith.monitoring.stream;

/**
 * EDDM, the early drift detection method: watches the distances between errors, which shrink when a
 * classifier gets worse.
 *
 * <pre>{@code
 * at each error: p' and s' are mean and deviation of the distances so far, m = p' + 2·s'
 * WARNING if m / max m < 0.95,   DRIFT if m / max m < 0.90
 * }</pre>
 *
 * <p>A warning stays until the next error. After a drift the detector starts anew with the next
 * value. Values are 0 for right and 1 for wrong. Source: M. Baena-García and others, <i>Early Drift
 * Detection Method</i>, ECML PKDD workshop on knowledge discovery from data streams, 2006.
 *
 * <p><b>Not calibrated.</b> The maximum of a noisy mean is compared with a later one, so that
 * stationary streams alarm, too: 36 times in 20 000 values at an error rate of 0.2 in MOA's mode.
 * PAPER takes the maximum only once there are {@code minErrors} errors and alarms less. Prefer
 * {@link HddmA} where false alarms cost something.
 *
 * <p><b>Modes</b>: MOA takes maxima from the 30th value on, with the population's deviation, and an
 * error that sets a new maximum ends a warning; RIVER takes them from the 31st on, with the
 * sample's deviation, and such an error leaves the warning as it is. In both drifts need more than
 * {@code minErrors} errors.
 *
 * <p>O(1) per value, no allocation. Mutable, not thread-safe.
 */
public final class Eddm extends SavedDetector {

  private final ReferenceMode mode;
  private final int minErrors;
  private final double warningRatio;
  private final double driftRatio;
  private long n;
  private long errors;
  private long lastError;
  private double mean;
  private double squares;
  private double greatest;
  private boolean warning;
  private boolean drifted;

  private Eddm(Builder builder) {
    mode = builder.mode;
    minErrors = builder.minErrors;
    warningRatio = builder.warningRatio;
    driftRatio = builder.driftRatio;

    reset();
  }

  /**
   * Returns a detector with the defaults: {@link ReferenceMode#PAPER}, 30 errors to start with,
   * warning below 0.95, drift below 0.90.
   *
   * @return a detector that has seen nothing
   */
  public static Eddm create() {
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
    if (value == 0) {
      return warning ? Signal.WARNING : Signal.STABLE;
    }
    if (mode != ReferenceMode.RIVER) {
      warning = false;
    }
    errors++;
    double distance = n - lastError;
    lastError = n;
    double before = mean;
    mean += (distance - mean) / errors;
    squares += (distance - mean) * (distance - before);
    return judge();
  }

  private Signal judge() {
    double divisor = mode == ReferenceMode.RIVER ? errors - 1 : errors;
    double now = mean + 2 * (divisor == 0 ? 0 : Math.sqrt(squares / divisor));
    boolean started =
        switch (mode) {
          case PAPER -> errors >= minErrors;
          case MOA -> n >= minErrors;
          case RIVER -> n > minErrors;
        };
    if (now > greatest) {
      if (started) {
        greatest = now;
      }
    } else if (started && errors > minErrors) {
      double ratio = now / greatest;
      if (ratio < driftRatio) {
        drifted = true;
        return Signal.DRIFT;
      }
      warning = ratio < warningRatio;
    }
    return warning ? Signal.WARNING : Signal.STABLE;
  }

  @Override
  public void reset() {
    n = 0;
    errors = 0;
    lastError = 0;
    mean = 0;
    squares = 0;
    greatest = 0;
    warning = false;
    drifted = false;
  }

  @Override
  void transfer(DetectorState state) {
    n = state.count(n);
    errors = state.count(errors, 0, n);
    lastError = state.count(lastError, 0, n);
    mean = state.number(mean, 0, Double.MAX_VALUE);
    squares = state.number(squares, 0, Double.MAX_VALUE);
    greatest = state.number(greatest, 0, Double.MAX_VALUE);
    warning = state.flag(warning);
    drifted = state.flag(drifted);
  }

  @Override
  String settings() {
    return "Eddm[mode="
        + mode
        + ", minErrors="
        + minErrors
        + ", warningRatio="
        + warningRatio
        + ", driftRatio="
        + driftRatio
        + "]";
  }

  /** Sets up an {@link Eddm}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private ReferenceMode mode = ReferenceMode.PAPER;
    private int minErrors = 30;
    private double warningRatio = 0.95;
    private double driftRatio = 0.9;

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
     * Sets how many errors are seen before anything is decided; in the modes of the references also
     * how many values before a maximum is taken.
     *
     * @param minErrors at least 1; 30 by default
     * @return this
     * @throws IllegalArgumentException if {@code minErrors} is below 1
     */
    public Builder minErrors(int minErrors) {
      this.minErrors = Setting.atLeast("minErrors", minErrors, 1);
      return this;
    }

    /**
     * Sets the ratio below which there is a warning.
     *
     * @param warningRatio in (0, 1); 0.95 by default
     * @return this
     * @throws IllegalArgumentException if {@code warningRatio} is not in (0, 1)
     */
    public Builder warningRatio(double warningRatio) {
      this.warningRatio = Setting.fraction("warningRatio", warningRatio);
      return this;
    }

    /**
     * Sets the ratio below which there is a drift.
     *
     * @param driftRatio in (0, 1); 0.9 by default
     * @return this
     * @throws IllegalArgumentException if {@code driftRatio} is not in (0, 1)
     */
    public Builder driftRatio(double driftRatio) {
      this.driftRatio = Setting.fraction("driftRatio", driftRatio);
      return this;
    }

    /**
     * Makes a detector.
     *
     * @return a detector that has seen nothing
     */
    public Eddm build() {
      return new Eddm(this);
    }
  }
}
