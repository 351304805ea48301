package dev.endolith.sequential;

/**
 * Count, mean and sum of squared deviations of numbers (Welford, 1962), and their sums over nodes
 * (Chan, Golub and LeVeque, 1979). Immutable.
 *
 * @param n how many numbers
 * @param mean their mean, 0 if there are none
 * @param m2 the sum of their squared deviations from the mean
 */
public record Moments(long n, double mean, double m2) {
  /** No numbers yet. */
  public static final Moments EMPTY = new Moments(0, 0, 0);

  /**
   * The moments of numbers of which only sums are known.
   *
   * @param n how many, from 1
   * @param sum their sum
   * @param squares the sum of their squares
   * @return the moments
   */
  public static Moments ofSums(long n, double sum, double squares) {
    return new Moments(n, sum / n, squares - sum * sum / n);
  }

  /**
   * Adds a number.
   *
   * @param value the number
   * @return new moments
   */
  public Moments plus(double value) {
    long count = n + 1;
    double delta = value - mean;
    double moved = mean + delta / count;
    return new Moments(count, moved, m2 + delta * (value - moved));
  }

  /**
   * Adds numbers that were counted elsewhere.
   *
   * @param other their moments
   * @return the moments of both
   */
  public Moments plus(Moments other) {
    if (n == 0 || other.n == 0) {
      return n == 0 ? other : this;
    }
    double count = n + (double) other.n;
    double delta = other.mean - mean;
    return new Moments(
        n + other.n,
        mean + delta * other.n / count,
        m2 + other.m2 + delta * delta * n * other.n / count);
  }

  /**
   * The sample variance.
   *
   * @return with divisor n − 1; infinite below two numbers
   */
  public double variance() {
    return n < 2 ? Double.POSITIVE_INFINITY : m2 / (n - 1);
  }
}
