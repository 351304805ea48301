package dev.endolith.sequential;

/**
 * The empirical-Bernstein confidence sequence of the mean of bounded numbers, with predictable
 * plug-in bets (Waudby-Smith and Ramdas, 2020, arXiv 2010.09686, theorem 2). Immutable. It holds
 * from the first number on, whatever the distribution, and its sums of several nodes add.
 *
 * <p>With bets λᵢ that depend on the numbers before i only, the mean is within
 *
 * <pre>  Σ λᵢxᵢ / Σ λᵢ ± ( ln(2/α) + Σ 4 (xᵢ − μᵢ₋₁)² ψ(λᵢ) ) / Σ λᵢ,   ψ(λ) = (−ln(1 − λ) − λ) / 4
 * </pre>
 *
 * for all n at once with probability 1 − α, for numbers in [0, 1].
 *
 * @param low the least number that can be
 * @param high the greatest number that can be
 * @param alpha the probability that it ever misses the mean, in (0, 1)
 * @param n how many numbers
 * @param sum the sum of the scaled numbers
 * @param squares the sum of the squared deviations of the scaled numbers from the means then
 * @param bets Σ λᵢ
 * @param weighted Σ λᵢxᵢ
 * @param spread Σ 4 (xᵢ − μᵢ₋₁)² ψ(λᵢ)
 */
public record BoundedSequence(
    double low,
    double high,
    double alpha,
    long n,
    double sum,
    double squares,
    double bets,
    double weighted,
    double spread) {
  /** Bets stay at most here; a half is the authors' choice. */
  private static final double MOST = 0.5;

  /**
   * No numbers yet.
   *
   * @param low the least number that can be
   * @param high the greatest number that can be
   * @param alpha the probability that the sequence ever misses the mean, in (0, 1)
   * @return the empty sequence
   * @throws IllegalArgumentException if {@code low} is not below {@code high}, or {@code alpha} not
   *     in (0, 1)
   */
  public static BoundedSequence of(double low, double high, double alpha) {
    if (!(low < high) || Double.isInfinite(high - low)) {
      throw new IllegalArgumentException(
          "low must be below high, and both finite, were " + low + " and " + high);
    }
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("alpha must be in (0, 1), was " + alpha);
    }
    return new BoundedSequence(low, high, alpha, 0, 0, 0, 0, 0, 0);
  }

  /**
   * Adds a number.
   *
   * @param value the number
   * @return the new state
   * @throws IllegalArgumentException if {@code value} is not in [low, high]
   */
  public BoundedSequence plus(double value) {
    if (!(value >= low && value <= high)) {
      throw new IllegalArgumentException(
          "a number must be in [" + low + ", " + high + "], was " + value);
    }
    double x = (value - low) / (high - low);
    long count = n + 1;
    double before = (0.5 + sum) / count; // the mean of a half and the numbers before this
    double variance = (0.25 + squares) / count;
    double bet =
        Math.min(
            MOST,
            Math.sqrt(2 * Math.log(2 / alpha) / (variance * count * Math.log1p((double) count))));
    double total = sum + x;
    double after = (0.5 + total) / (count + 1);
    double psi = (-Math.log1p(-bet) - bet) / 4;
    return new BoundedSequence(
        low,
        high,
        alpha,
        count,
        total,
        squares + (x - after) * (x - after),
        bets + bet,
        weighted + bet * x,
        spread + 4 * (x - before) * (x - before) * psi);
  }

  /**
   * Adds numbers that were gathered elsewhere.
   *
   * @param other their state, of the same bounds and alpha
   * @return the state of both
   * @throws IllegalArgumentException if bounds or alpha differ
   */
  public BoundedSequence plus(BoundedSequence other) {
    if (low != other.low || high != other.high || alpha != other.alpha) {
      throw new IllegalArgumentException(
          "only sequences of the same bounds and alpha add, were " + this + " and " + other);
    }
    return new BoundedSequence(
        low,
        high,
        alpha,
        n + other.n,
        sum + other.sum,
        squares + other.squares,
        bets + other.bets,
        weighted + other.weighted,
        spread + other.spread);
  }

  /**
   * Where the mean is.
   *
   * @return the interval now, within [low, high]
   */
  public Interval interval() {
    if (n == 0) {
      return new Interval(low, high);
    }
    double middle = weighted / bets;
    double half = (Math.log(2 / alpha) + spread) / bets;
    return new Interval(
        low + (high - low) * Math.max(0, middle - half),
        low + (high - low) * Math.min(1, middle + half));
  }
}
