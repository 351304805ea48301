package dev.endolith.tck;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Inputs that look like some good ones and are not, the same for one seed. Confined to one thread.
 */
public final class Mutations {
  private static final List<String> TOKENS =
      List.of(
          "null",
          "{}",
          "[]",
          "\"\"",
          "true",
          "-1",
          "0",
          "1e999",
          "NaN",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775809",
          "18446744073709551616",
          "0.1e-9999",
          "\"",
          "\\",
          "\\u0000",
          "\\ud800",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\n",
          "\r\n",
          "\0",
          "../",
          "\u2014 ",
          "\u2028",
          "=",
          "+",
          "/",
          "{\"a\":",
          "[[[[[[[[",
          "\"v\":2",
          "\"sha256\"",
          "-----BEGIN ",
          "%s");

  private final Random random;
  private final List<byte[]> corpus;

  /**
   * Begins a sequence.
   *
   * @param seed the same seed and inputs give the same sequence
   * @param corpus good inputs, at least one; not copied
   */
  public Mutations(long seed, List<byte[]> corpus) {
    this.random = new Random(seed);
    this.corpus = corpus;
  }

  /**
   * The next input: a good one with one to four changes.
   *
   * @return bytes of its own
   */
  public byte[] next() {
    byte[] bytes = pick().clone();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      bytes = mutated(bytes);
    }
    return bytes;
  }

  private byte[] pick() {
    return corpus.get(random.nextInt(corpus.size()));
  }

  private byte[] mutated(byte[] bytes) {
    int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
    int to = Math.min(bytes.length, at + 1 + random.nextInt(16));
    return switch (random.nextInt(9)) {
      case 0 -> {
        if (bytes.length > 0) {
          bytes[at] ^= (byte) (1 << random.nextInt(8));
        }
        yield bytes;
      }
      case 1 -> {
        if (bytes.length > 0) {
          bytes[at] = (byte) random.nextInt(256);
        }
        yield bytes;
      }
      case 2 -> spliced(bytes, at, to, new byte[0]);
      case 3 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
      case 4 -> spliced(bytes, at, at, token());
      case 5 -> spliced(bytes, at, to, token());
      case 6 -> Arrays.copyOf(bytes, at);
      case 7 -> number(bytes, at);
      default -> {
        byte[] other = pick();
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        yield spliced(bytes, at, bytes.length, Arrays.copyOfRange(other, from, other.length));
      }
    };
  }

  /** In place of the number that stands at or after a position. */
  private byte[] number(byte[] bytes, int at) {
    int from = at;
    while (from < bytes.length && (bytes[from] < '0' || bytes[from] > '9')) {
      from++;
    }
    int to = from;
    while (to < bytes.length && bytes[to] >= '0' && bytes[to] <= '9') {
      to++;
    }
    return spliced(bytes, from, to, token());
  }

  private byte[] token() {
    return TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(between);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
