package dev.endolith.monitoring.quality;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;

/*
 * Counts distinct values by their 128-bit hashes: exactly up to a cap, as two values of 2^20 share a
 * hash with a probability below 1e-26, and with UltraLogLog beyond it (O. Ertl, "UltraLogLog: A
 * Practical and More Space-Efficient Alternative to HyperLogLog for Approximate Distinct Counting",
 * VLDB 2024). What was remembered before the cap stays, so that a repetition of one of those is
 * proven, not estimated.
 */
final class DistinctCounter {
  /** 2^14 registers: a relative standard error of 0.76 / 2^7 = 0.6 %, in 16 KiB. */
  private static final int PRECISION = 14;

  private static final double ERROR = 0.765 / (1 << (PRECISION / 2));
  private static final int SMALLEST = 64;

  private final int most;
  private long[] table = new long[2 * SMALLEST];
  private int size;
  private boolean zero;
  private boolean full;
  private UltraLogLog sketch = UltraLogLog.create(PRECISION);

  DistinctCounter(int most) {
    this.most = most;
  }

  /** What is known of a value. */
  enum Seen {
    FIRST,
    AGAIN,
    UNKNOWN
  }

  Seen add(long high, long low) {
    sketch.add(low);
    if (high == 0 && low == 0) {
      boolean before = zero;
      zero = true;
      return before ? Seen.AGAIN : Seen.FIRST;
    }
    int slot = slot(table, high, low);
    if (holds(table, slot, high, low)) {
      return Seen.AGAIN;
    }
    if (size == most) {
      full = true;
      return Seen.UNKNOWN;
    }
    if (4 * (size + 1) > table.length) { // half of the slots, two cells each
      grow();
      slot = slot(table, high, low);
    }
    table[slot] = high;
    table[slot + 1] = low;
    size++;
    return Seen.FIRST;
  }

  boolean contains(long high, long low) {
    return (high == 0 && low == 0) ? zero : holds(table, slot(table, high, low), high, low);
  }

  /** Whether more distinct values came than are remembered. */
  boolean overflowed() {
    return full;
  }

  double count() {
    return full ? Math.max(exact(), sketch.getDistinctCountEstimate()) : exact();
  }

  /** One relative standard deviation of {@link #count()}. */
  double error() {
    return full ? ERROR : 0;
  }

  /** Writes the hashes, in an order of their own, and the sketch where they are not all. */
  void write(DataOutput out) throws IOException {
    long[][] hashes = new long[size][];
    int found = 0;
    for (int i = 0; i < table.length; i += 2) {
      if (table[i] != 0 || table[i + 1] != 0) {
        hashes[found++] = new long[] {table[i], table[i + 1]};
      }
    }
    Arrays.sort(hashes, Comparator.<long[]>comparingLong(h -> h[0]).thenComparingLong(h -> h[1]));
    out.writeBoolean(zero);
    out.writeInt(size);
    for (long[] hash : hashes) {
      out.writeLong(hash[0]);
      out.writeLong(hash[1]);
    }
    out.writeBoolean(full);
    if (full) {
      out.write(sketch.getState());
    }
  }

  /** Goes on from what was written, with as many remembered or more. */
  void read(DataInput in) throws IOException {
    if (in.readBoolean()) {
      Seen unused = add(0, 0);
    }
    int hashes = in.readInt();
    if (hashes < 0 || hashes > most) {
      throw new IOException("at most " + most + " values are remembered, were " + hashes);
    }
    for (int i = 0; i < hashes; i++) {
      Seen unused = add(in.readLong(), in.readLong());
    }
    full = in.readBoolean();
    if (full) {
      byte[] state = new byte[1 << PRECISION];
      in.readFully(state);
      sketch = UltraLogLog.wrap(state);
    }
  }

  private int exact() {
    return size + (zero ? 1 : 0);
  }

  private static boolean holds(long[] table, int slot, long high, long low) {
    return table[slot] == high && table[slot + 1] == low;
  }

  /** The slot of the hash, or the free one where it belongs; 0, 0 is free. */
  private static int slot(long[] table, long high, long low) {
    int mask = table.length / 2 - 1;
    int at = (int) (high ^ (high >>> 32)) & mask;
    while ((table[2 * at] != high || table[2 * at + 1] != low)
        && (table[2 * at] != 0 || table[2 * at + 1] != 0)) {
      at = (at + 1) & mask;
    }
    return 2 * at;
  }

  private void grow() {
    long[] old = table;
    table = new long[2 * old.length];
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] != 0 || old[i + 1] != 0) {
        int slot = slot(table, old[i], old[i + 1]);
        table[slot] = old[i];
        table[slot + 1] = old[i + 1];
      }
    }
  }
}
