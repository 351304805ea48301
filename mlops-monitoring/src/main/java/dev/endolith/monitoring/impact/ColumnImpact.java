package dev.endolith.monitoring.impact;

/**
 * What the shift of one column does to the score. Immutable.
 *
 * @param name the column
 * @param expected by how much the score of a row changes on the mean, up or down, because the
 *     column is distributed as it is now: E|f(x with the current value) − f(x with the
 *     reference's)|; at least 0, in units of the score
 * @param change the same with its sign: positive if the shift raises the scores
 * @param standardError the standard error of {@code change} over the rows that were drawn
 * @param sensitivity by how much the score of a row changes on the mean if the column is given the
 *     value of another current row: what the model would do with any shift
 */
public record ColumnImpact(
    String name, double expected, double change, double standardError, double sensitivity) {}
