package dev.endolith.monitoring.stream;

import java.nio.ByteBuffer;

/**
 * Moves a detector's state into bytes, or out of them: each method takes a field's value and
 * returns what the field shall hold, so that one method of a detector serves both directions and
 * they cannot disagree. A value that no detector can have written is refused.
 */
final class DetectorState {
  private final boolean reading;
  private ByteBuffer bytes;

  private DetectorState(boolean reading, ByteBuffer bytes) {
    this.reading = reading;
    this.bytes = bytes;
  }

  static DetectorState writing() {
    return new DetectorState(false, ByteBuffer.allocate(128));
  }

  static DetectorState reading(ByteBuffer bytes) {
    return new DetectorState(true, bytes);
  }

  byte[] toBytes() {
    byte[] written = new byte[bytes.position()];
    bytes.duplicate().flip().get(written);
    return written;
  }

  long count(long value, long least, long most) {
    long moved = reading ? bytes.getLong() : value;
    if (reading && (moved < least || moved > most)) {
      throw damaged(moved + " is not in [" + least + ", " + most + "]");
    }
    if (!reading) {
      room(Long.BYTES).putLong(moved);
    }
    return moved;
  }

  long count(long value) {
    return count(value, 0, Long.MAX_VALUE);
  }

  int index(int value, int most) {
    return (int) count(value, 0, most);
  }

  boolean flag(boolean value) {
    return count(value ? 1 : 0, 0, 1) == 1;
  }

  /** A number in a range; infinities only where the range has them, NaN never. */
  double number(double value, double least, double most) {
    double moved = reading ? bytes.getDouble() : value;
    if (reading && !(moved >= least && moved <= most)) {
      throw damaged(moved + " is not in [" + least + ", " + most + "]");
    }
    if (!reading) {
      room(Double.BYTES).putDouble(moved);
    }
    return moved;
  }

  double number(double value) {
    return number(value, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  void numbers(double[] values, int size, double least, double most) {
    for (int i = 0; i < size; i++) {
      values[i] = number(values[i], least, most);
    }
  }

  void bits(boolean[] values, int size) {
    for (int from = 0; from < size; from += Byte.SIZE) {
      int eight = 0;
      for (int k = 0; k < Byte.SIZE && from + k < size; k++) {
        eight |= values[from + k] ? 1 << k : 0;
      }
      if (reading) {
        eight = bytes.get();
      } else {
        room(1).put((byte) eight);
      }
      for (int k = 0; k < Byte.SIZE && from + k < size; k++) {
        values[from + k] = (eight >> k & 1) == 1;
      }
    }
  }

  static IllegalArgumentException damaged(String what) {
    return new IllegalArgumentException("a detector snapshot must be intact, was damaged: " + what);
  }

  private ByteBuffer room(int more) {
    if (bytes.remaining() < more) {
      ByteBuffer wider = ByteBuffer.allocate(2 * bytes.capacity());
      wider.put(bytes.flip());
      bytes = wider;
    }
    return bytes;
  }
}
