package dev.endolith.monitoring.stream;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * ADWIN, the adaptive window: keeps the longest recent stretch of the stream that is consistent
 * with one mean, and answers {@link Signal#DRIFT} whenever it has to drop the older part of it.
 *
 * <p>Every {@code clock}-th value, each split of the window W (n values, variance σ²) into an older
 * part (n₀, mean μ₀) and a newer part (n₁, mean μ₁) that the histogram can express is tested:
 *
 * <pre>{@code
 * drift if |μ₀ − μ₁| > ε,   ε = √(2·σ²·m·ln(2/δ')) + (2/3)·m·ln(2/δ'),
 *                           m = 1/n₀ + 1/n₁,   δ' = δ / ln n
 * }</pre>
 *
 * <p>and the oldest bucket is dropped until no split differs. Source: A. Bifet and R. Gavaldà,
 * <i>Learning from Time-Changing Data with Adaptive Windowing</i>, SIAM SDM 2007, equation (3.1)
 * and algorithm ADWIN2; the histogram is that of Datar, Gionis, Indyk and Motwani (2002).
 *
 * <p><b>Guarantee.</b> For independent values in [0, 1], one check raises a false alarm with
 * probability of about δ at most; in practice far less, because the bound is loose. It is not
 * exact: σ² is estimated, and δ is divided by ln n rather than by the number of splits. Values
 * outside [0, 1] are accepted; then ε, which is not free of scale, no longer bounds the false alarm
 * rate: scale by known bounds first, or expect alarms from heavy tails.
 *
 * <p><b>Modes.</b> All use at most {@code maxBuckets} buckets per size and check every 32 values.
 *
 * <table>
 * <caption>Where the references differ</caption>
 * <tr><th></th><th>splits tested</th><th>smallest part</th><th>m</th><th>after a drift</th><th>direction by default</th></tr>
 * <tr><td>{@link ReferenceMode#PAPER}</td><td>all</td><td>5</td><td>1/n₀ + 1/n₁</td><td>window shrinks</td><td>both</td></tr>
 * <tr><td>{@link ReferenceMode#MOA}</td><td>all</td><td>7</td><td>1/(n₀−4) + 1/(n₁−4)</td><td>window shrinks</td><td>rises, as {@code ADWINChangeDetector}</td></tr>
 * <tr><td>{@link ReferenceMode#RIVER}</td><td>skips the newest bucket of each size, and does not count it</td><td>5</td><td>1/(n₀−4) + 1/(n₁−4)</td><td>restarts empty</td><td>both</td></tr>
 * </table>
 *
 * <p>One change is usually signalled several times, 32 values apart, while the window shrinks
 * (PAPER and MOA). ADWIN gives no {@link Signal#WARNING}.
 *
 * <p>Costs: amortised O(1) per value plus O(log n) every {@code clock} values, no allocation; about
 * 5 KiB with the default settings, independent of the stream. The window is capped at about
 * 5·2<sup>39</sup> values; beyond it the oldest are dropped silently. Mutable, not thread-safe.
 */
public final class Adwin implements ChangeDetector {
  /*
   * The window is an exponential histogram: row r holds buckets of 2^r values each, oldest first,
   * and older values are in higher rows. Invariants between calls:
   *
   *   1. size[r] <= maxBuckets, and rows above `rows` are empty, row rows-1 is not;
   *   2. width is the sum of size[r] * 2^r, total the sum of the bucket totals;
   *   3. deviation is the sum of squared deviations from the mean of the window, kept by the
   *      parallel-variance identity on insertion, merge and removal.
   *
   * Each row is a ring in a flat array (stride a power of two above maxBuckets), so that merging the
   * two oldest and removing the oldest move an index and no data.
   *
   * The order of the floating-point operations is that of the references: MOA and RIVER are tested
   * to give the same indices, and a reassociated sum may move one.
   */
  private static final int MAX_ROWS = 40;
  private static final int MAGIC = 0x41445701; // "ADW", format 1
  private static final double MAX_MAGNITUDE = 1e100;
  // |difference| <= ε holds whenever difference² is below the first term of ε squared; the slack
  // covers the rounding of both sides, so that skipping the root never changes an answer.
  private static final double ROUNDING_SLACK = 1 - 1e-9;

  private final ReferenceMode mode;
  private final boolean risesOnly;
  private final double delta;
  private final int clock;
  private final int maxBuckets;
  private final int minSubWindow;
  private final int minWindow;

  private final int stride;
  private final double smallestPart;
  private final double partOffset;
  private final double[] totals;
  private final double[] deviations;
  private final int[] first = new int[MAX_ROWS];
  private final int[] size = new int[MAX_ROWS];
  private int rows;
  private long width;
  private double total;
  private double deviation;
  private int sinceCheck;
  private boolean restartPending;

  private Adwin(Builder builder) {
    mode = builder.mode;
    risesOnly = builder.directionChosen ? builder.risesOnly : mode == ReferenceMode.MOA;
    delta = builder.delta;
    clock = builder.clock;
    maxBuckets = builder.maxBuckets;
    minSubWindow = builder.minSubWindow;
    minWindow = builder.minWindow;
    stride = Integer.highestOneBit(maxBuckets) * 2;
    smallestPart = mode == ReferenceMode.MOA ? minSubWindow + 2.0 : minSubWindow;
    partOffset = mode == ReferenceMode.PAPER ? 0 : minSubWindow - 1.0;
    totals = new double[MAX_ROWS * stride];
    deviations = new double[MAX_ROWS * stride];
  }

  /**
   * Returns a detector with the defaults: {@link ReferenceMode#PAPER}, δ = 0.002, a check every 32
   * values, both directions.
   *
   * @return a detector that has seen nothing
   */
  public static Adwin create() {
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
   *     (which includes the infinities), where squares could no longer be summed
   */
  @Override
  public Signal update(double value) {
    if (!(Math.abs(value) <= MAX_MAGNITUDE)) {
      throw new IllegalArgumentException(
          "value must be finite and at most 1e100 in magnitude, was " + value);
    }
    if (restartPending) {
      reset();
    }
    double before = width == 0 ? 0 : total / width;
    insert(value);
    // A count-down instead of a remainder: a division per value would show.
    if (++sinceCheck < clock) {
      return Signal.STABLE;
    }
    sinceCheck = 0;
    if (width <= minWindow || !hasCut()) {
      return Signal.STABLE;
    }
    do {
      dropOldest();
    } while (hasCut());
    restartPending = mode == ReferenceMode.RIVER;
    return risesOnly && !(total / width > before) ? Signal.STABLE : Signal.DRIFT;
  }

  @Override
  public void reset() {
    Arrays.fill(size, 0);
    Arrays.fill(first, 0);
    rows = 0;
    width = 0;
    total = 0;
    deviation = 0;
    sinceCheck = 0;
    restartPending = false;
  }

  /**
   * Returns the mean of the window: the estimate of the current level of the stream.
   *
   * @return the mean, NaN while the window is empty
   */
  public double mean() {
    return width == 0 ? Double.NaN : total / width;
  }

  /**
   * Returns the number of values in the window.
   *
   * @return the length, at least 0
   */
  public long width() {
    return width;
  }

  private void insert(double value) {
    if (width > 0) {
      double difference = value - total / width;
      deviation += width * difference * difference / (width + 1);
    }
    width++;
    total += value;
    push(0, value, 0);
    for (int row = 0; size[row] > maxBuckets; row++) {
      if (row + 1 == MAX_ROWS) {
        dropOldest();
      } else {
        mergeOldest(row);
      }
    }
  }

  private void push(int row, double bucketTotal, double bucketDeviation) {
    int slot = slot(row, size[row]++);
    totals[slot] = bucketTotal;
    deviations[slot] = bucketDeviation;
    if (row == rows) {
      rows++;
    }
  }

  private int slot(int row, int k) {
    return row * stride + ((first[row] + k) & (stride - 1));
  }

  private void mergeOldest(int row) {
    int older = slot(row, 0);
    int newer = slot(row, 1);
    double n = 1L << row;
    double difference = totals[older] / n - totals[newer] / n;
    first[row] = (first[row] + 2) & (stride - 1);
    size[row] -= 2;
    push(
        row + 1,
        totals[older] + totals[newer],
        deviations[older] + deviations[newer] + n / 2 * difference * difference);
  }

  private void dropOldest() {
    int row = rows - 1;
    int oldest = slot(row, 0);
    double n = 1L << row;
    width -= 1L << row;
    total -= totals[oldest];
    if (width == 0) {
      deviation = 0;
    } else {
      double difference = totals[oldest] / n - total / width;
      deviation -= deviations[oldest] + n * width * difference * difference / (n + width);
    }
    first[row] = (first[row] + 1) & (stride - 1);
    size[row]--;
    while (rows > 0 && size[rows - 1] == 0) {
      rows--;
    }
  }

  private boolean hasCut() {
    double logTerm = Math.log(2 * Math.log((double) width) / delta);
    double variance = deviation / width;
    int skipped = mode == ReferenceMode.RIVER ? 1 : 0;
    double n0 = 0;
    double n1 = width;
    double u0 = 0;
    double u1 = total;
    for (int row = rows - 1; row >= 0; row--) {
      double bucket = 1L << row;
      int tested = size[row] - skipped;
      for (int k = 0; k < tested; k++) {
        double bucketTotal = totals[slot(row, k)];
        n0 += bucket;
        n1 -= bucket;
        u0 += bucketTotal;
        u1 -= bucketTotal;
        if (n1 < smallestPart) {
          return false;
        }
        if (n0 >= smallestPart && differ(u0 / n0 - u1 / n1, n0, n1, variance, logTerm)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean differ(double difference, double n0, double n1, double variance, double logTerm) {
    double m = 1 / (n0 - partOffset) + 1 / (n1 - partOffset);
    double squaredTerm = 2 * m * variance * logTerm;
    if (difference * difference <= squaredTerm * ROUNDING_SLACK) {
      return false;
    }
    return Math.abs(difference) > Math.sqrt(squaredTerm) + 2.0 / 3 * logTerm * m;
  }

  @Override
  public byte[] snapshot() {
    int buckets = 0;
    for (int row = 0; row < rows; row++) {
      buckets += size[row];
    }
    ByteBuffer out =
        ByteBuffer.allocate(settingsBytes() + 33 + rows * Integer.BYTES + buckets * 16);
    putSettings(out);
    out.putInt(sinceCheck).put((byte) (restartPending ? 1 : 0)).putLong(width);
    out.putDouble(total).putDouble(deviation).putInt(rows);
    for (int row = 0; row < rows; row++) {
      out.putInt(size[row]);
      for (int k = 0; k < size[row]; k++) {
        out.putDouble(totals[slot(row, k)]).putDouble(deviations[slot(row, k)]);
      }
    }
    return out.array();
  }

  @Override
  public void restore(byte[] snapshot) {
    Adwin read = builder().mode(mode).risesOnly(risesOnly).maxBuckets(maxBuckets).build();
    try {
      read.readState(ByteBuffer.wrap(snapshot), this);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(
          "an ADWIN snapshot must be complete, was cut off at " + snapshot.length + " bytes", e);
    }
    System.arraycopy(read.totals, 0, totals, 0, totals.length);
    System.arraycopy(read.deviations, 0, deviations, 0, deviations.length);
    System.arraycopy(read.size, 0, size, 0, size.length);
    Arrays.fill(first, 0);
    rows = read.rows;
    width = read.width;
    total = read.total;
    deviation = read.deviation;
    sinceCheck = read.sinceCheck;
    restartPending = read.restartPending;
  }

  private void readState(ByteBuffer in, Adwin expected) {
    byte[] settings = new byte[settingsBytes()];
    in.get(settings);
    int magic = ByteBuffer.wrap(settings).getInt();
    if (magic != MAGIC) {
      throw new IllegalArgumentException(
          String.format("an ADWIN snapshot must start with %08x, was %08x", MAGIC, magic));
    }
    ByteBuffer own = ByteBuffer.allocate(settingsBytes());
    expected.putSettings(own);
    if (!Arrays.equals(settings, own.array())) {
      throw new IllegalArgumentException(
          "an ADWIN snapshot must be restored into a detector with the same settings, here "
              + expected);
    }
    sinceCheck = in.getInt();
    restartPending = in.get() != 0;
    width = in.getLong();
    total = in.getDouble();
    deviation = in.getDouble();
    rows = in.getInt();
    long values = 0;
    for (int row = 0; row < rows && row < MAX_ROWS; row++) {
      size[row] = in.getInt();
      values += (long) size[row] << row;
      for (int k = 0; k < size[row] && k < stride; k++) {
        totals[slot(row, k)] = in.getDouble();
        deviations[slot(row, k)] = in.getDouble();
      }
    }
    boolean sound =
        rows >= 0
            && rows <= MAX_ROWS
            && values == width
            && sinceCheck >= 0
            && sinceCheck < expected.clock
            && Double.isFinite(total)
            && Double.isFinite(deviation)
            && !in.hasRemaining();
    for (int row = 0; sound && row < rows; row++) {
      sound = size[row] >= 0 && size[row] <= maxBuckets;
    }
    if (!sound || (rows > 0 && size[rows - 1] == 0)) {
      throw new IllegalArgumentException(
          "an ADWIN snapshot must hold as many values as its window, was damaged");
    }
  }

  private static int settingsBytes() {
    return 4 * Integer.BYTES + Integer.BYTES + Double.BYTES + 2;
  }

  private void putSettings(ByteBuffer out) {
    out.putInt(MAGIC).put((byte) modeCode()).put((byte) (risesOnly ? 1 : 0)).putDouble(delta);
    out.putInt(clock).putInt(maxBuckets).putInt(minSubWindow).putInt(minWindow);
  }

  // Not the ordinal: the constants may be reordered, the bytes may not.
  private int modeCode() {
    return switch (mode) {
      case PAPER -> 1;
      case MOA -> 2;
      case RIVER -> 3;
    };
  }

  /**
   * Returns the settings and the length and mean of the window, for people.
   *
   * @return one line without the values
   */
  @Override
  public String toString() {
    return String.format(
        "Adwin[mode=%s, delta=%s, clock=%d, maxBuckets=%d, minSubWindow=%d, minWindow=%d,"
            + " risesOnly=%s; width=%d, mean=%s]",
        mode, delta, clock, maxBuckets, minSubWindow, minWindow, risesOnly, width, mean());
  }

  /** Sets up an {@link Adwin}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private ReferenceMode mode = ReferenceMode.PAPER;
    private boolean directionChosen;
    private boolean risesOnly;
    private double delta = 0.002;
    private int clock = 32;
    private int maxBuckets = 5;
    private int minSubWindow = 5;
    private int minWindow = 10;

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
     * Sets δ: the probability of a false alarm that one check may have.
     *
     * @param delta in (0, 1); 0.002 by default, which was quiet on stationary 0/1 streams
     * @return this
     * @throws IllegalArgumentException if {@code delta} is not in (0, 1)
     */
    public Builder delta(double delta) {
      if (!(delta > 0 && delta < 1)) {
        throw new IllegalArgumentException("delta must be in (0, 1), was " + delta);
      }
      this.delta = delta;
      return this;
    }

    /**
     * Sets after how many values the window is checked.
     *
     * @param clock at least 1; 32 by default. Smaller detects up to {@code clock} values earlier
     *     and costs proportionally more.
     * @return this
     * @throws IllegalArgumentException if {@code clock} &lt; 1
     */
    public Builder clock(int clock) {
      if (clock < 1) {
        throw new IllegalArgumentException("clock must be at least 1, was " + clock);
      }
      this.clock = clock;
      return this;
    }

    /**
     * Sets how many buckets of one size are kept: how finely the window can be split.
     *
     * @param maxBuckets in [2, 1024]; 5 by default. Memory and the cost of a check are proportional
     *     to it.
     * @return this
     * @throws IllegalArgumentException if {@code maxBuckets} is not in [2, 1024]
     */
    public Builder maxBuckets(int maxBuckets) {
      if (maxBuckets < 2 || maxBuckets > 1024) {
        throw new IllegalArgumentException("maxBuckets must be in [2, 1024], was " + maxBuckets);
      }
      this.maxBuckets = maxBuckets;
      return this;
    }

    /**
     * Sets the smallest part of the window that is compared.
     *
     * @param minSubWindow at least 1; 5 by default. {@link ReferenceMode#MOA} asks for two values
     *     more than that.
     * @return this
     * @throws IllegalArgumentException if {@code minSubWindow} &lt; 1
     */
    public Builder minSubWindow(int minSubWindow) {
      if (minSubWindow < 1) {
        throw new IllegalArgumentException("minSubWindow must be at least 1, was " + minSubWindow);
      }
      this.minSubWindow = minSubWindow;
      return this;
    }

    /**
     * Sets the length that the window must exceed to be checked at all.
     *
     * @param minWindow at least 1; 10 by default
     * @return this
     * @throws IllegalArgumentException if {@code minWindow} &lt; 1
     */
    public Builder minWindow(int minWindow) {
      if (minWindow < 1) {
        throw new IllegalArgumentException("minWindow must be at least 1, was " + minWindow);
      }
      this.minWindow = minWindow;
      return this;
    }

    /**
     * Chooses whether only a rise of the mean is signalled, as for an error rate. A fall then still
     * shrinks the window, silently.
     *
     * @param risesOnly true for rises only, false for both directions; unless set, true in {@link
     *     ReferenceMode#MOA} (its {@code ADWINChangeDetector}) and false otherwise
     * @return this
     */
    public Builder risesOnly(boolean risesOnly) {
      this.risesOnly = risesOnly;
      directionChosen = true;
      return this;
    }

    /**
     * Makes a detector.
     *
     * @return a detector that has seen nothing
     */
    public Adwin build() {
      return new Adwin(this);
    }
  }
}
