package dev.endolith.sequential;

/** The bets of the mixtures: from cautious, for small effects, to bold, for great ones. */
final class Bets {
  static final double[] SIZES = {0.1, 0.25, 0.5, 0.9};

  private Bets() {}

  /** The logarithm of the mean of numbers that are given by their logarithms. */
  static double mean(double... logs) {
    double most = Double.NEGATIVE_INFINITY;
    for (double log : logs) {
      most = Math.max(most, log);
    }
    double sum = 0;
    for (double log : logs) {
      sum += Math.exp(log - most);
    }
    return most + Math.log(sum / logs.length);
  }
}
