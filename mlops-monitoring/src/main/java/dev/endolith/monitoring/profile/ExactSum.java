package dev.endolith.monitoring.profile;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/*
 * The sum of doubles and of their squares without any rounding, so that it does not depend on the
 * order (U. Kulisch, "Computer Arithmetic and Validity", 2013: one long fixed-point number holds
 * every sum of doubles). A digit counts 2^32 and stands in a long, so that 2^30 additions need no
 * carry. For numbers up to 2^16; of one below 2^-480 the square loses bits that matter to nobody.
 * Mutable, confined to one thread.
 */
final class ExactSum {
  static final double GREATEST = 1 << 16;

  /** The last digit counts 2^(-32 * BELOW): less than the least double. */
  private static final int BELOW = 34;

  private static final int DIGITS = BELOW + 3; // sums below 2^96
  private static final int MOST_PENDING = 1 << 28;

  private final long[] sum = new long[DIGITS];
  private final long[] squares = new long[DIGITS];
  private int pending;

  /** Adds a number of at most {@link #GREATEST}, without its sign. */
  void add(double value) {
    add(sum, value);
    double square = value * value;
    add(squares, square);
    add(squares, Math.fma(value, value, -square)); // what rounding took: T. Dekker, 1971
    if (++pending >= MOST_PENDING) {
      carry();
    }
  }

  private static void add(long[] digits, double value) {
    if (value == 0) {
      return;
    }
    long bits = Double.doubleToRawLongBits(value);
    int exponent = (int) ((bits >>> 52) & 0x7FF);
    long fraction = bits & 0xFFFFFFFFFFFFFL;
    long mantissa = exponent == 0 ? fraction : fraction | 0x10000000000000L;
    // the mantissa's lowest bit counts 2^low
    int low = Math.max(exponent, 1) - 1075 + 32 * BELOW;
    int digit = low >> 5;
    int shift = low & 31;
    long sign = bits < 0 ? -1 : 1;
    // 53 bits moved by up to 31 lie in three digits
    long lower = mantissa << shift;
    long upper = shift == 0 ? 0 : mantissa >>> (64 - shift);
    digits[digit] += sign * (lower & 0xFFFFFFFFL);
    digits[digit + 1] += sign * (lower >>> 32);
    digits[digit + 2] += sign * upper;
  }

  void merge(ExactSum other) {
    carry();
    other.carry();
    for (int i = 0; i < DIGITS; i++) {
      sum[i] += other.sum[i];
      squares[i] += other.squares[i];
    }
    carry();
  }

  private void carry() {
    carry(sum);
    carry(squares);
    pending = 0;
  }

  /** All digits but the first in [0, 2^32): equal sums have equal digits. */
  private static void carry(long[] digits) {
    for (int i = 0; i < DIGITS - 1; i++) {
      digits[i + 1] += digits[i] >> 32;
      digits[i] &= 0xFFFFFFFFL;
    }
  }

  private static BigDecimal value(long[] digits) {
    BigInteger value = BigInteger.ZERO;
    for (int i = DIGITS - 1; i >= 0; i--) {
      value = value.shiftLeft(32).add(BigInteger.valueOf(digits[i]));
    }
    return new BigDecimal(value).divide(new BigDecimal(BigInteger.ONE.shiftLeft(32 * BELOW)));
  }

  /** The mean of so many numbers: exact to 34 digits, then a double. */
  double mean(long many) {
    return divided(value(sum), many);
  }

  /** The sum of the squared distances from the mean, likewise; never negative. */
  double spread(long many) {
    BigDecimal total = value(sum);
    BigDecimal spread =
        value(squares).multiply(BigDecimal.valueOf(many)).subtract(total.multiply(total));
    return Math.max(0, divided(spread, many));
  }

  private static double divided(BigDecimal value, long many) {
    return value.divide(BigDecimal.valueOf(many), MathContext.DECIMAL128).doubleValue();
  }

  void write(Varints.Writer out) {
    carry();
    for (long[] digits : new long[][] {sum, squares}) {
      for (long digit : digits) {
        out.number(digit); // the last one, of the sign, takes ten bytes if it is negative
      }
    }
  }

  void read(Varints.Reader in) {
    for (long[] digits : new long[][] {sum, squares}) {
      for (int i = 0; i < DIGITS; i++) {
        digits[i] = i < DIGITS - 1 ? in.count(0xFFFFFFFFL) : in.number();
      }
      if (digits[DIGITS - 1] < -MOST_PENDING || digits[DIGITS - 1] > MOST_PENDING) {
        throw in.broken("a sum is out of range");
      }
    }
  }
}
