package dev.endolith.monitoring.stream;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;

/**
 * The generator behind the reference vectors: a 64-bit congruential sequence and nothing but {@code
 * + - * /} on it, so that every port gives the same bits.
 */
final class StreamGenerator {
  private long state;

  StreamGenerator(long seed) {
    state = seed;
  }

  double uniform() {
    state = state * 6364136223846793005L + 1442695040888963407L;
    return (state >>> 11) * 0x1p-53;
  }

  /** Approximately standard normal: the sum of twelve uniforms minus six. */
  double normal() {
    double sum = 0;
    for (int k = 0; k < 12; k++) {
      sum += uniform();
    }
    return sum - 6;
  }

  /** Makes the stream of a specification such as {@code bern(seed=1,n=9,a=3,b=5,p0=0.2,p1=0.4)}. */
  static double[] stream(String specification) {
    int open = specification.indexOf('(');
    Map<String, Double> arguments = new HashMap<>();
    for (String pair :
        specification.substring(open + 1, specification.length() - 1).split(",", -1)) {
      String[] keyValue = pair.split("=", -1);
      arguments.put(keyValue[0].strip(), Double.valueOf(keyValue[1]));
    }
    int n = (int) number(arguments, "n");
    String kind = specification.substring(0, open).toLowerCase(Locale.ROOT);
    if (kind.equals("const")) {
      double[] constant = new double[n];
      Arrays.fill(constant, number(arguments, "v"));
      return constant;
    }
    StreamGenerator random = new StreamGenerator((long) number(arguments, "seed"));
    int a = (int) number(arguments, "a");
    return switch (kind) {
      case "bern" -> {
        int b = (int) number(arguments, "b");
        double p0 = number(arguments, "p0");
        double p1 = number(arguments, "p1");
        yield values(n, i -> random.uniform() < ramp(i, a, b, p0, p1) ? 1 : 0);
      }
      case "norm" -> {
        int b = (int) number(arguments, "b");
        double m0 = number(arguments, "m0");
        double m1 = number(arguments, "m1");
        double s0 = number(arguments, "s0");
        double s1 = number(arguments, "s1");
        yield values(n, i -> ramp(i, a, b, m0, m1) + ramp(i, a, b, s0, s1) * random.normal());
      }
      case "heavy" -> {
        double shift = number(arguments, "shift");
        yield values(
            n,
            i -> {
              double u = random.uniform();
              double v = (u - 0.5) / (u * (1.0 - u) + 1e-6);
              return i < a ? v : v + shift;
            });
      }
      default -> throw new IllegalArgumentException("unknown stream " + specification);
    };
  }

  static String sha256(double[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES);
    for (double value : values) {
      bytes.putDouble(value);
    }
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double number(Map<String, Double> arguments, String name) {
    return Objects.requireNonNull(arguments.get(name), name);
  }

  private static double ramp(int i, int a, int b, double v0, double v1) {
    if (i < a) {
      return v0;
    }
    return i >= b ? v1 : v0 + (v1 - v0) * ((double) (i - a) / (double) (b - a));
  }

  private static double[] values(int n, IntToDoubleFunction next) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = next.applyAsDouble(i);
    }
    return values;
  }
}
