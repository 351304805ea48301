package dev.endolith.monitoring.profile;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * One numeric column of a stream. Up to 512 distinct values are counted exactly, as flags, ages and
 * counts are: their profile is that of all rows, in any order. With more, a quantile sketch goes on.
 * Values wait in a block, so that moments are those of blocks (T. Chan, G. Golub and R. LeVeque,
 * 1983): as accurate as two passes, without a division for each value.
 */
final class NumberSketch {
  static final int MOST_EXACT = 512;

  private final double[] block = new double[256];
  private final QuantileSketch sketch;
  private final UltraLogLog distinct;
  private double @Nullable [] keys = new double[4 * MOST_EXACT]; // NaN is free
  private long[] times = new long[4 * MOST_EXACT];
  private int held;
  private int waiting;
  private long missing;
  private long negativeInfinite;
  private long positiveInfinite;
  private long finite;
  private double mean;
  private double squares;

  NumberSketch(int size, long seed) {
    this(QuantileSketch.create(size, seed), UltraLogLog.create(TextTally.PRECISION));
  }

  private NumberSketch(QuantileSketch sketch, UltraLogLog distinct) {
    this.sketch = sketch;
    this.distinct = distinct;
    Arrays.fill(keys, Double.NaN);
  }

  void add(double value) {
    block[waiting++] = value;
    if (waiting == block.length) {
      flush();
    }
  }

  private void flush() {
    double sum = 0;
    int here = 0;
    for (int i = 0; i < waiting; i++) {
      double value = block[i] + 0.0; // no negative zero
      if (Double.isFinite(value)) {
        sum += value;
        here++;
      } else if (Double.isNaN(value)) {
        missing++;
        continue;
      } else if (value > 0) {
        positiveInfinite++;
      } else {
        negativeInfinite++;
      }
      place(value);
    }
    if (here > 0) {
      double middle = sum / here;
      double spread = 0;
      for (int i = 0; i < waiting; i++) {
        double off = block[i] - middle;
        spread += Double.isFinite(block[i]) ? off * off : 0;
      }
      moments(here, middle, spread);
    }
    waiting = 0;
  }

  private void moments(long many, double otherMean, double otherSquares) {
    double off = otherMean - mean;
    double part = (double) many / (finite + many);
    squares += otherSquares + off * off * finite * part;
    mean += off * part;
    finite += many;
  }

  private void place(double value) {
    if (keys == null) {
      sketch.update(value);
      distinct.add(hash(value));
    } else {
      count(value, 1);
    }
  }

  private void count(double value, long many) {
    if (keys == null) {
      sketch.update(value, many);
      distinct.add(hash(value));
      return;
    }
    int mask = keys.length - 1;
    int at = (int) hash(value) & mask;
    while (keys[at] != value && !Double.isNaN(keys[at])) {
      at = (at + 1) & mask;
    }
    if (keys[at] == value) {
      times[at] += many;
    } else if (held < MOST_EXACT) {
      keys[at] = value;
      times[at] = many;
      held++;
    } else {
      pour();
      count(value, many);
    }
  }

  /** Gives what was counted to the sketch, in an order that does not depend on the stream's. */
  private void pour() {
    WeightedValues exact = exact();
    keys = null;
    times = new long[0];
    for (int i = 0; i < exact.size(); i++) {
      count(exact.value(i), exact.weight(i));
    }
  }

  private WeightedValues exact() {
    double[] values = new double[held];
    long[] weights = new long[held];
    int used = 0;
    for (int i = 0; keys != null && i < keys.length; i++) {
      if (!Double.isNaN(keys[i])) {
        values[used++] = keys[i];
      }
    }
    Arrays.sort(values, 0, used);
    for (int i = 0; keys != null && i < keys.length; i++) {
      if (!Double.isNaN(keys[i])) {
        weights[Arrays.binarySearch(values, keys[i])] = times[i];
      }
    }
    return new WeightedValues(values, weights);
  }

  private static long hash(double value) {
    // the finaliser of MurmurHash3 (A. Appleby)
    long bits = Double.doubleToLongBits(value);
    bits = (bits ^ (bits >>> 33)) * 0xFF51AFD7ED558CCDL;
    bits = (bits ^ (bits >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return bits ^ (bits >>> 33);
  }

  /**
   * Of values that are counted exactly, the moments by value and not by the order they came in: the
   * same for any order and any merge.
   */
  private void settle() {
    flush();
    if (keys == null) {
      return;
    }
    WeightedValues exact = exact();
    double sum = 0;
    for (int i = 0; i < exact.size(); i++) {
      sum += Double.isFinite(exact.value(i)) ? exact.value(i) * exact.weight(i) : 0;
    }
    mean = finite == 0 ? 0 : sum / finite;
    squares = 0;
    for (int i = 0; i < exact.size(); i++) {
      double off = exact.value(i) - mean;
      squares += Double.isFinite(exact.value(i)) ? off * off * exact.weight(i) : 0;
    }
  }

  void merge(NumberSketch other) {
    flush();
    other.flush();
    sketch.agree(other.sketch);
    missing += other.missing;
    negativeInfinite += other.negativeInfinite;
    positiveInfinite += other.positiveInfinite;
    if (other.finite > 0) {
      moments(other.finite, other.mean, other.squares);
    }
    if (other.keys != null) {
      WeightedValues exact = other.exact();
      for (int i = 0; i < exact.size(); i++) {
        count(exact.value(i), exact.weight(i));
      }
    } else {
      if (keys != null) {
        pour();
      }
      sketch.merge(other.sketch);
      distinct.add(other.distinct);
    }
  }

  /** The values, each with how many it stands for. */
  WeightedValues sorted() {
    flush();
    return keys != null ? exact() : sketch.sorted();
  }

  ReferenceColumn column(String name, Role role, int mostBins) {
    settle();
    boolean exactly = keys != null;
    return ReferenceColumn.ofWeighted(
        name,
        role,
        exactly ? exact() : sketch.sorted(),
        mostBins,
        missing,
        exactly ? Double.NaN : sketch.min(),
        exactly ? Double.NaN : sketch.max(),
        finite == 0 ? Double.NaN : mean,
        finite < 2 ? Double.NaN : Math.sqrt(squares / (finite - 1)),
        new ColumnDetails(
            negativeInfinite,
            positiveInfinite,
            exactly ? held : Math.rint(distinct.getDistinctCountEstimate()),
            exactly ? 0 : 0.765 / (1 << (TextTally.PRECISION / 2)),
            exactly ? 0 : sketch.rankDeviation()));
  }

  /** The bytes of the arrays that are held. */
  long memory() {
    return 8L * block.length
        + (keys == null ? 0 : 16L * keys.length)
        + sketch.memory()
        + (1 << TextTally.PRECISION);
  }

  void write(Varints.Writer out) {
    settle();
    out.number(missing);
    out.number(negativeInfinite);
    out.number(positiveInfinite);
    out.number(finite);
    out.real(mean);
    out.real(squares);
    if (keys != null) {
      WeightedValues exact = exact();
      out.number(exact.size() + 1L);
      for (int i = 0; i < exact.size(); i++) {
        out.real(exact.value(i));
        out.number(exact.weight(i));
      }
    } else {
      out.number(0);
    }
    out.block(sketch.toBytes());
    out.block(distinct.getState());
  }

  static NumberSketch read(Varints.Reader in) {
    long[] counts = {
      in.count(Long.MAX_VALUE),
      in.count(Long.MAX_VALUE),
      in.count(Long.MAX_VALUE),
      in.count(Long.MAX_VALUE)
    };
    double mean = in.real();
    double squares = in.real();
    int exact = (int) in.count(MOST_EXACT + 1L) - 1;
    double[] values = new double[Math.max(0, exact)];
    long[] weights = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.real();
      weights[i] = in.count(Long.MAX_VALUE);
    }
    NumberSketch column = new NumberSketch(QuantileSketch.read(in.block()), TextTally.distinct(in));
    column.missing = counts[0];
    column.negativeInfinite = counts[1];
    column.positiveInfinite = counts[2];
    column.finite = counts[3];
    column.mean = mean;
    column.squares = squares;
    if (exact < 0) {
      column.keys = null;
      column.times = new long[0];
    }
    for (int i = 0; i < values.length; i++) {
      if (Double.isNaN(values[i])) {
        throw in.broken("a value is NaN");
      }
      column.count(values[i], weights[i]);
    }
    return column;
  }
}
