package dev.endolith.monitoring.profile;

import dev.endolith.error.DataException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/*
 * The binary form of sketches and counts: whole numbers of seven bits a byte, lowest first, so that
 * small counts take one byte; doubles as eight bytes, so that no bit is lost.
 */
final class Varints {
  private Varints() {}

  /** Writes values one after the other. */
  static final class Writer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void number(long value) {
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        bytes.write((int) ((rest & 0x7F) | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }

    void real(double value) {
      long bits = Double.doubleToLongBits(value);
      for (int shift = 0; shift < 64; shift += 8) {
        bytes.write((int) ((bits >>> shift) & 0xFF));
      }
    }

    void raw(byte[] value) {
      bytes.write(value, 0, value.length);
    }

    void block(byte[] value) {
      number(value.length);
      raw(value);
    }

    void text(String value) {
      block(value.getBytes(StandardCharsets.UTF_8));
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }
  }

  /** Reads what a {@link Writer} wrote; whatever else it is given is a DataException. */
  static final class Reader {
    private final String what;
    private final byte[] bytes;
    private int at;

    Reader(String what, byte[] bytes) {
      this.what = what;
      this.bytes = bytes;
    }

    long number() {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        byte next = next();
        value |= (long) (next & 0x7F) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw broken("a number has more than 64 bits");
    }

    /** A number that is a count: at least 0 and at most {@code most}. */
    long count(long most) {
      long value = number();
      if (value < 0 || value > most) {
        throw broken("a count is outside [0, " + most + "]");
      }
      return value;
    }

    /** How many parts follow, of which each takes at least so many bytes. */
    int parts(int bytesEach) {
      return (int) count((bytes.length - at) / bytesEach);
    }

    double real() {
      long bits = 0;
      for (int shift = 0; shift < 64; shift += 8) {
        bits |= (next() & 0xFFL) << shift;
      }
      return Double.longBitsToDouble(bits);
    }

    byte[] raw(int size) {
      if (size > bytes.length - at) {
        throw broken("they end too early");
      }
      byte[] part = new byte[size];
      System.arraycopy(bytes, at, part, 0, size);
      at += size;
      return part;
    }

    byte[] block() {
      return raw(parts(1));
    }

    String text() {
      return new String(block(), StandardCharsets.UTF_8);
    }

    void end() {
      if (at != bytes.length) {
        throw broken("something follows them");
      }
    }

    DataException broken(String rule) {
      return new DataException("bytes", 0, "", "the bytes are not " + what + ": " + rule);
    }

    private byte next() {
      if (at == bytes.length) {
        throw broken("they end too early");
      }
      return bytes[at++];
    }
  }
}
