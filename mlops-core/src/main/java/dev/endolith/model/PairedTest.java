package dev.endolith.model;

/**
 * A test of two models on the same rows. Immutable.
 *
 * @param name the test, for example {@code McNemar, exact}
 * @param statistic its statistic, NaN where there is none
 * @param pValue the two-sided p-value of "both are equally good", NaN where it is not defined
 */
public record PairedTest(String name, double statistic, double pValue) {}
