package dev.endolith.model;

import java.util.Optional;

/**
 * How good a model is on part of the rows. Immutable.
 *
 * @param name what the part is, for example {@code job=student}
 * @param rows the number of rows in it
 * @param estimate the metric on it; empty where there are too few rows
 * @param worseThanAll whether its interval lies on the worse side of the value on all rows; the
 *     intervals of all slices hold together with the confidence (Bonferroni)
 */
public record Slice(String name, int rows, Optional<Estimate> estimate, boolean worseThanAll) {}
