package dev.endolith.monitoring.stream;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the detectors share: their snapshots, and the refusal of values.
 *
 * <p>A snapshot is the format number, the settings as text (length, then UTF-8) and the state.
 */
abstract class SavedDetector implements ChangeDetector {
  private static final int MAGIC = 0x45445301; // "EDS", format 1
  private static final double MAX_MAGNITUDE = 1e100;

  /** The name and every setting that the answers depend on. */
  abstract String settings();

  /** Moves every field that the next answer depends on, in an order that never changes. */
  abstract void transfer(DetectorState state);

  @Override
  public byte[] snapshot() {
    byte[] settings = settings().getBytes(StandardCharsets.UTF_8);
    DetectorState state = DetectorState.writing();
    transfer(state);
    byte[] body = state.toBytes();
    return ByteBuffer.allocate(2 * Integer.BYTES + settings.length + body.length)
        .putInt(MAGIC)
        .putInt(settings.length)
        .put(settings)
        .put(body)
        .array();
  }

  @Override
  public void restore(byte[] snapshot) {
    byte[] before = snapshot();
    ByteBuffer in = ByteBuffer.wrap(snapshot);
    boolean done = false;
    try {
      checkHeader(in);
      transfer(DetectorState.reading(in));
      if (in.hasRemaining()) {
        throw DetectorState.damaged(in.remaining() + " bytes too many");
      }
      done = true;
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(
          "a detector snapshot must be complete, was cut off at " + snapshot.length + " bytes", e);
    } finally {
      if (!done) {
        ByteBuffer own = ByteBuffer.wrap(before);
        checkHeader(own);
        transfer(DetectorState.reading(own));
      }
    }
  }

  private void checkHeader(ByteBuffer in) {
    int magic = in.getInt();
    if (magic != MAGIC) {
      throw new IllegalArgumentException(
          String.format("a detector snapshot must start with %08x, was %08x", MAGIC, magic));
    }
    byte[] own = settings().getBytes(StandardCharsets.UTF_8);
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] settings = new byte[length];
    in.get(settings);
    if (!Arrays.equals(settings, own)) {
      throw new IllegalArgumentException(
          "a detector snapshot must be restored into a detector with the same settings, here "
              + settings());
    }
  }

  /** Refuses what is not a number, and what cannot be squared and summed. */
  static void checkNumber(double value) {
    if (!(Math.abs(value) <= MAX_MAGNITUDE)) {
      throw new IllegalArgumentException(
          "value must be finite and at most 1e100 in magnitude, was " + value);
    }
  }

  /** Refuses what is not an error between none and full. */
  static void checkError(double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("value must be in [0, 1], was " + value);
    }
  }

  /** Refuses what is neither right nor wrong. */
  static void checkBinary(double value) {
    if (value != 0 && value != 1) {
      throw new IllegalArgumentException("value must be 0 or 1, was " + value);
    }
  }

  /**
   * Returns the name and the settings, for people.
   *
   * @return one line without the values
   */
  @Override
  public String toString() {
    return settings();
  }
}
