package dev.endolith.monitoring.profile;

import dev.endolith.error.DataException;
import java.util.Arrays;

/**
 * Quantiles of more numbers than can be held: the sketch of Z. Karnin, K. Lang and E. Liberty
 * ("Optimal Quantile Approximation in Streams", FOCS 2016). Numbers wait in levels; a full level is
 * sorted, every second number of it moves up and counts double, and a coin says whether those are
 * the even or the odd ones. Every second coin of a level is the opposite of the one before, which
 * halves the variance (N. Ivkin et al., "Streaming Quantiles Algorithms with Small Space and Update
 * Time", 2019).
 *
 * <p><b>Error.</b> A compaction of numbers that count w moves a rank by −w, 0 or +w, with the mean
 * 0, so the sketch knows from what it did how far its ranks may be off: by Hoeffding's inequality
 * {@link #rankError} holds for any data fixed in advance, without constants from experiments. Some
 * 0.1 % of the numbers for the default size; exactly 0 until the first compaction, that is for
 * fewer numbers than the size. The least and the greatest are exact.
 *
 * <p><b>Chosen</b> over a t-digest because that has no bound at all on its error, and over a
 * deterministic summary (Greenwald and Khanna) because that cannot be merged without loss. The coin
 * is seeded: the same numbers in the same order give the same bytes. Another order, and merging,
 * give another sketch within the same bound.
 *
 * <p>An update costs a store, and on the mean a few comparisons; memory is at most some 4 · size
 * doubles, 64 KiB for the default. Mutable, confined to one thread.
 */
public final class QuantileSketch {
  /** The size if none is given. */
  public static final int DEFAULT_SIZE = 2_048;

  /** No level is smaller: small ones cost calls and error, and save nothing. */
  private static final int SMALLEST_LEVEL = 32;

  private static final int MOST_LEVELS = 58;
  private static final int FORMAT = 1;

  private final int size;
  private long random;
  private long count;
  private double min = Double.NaN;
  private double max = Double.NaN;
  private double[][] levels = {new double[64]}; // ascending, but the first
  private int[] sizes = {0};
  private long[] coins = {0}; // per level, how many independent ones were thrown
  private int[] pending = {-1}; // per level, the coin that must be used next, or −1
  private int[] capacities = new int[1];

  private QuantileSketch(int size, long seed) {
    this.size = size;
    this.random = seed;
    fit();
  }

  /**
   * An empty sketch of the default size.
   *
   * @param seed of its coin
   * @return the sketch
   */
  public static QuantileSketch create(long seed) {
    return new QuantileSketch(DEFAULT_SIZE, seed);
  }

  /**
   * An empty sketch.
   *
   * @param size how many numbers its greatest level holds, in [64, 65 536]; the error is inverse to
   *     it
   * @param seed of its coin
   * @return the sketch
   * @throws IllegalArgumentException if {@code size} is outside its range
   */
  public static QuantileSketch create(int size, long seed) {
    if (size < 64 || size > 65_536) {
      throw new IllegalArgumentException("size must be in [64, 65536], was " + size);
    }
    return new QuantileSketch(size, seed);
  }

  /**
   * Adds a number.
   *
   * @param value the number; may be infinite
   * @throws IllegalArgumentException if {@code value} is NaN, which has no rank
   */
  public void update(double value) {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException("value must be a number, was NaN: count NaN apart");
    }
    if (!(value >= min)) { // also while there is none
      min = value + 0.0;
    }
    if (!(value <= max)) {
      max = value + 0.0;
    }
    count++;
    int used = sizes[0];
    if (used == levels[0].length) {
      levels[0] = Arrays.copyOf(levels[0], Math.min(2 * used, capacities[0]));
    }
    levels[0][used] = value + 0.0; // no negative zero
    sizes[0] = used + 1;
    if (used + 1 >= capacities[0]) {
      compact(0);
    }
  }

  /** Adds a number that came so many times. */
  void update(double value, long times) {
    // no number may count more than those of the level that so many numbers fill
    int top = 0;
    while (((count + times) >> (top + 1)) >= size) {
      top++;
    }
    min = Double.isNaN(min) ? value : Math.min(min, value);
    max = Double.isNaN(max) ? value : Math.max(max, value);
    count += times;
    for (int level = 0; level < top; level++) {
      if (((times >> level) & 1) == 1) {
        insert(level, new double[] {value}, 1);
      }
    }
    long rest = times >> top;
    double[] run = new double[(int) Math.min(rest, size)];
    Arrays.fill(run, value);
    while (rest > 0) {
      int part = (int) Math.min(rest, run.length);
      insert(top, run, part);
      rest -= part;
    }
    settle();
  }

  /**
   * Adds the numbers of another sketch, which stays as it is.
   *
   * @param other a sketch of the same size
   * @throws IllegalArgumentException if {@code other} has another size
   */
  public void merge(QuantileSketch other) {
    if (size != other.size) {
      throw new IllegalArgumentException(
          "sketches to be merged must have the same size, have " + size + " and " + other.size);
    }
    if (other.count == 0) {
      return;
    }
    QuantileSketch added = other == this ? read(toBytes()) : other;
    min = Double.isNaN(min) ? added.min : Math.min(min, added.min);
    max = Double.isNaN(max) ? added.max : Math.max(max, added.max);
    count += added.count;
    for (int level = 0; level < added.levels.length; level++) {
      insert(level, added.levels[level], added.sizes[level]);
      coins[level] += added.coins[level];
    }
    settle();
  }

  /** Of two empty ones both orders of merging give one coin. */
  void agree(QuantileSketch other) {
    if (count == 0 && other.count == 0) {
      random = Math.min(random, other.random);
    }
  }

  /** Adds numbers to a level; they must be ascending, unless it is the first. */
  private void insert(int level, double[] values, int many) {
    while (levels.length <= level) {
      grow();
    }
    int old = sizes[level];
    if (levels[level].length < old + many) {
      levels[level] = Arrays.copyOf(levels[level], old + many);
    }
    double[] into = levels[level];
    if (level == 0) {
      System.arraycopy(values, 0, into, old, many);
    } else {
      int mine = old - 1;
      int theirs = many - 1;
      for (int to = old + many - 1; theirs >= 0; to--) {
        into[to] = mine >= 0 && into[mine] > values[theirs] ? into[mine--] : values[theirs--];
      }
    }
    sizes[level] = old + many;
  }

  private void settle() {
    for (int level = 0; level < levels.length; level++) {
      if (sizes[level] >= capacities[level]) {
        compact(level);
      }
    }
  }

  private void compact(int first) {
    for (int level = first; sizes[level] >= capacities[level]; level++) {
      int used = sizes[level];
      double[] values = levels[level];
      if (level == 0) {
        Arrays.sort(values, 0, used);
      }
      int pairs = used / 2;
      int coin = coin(level);
      // an odd one out stays; which one must not depend on the coin
      double left = values[used - 1];
      for (int i = 0; i < pairs; i++) {
        values[i] = values[2 * i + coin];
      }
      insert(level + 1, values, pairs);
      sizes[level] = used & 1;
      if (levels[level].length > 2 * capacities[level]) {
        levels[level] = new double[capacities[level]];
      }
      levels[level][0] = left;
    }
  }

  private int coin(int level) {
    int coin = pending[level];
    if (coin >= 0) {
      pending[level] = -1;
      return coin;
    }
    // SplitMix64 (G. Steele, D. Lea and C. Flood, 2014)
    random += 0x9E3779B97F4A7C15L;
    long mixed = (random ^ (random >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    coin = (int) ((mixed ^ (mixed >>> 31)) >>> 63);
    coins[level]++;
    pending[level] = 1 - coin;
    return coin;
  }

  private void grow() {
    int many = levels.length + 1;
    levels = Arrays.copyOf(levels, many);
    levels[many - 1] = new double[64];
    sizes = Arrays.copyOf(sizes, many);
    coins = Arrays.copyOf(coins, many);
    pending = Arrays.copyOf(pending, many);
    pending[many - 1] = -1;
    fit();
  }

  /** Levels shrink by a third each from the greatest down, as in the paper. */
  private void fit() {
    capacities = new int[levels.length];
    double capacity = size;
    for (int level = levels.length - 1; level >= 0; level--) {
      capacities[level] = Math.max(SMALLEST_LEVEL, (int) capacity);
      capacity *= 2.0 / 3;
    }
  }

  /**
   * How many numbers were added.
   *
   * @return the number
   */
  public long count() {
    return count;
  }

  /**
   * The least number.
   *
   * @return the number, exactly; NaN without one
   */
  public double min() {
    return min;
  }

  /**
   * The greatest number.
   *
   * @return the number, exactly; NaN without one
   */
  public double max() {
    return max;
  }

  /**
   * A bound on how far ranks are off.
   *
   * @param confidence the probability that the bound holds for one rank, in (0, 1); for b ranks at
   *     once ask for 1 − (1 − confidence) / b
   * @return a share of the numbers in [0, 1]; 0 while all of them are held
   * @throws IllegalArgumentException if {@code confidence} is outside its range
   */
  public double rankError(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence must be in (0, 1), was " + confidence);
    }
    return Math.min(1, Math.sqrt(2 * Math.log(2 / (1 - confidence))) * rankDeviation());
  }

  /** A bound on the standard deviation of a rank's error, as a share. */
  double rankDeviation() {
    double variance = 0;
    for (int level = 0; level < coins.length; level++) {
      variance += coins[level] * Math.scalb(1.0, 2 * level);
    }
    return count == 0 ? 0 : Math.sqrt(variance) / count;
  }

  /**
   * The share of numbers that are at most a value.
   *
   * @param value the value
   * @return the share in [0, 1], off by {@link #rankError}; NaN without numbers or for NaN
   */
  public double rank(double value) {
    if (count == 0 || Double.isNaN(value)) {
      return Double.NaN;
    }
    long below = 0;
    for (int level = 0; level < levels.length; level++) {
      long many = 0;
      for (int i = 0; i < sizes[level]; i++) {
        many += levels[level][i] <= value ? 1 : 0;
      }
      below += many << level;
    }
    return (double) below / count;
  }

  /**
   * A quantile: the least held number that at least that share of the numbers do not exceed.
   *
   * @param share in [0, 1]
   * @return the number, whose rank is off by {@link #rankError}; NaN without numbers
   * @throws IllegalArgumentException if {@code share} is outside its range
   */
  public double quantile(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be in [0, 1], was " + share);
    }
    if (count == 0) {
      return Double.NaN;
    }
    if (share == 0 || share == 1) {
      return share == 0 ? min : max;
    }
    return sorted().at(Math.max(0, (long) Math.ceil(share * count) - 1));
  }

  /** The numbers that are held, each with how many it counts for. */
  WeightedValues sorted() {
    int held = Arrays.stream(sizes).sum();
    double[] values = new double[held];
    long[] weights = new long[held];
    double[] scratch = new double[held];
    long[] scratchWeights = new long[held];
    int used = 0;
    for (int level = 0; level < levels.length; level++) {
      double[] next = Arrays.copyOf(levels[level], sizes[level]);
      if (level == 0) {
        Arrays.sort(next);
      }
      int mine = 0;
      for (int theirs = 0, to = 0; to < used + next.length; to++) {
        boolean first = theirs == next.length || (mine < used && values[mine] <= next[theirs]);
        scratchWeights[to] = first ? weights[mine] : 1L << level;
        scratch[to] = first ? values[mine++] : next[theirs++];
      }
      used += next.length;
      System.arraycopy(scratch, 0, values, 0, used);
      System.arraycopy(scratchWeights, 0, weights, 0, used);
    }
    return new WeightedValues(values, weights);
  }

  /**
   * How many bytes of arrays the sketch holds.
   *
   * @return the number of bytes
   */
  public long memory() {
    long cells = 0;
    for (double[] level : levels) {
      cells += level.length;
    }
    return 8 * cells;
  }

  /**
   * The sketch as bytes; one that was read back goes on as this one would.
   *
   * @return the bytes
   */
  public byte[] toBytes() {
    Varints.Writer out = new Varints.Writer();
    out.number(FORMAT);
    out.number(size);
    out.number(random);
    out.number(count);
    out.real(min);
    out.real(max);
    out.number(levels.length);
    for (int level = 0; level < levels.length; level++) {
      out.number(coins[level]);
      out.number(pending[level] + 1);
      out.number(sizes[level]);
      for (int i = 0; i < sizes[level]; i++) {
        out.real(levels[level][i]);
      }
    }
    return out.bytes();
  }

  /**
   * Reads what {@link #toBytes()} wrote.
   *
   * @param bytes the bytes
   * @return the sketch
   * @throws DataException if they are not a sketch
   */
  public static QuantileSketch read(byte[] bytes) {
    Varints.Reader in = new Varints.Reader("a quantile sketch", bytes);
    if (in.number() != FORMAT) {
      throw in.broken("the format is not " + FORMAT);
    }
    int size = (int) in.count(65_536);
    if (size < 64) {
      throw in.broken("its size is below 64");
    }
    QuantileSketch sketch = new QuantileSketch(size, in.number());
    sketch.count = in.count(Long.MAX_VALUE);
    sketch.min = in.real();
    sketch.max = in.real();
    int many = (int) in.count(MOST_LEVELS);
    long weight = 0;
    for (int level = 0; level < many; level++) {
      if (level > 0) {
        sketch.grow();
      }
      sketch.coins[level] = in.count(Long.MAX_VALUE);
      sketch.pending[level] = (int) in.count(2) - 1;
      double[] values = new double[in.parts(8)];
      for (int i = 0; i < values.length; i++) {
        values[i] = in.real();
        if (Double.isNaN(values[i]) || (level > 0 && i > 0 && values[i] < values[i - 1])) {
          throw in.broken("a level is not in order");
        }
      }
      sketch.insert(level, values, values.length);
      weight += (long) values.length << level;
    }
    in.end();
    if (weight != sketch.count) {
      throw in.broken("it counts other numbers than it holds");
    }
    sketch.settle();
    return sketch;
  }

  @Override
  public String toString() {
    return "QuantileSketch[" + count + " numbers]";
  }
}
