package dev.endolith.sequential;

/**
 * The mixture sequential probability ratio test of a normal mean (Johari, Pekelis and Walsh, 2015
 * and 2022), with a normal mixture over effects. Immutable.
 *
 * <p>After n pairs with a mean difference d,
 *
 * <pre>  Λ = √( V / (V + nτ²) ) · exp( n²τ² (d − θ₀)² / (2V (V + nτ²)) )</pre>
 *
 * and a test that rejects when Λ ≥ 1/α has level α at all looks.
 *
 * @param variance V, the variance of the difference of one pair; positive
 * @param effectVariance τ², the variance of the effects that one expects; positive
 */
public record MixtureSprt(double variance, double effectVariance) {
  /**
   * Checks the values.
   *
   * @param variance the variance of the difference of one pair; positive
   * @param effectVariance the variance of the effects that one expects; positive
   * @throws IllegalArgumentException if one is not positive
   */
  public MixtureSprt {
    if (!(variance > 0)) {
      throw new IllegalArgumentException("variance must be positive, was " + variance);
    }
    if (!(effectVariance > 0)) {
      throw new IllegalArgumentException("effectVariance must be positive, was " + effectVariance);
    }
  }

  /**
   * The likelihood ratio.
   *
   * @param n how many pairs
   * @param difference their mean difference, less the difference under the hypothesis
   * @return Λ, which may overflow to infinity
   */
  public double ratio(double n, double difference) {
    double all = variance + n * effectVariance;
    return Math.sqrt(variance / all)
        * Math.exp(n * n * effectVariance * difference * difference / (2 * variance * all));
  }

  /**
   * The p-value after one more look.
   *
   * @param before the p-value of the look before, 1 at the first
   * @param n how many pairs
   * @param difference their mean difference, less the difference under the hypothesis
   * @return min(before, 1/Λ), never greater than before
   */
  public double pValue(double before, double n, double difference) {
    return Math.min(before, 1 / ratio(n, difference));
  }
}
