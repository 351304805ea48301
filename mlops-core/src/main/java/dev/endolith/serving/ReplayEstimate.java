package dev.endolith.serving;

/**
 * What a candidate would have earned. Immutable.
 *
 * @param value the mean reward
 * @param error its standard error
 * @param low a lower bound with the probability that was asked for, by a central limit
 */
public record ReplayEstimate(double value, double error, double low) {}
