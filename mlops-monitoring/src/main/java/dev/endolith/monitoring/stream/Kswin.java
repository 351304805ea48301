package dev.endolith.monitoring.stream;

import dev.endolith.monitoring.drift.KolmogorovSmirnov;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * KSWIN: a Kolmogorov-Smirnov test of the latest values against the ones before them, in a sliding
 * window. Sees changes of any kind, also of the spread, and only large ones.
 *
 * <pre>{@code
 * DRIFT if p ≤ α, p the exact two-sample p-value of the latest r values against the w − r before
 * }</pre>
 *
 * <p>After a drift the latest r values stay. Any finite values; free of scale. Source: C. Raab, M.
 * Heusinger and F.-M. Schleif, <i>Reactive Soft Prototype Computing for Concept Drift Streams</i>,
 * Neurocomputing 416, 2020.
 *
 * <p><b>Deterministic.</b> The paper draws r values at random from the w − r older ones; here all
 * of them are compared, which has more power and needs no chance, so that indices are not those of
 * Python's generator.
 *
 * <p><b>False alarms.</b> α holds for one test, and there is one per value. Neighbouring tests
 * share most of their values; on continuous data, the default gives about one false alarm in 32 000
 * values (simulated), and fewer where values repeat.
 *
 * <p><b>Modes</b>: RIVER takes α = 0.005 and D > 0.1, which alarms about every 970 values on
 * stationary streams. MOA has no such detector.
 *
 * <p>O(w) per value, no allocation. Mutable, not thread-safe.
 */
public final class Kswin extends SavedDetector {

  private final ReferenceMode mode;
  private final double alpha;
  private final int window;
  private final int latest;
  private final int older;
  private final long critical;
  private final double[] ring;
  private final double[] oldSorted;
  private final double[] newSorted;
  private int next;
  private int size;
  private boolean drifted;

  private Kswin(Builder builder) {
    mode = builder.mode;
    alpha = builder.alpha == null ? (mode == ReferenceMode.RIVER ? 0.005 : 0.0001) : builder.alpha;
    window = builder.window;
    latest = builder.latest;
    older = window - latest;
    critical = critical();
    ring = new double[window];
    oldSorted = new double[older];
    newSorted = new double[latest];
    reset();
  }

  /**
   * Returns a detector with the defaults: {@link ReferenceMode#PAPER}, a window of 100 whose latest
   * 30 are compared with the 70 before, p-value of 0.0001.
   *
   * @return a detector that has seen nothing
   */
  public static Kswin create() {
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
      keepLatest();
    }
    double entering = value + 0.0; // no negative zero, which would sort apart from zero
    if (size >= latest) {
      // What leaves the latest ones joins the older; what leaves the older is gone.
      double passing = ring[at(latest)];
      int olderSize = Math.min(size - latest, older);
      if (size == window) {
        replace(oldSorted, older, ring[next], passing);
      } else {
        insert(oldSorted, olderSize, passing);
      }
      replace(newSorted, latest, passing, entering);
    } else {
      insert(newSorted, size, entering);
    }
    ring[next] = entering;
    next = next + 1 == window ? 0 : next + 1;
    size = Math.min(size + 1, window);
    drifted = size == window && distance() >= critical;
    return drifted ? Signal.DRIFT : Signal.STABLE;
  }

  /** Where the k-th latest value is, the very latest being the first. */
  private int at(int k) {
    int position = next - k;
    return position < 0 ? position + window : position;
  }

  private void keepLatest() {
    drifted = false;
    size = latest;
  }

  /** The greatest |F − G| times the product of the sizes, a whole number. */
  private long distance() {
    int i = 0;
    int j = 0;
    long greatest = 0;
    while (i < older && j < latest) {
      double value = Math.min(oldSorted[i], newSorted[j]);
      while (i < older && oldSorted[i] == value) {
        i++;
      }
      while (j < latest && newSorted[j] == value) {
        j++;
      }
      greatest = Math.max(greatest, Math.abs((long) i * latest - (long) j * older));
    }
    return greatest;
  }

  /** The least such number that has a p-value of α or less; more than can be if there is none. */
  private long critical() {
    KolmogorovSmirnov test = KolmogorovSmirnov.create();
    long least = mode == ReferenceMode.RIVER ? (long) (0.1 * older * latest) + 1 : 1;
    long low = least;
    long high = (long) older * latest + 1;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (test.pValue(older, latest, (double) middle / ((double) older * latest)) <= alpha) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private static void insert(double[] sorted, int size, double value) {
    int at = size;
    while (at > 0 && sorted[at - 1] > value) {
      sorted[at] = sorted[at - 1];
      at--;
    }
    sorted[at] = value;
  }

  private static void replace(double[] sorted, int size, double leaving, double entering) {
    int at = Arrays.binarySearch(sorted, 0, size, leaving);
    while (at + 1 < size && sorted[at + 1] < entering) {
      sorted[at] = sorted[at + 1];
      at++;
    }
    while (at > 0 && sorted[at - 1] > entering) {
      sorted[at] = sorted[at - 1];
      at--;
    }
    sorted[at] = entering;
  }

  @Override
  public void reset() {
    Arrays.fill(ring, 0);
    Arrays.fill(oldSorted, 0);
    Arrays.fill(newSorted, 0);
    next = 0;
    size = 0;
    drifted = false;
  }

  @Override
  void transfer(DetectorState state) {
    next = state.index(next, window - 1);
    size = state.index(size, window);
    drifted = state.flag(drifted);
    state.numbers(ring, window, -1e100, 1e100);
    // The sorted copies follow from the ring.
    for (int k = 1; k <= size; k++) {
      double[] sorted = k <= latest ? newSorted : oldSorted;
      insert(sorted, k <= latest ? k - 1 : k - 1 - latest, ring[at(k)]);
    }
  }

  @Override
  String settings() {
    return "Kswin[mode="
        + mode
        + ", alpha="
        + alpha
        + ", window="
        + window
        + ", latest="
        + latest
        + "]";
  }

  /** Sets up a {@link Kswin}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private ReferenceMode mode = ReferenceMode.PAPER;
    private @Nullable Double alpha;
    private int window = 100;
    private int latest = 30;

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
      Setting.mode("Kswin", mode, ReferenceMode.PAPER, ReferenceMode.RIVER);
      this.mode = mode;
      return this;
    }

    /**
     * Sets α, the p-value at which there is a drift.
     *
     * @param alpha in (0, 1); unless set, 0.005 in {@link ReferenceMode#RIVER} and 0.0001 otherwise
     * @return this
     * @throws IllegalArgumentException if {@code alpha} is not in (0, 1)
     */
    public Builder alpha(double alpha) {
      this.alpha = Setting.fraction("alpha", alpha);
      return this;
    }

    /**
     * Sets w, the number of values in the window.
     *
     * @param window in [4, 10 000]; 100 by default
     * @return this
     * @throws IllegalArgumentException if {@code window} is not in [4, 10 000]
     */
    public Builder window(int window) {
      this.window = Setting.between("window", window, 4, 10_000);
      return this;
    }

    /**
     * Sets r, how many of them are the latest.
     *
     * @param latest in [2, 5000] and at most half of the window; 30 by default
     * @return this
     * @throws IllegalArgumentException if {@code latest} is not in [2, 5000]
     */
    public Builder latest(int latest) {
      this.latest = Setting.between("latest", latest, 2, 5_000);
      return this;
    }

    /**
     * Makes a detector.
     *
     * @return a detector that has seen nothing
     * @throws IllegalStateException if {@code latest} is above half of {@code window}
     */
    public Kswin build() {
      if (latest > window / 2) {
        throw new IllegalStateException(
            "latest must be at most half of window, was " + latest + " of " + window);
      }
      return new Kswin(this);
    }
  }
}
