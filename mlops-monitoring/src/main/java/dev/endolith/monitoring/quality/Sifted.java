package dev.endolith.monitoring.quality;

import dev.endolith.data.Dataset;

/**
 * Data without the rows that are set aside. Immutable.
 *
 * @param kept the rows that break no expectation of severity {@link Severity#QUARANTINE} by
 *     themselves, in order
 * @param report what was found in all rows
 * @param <X> the row
 * @param <Y> the label
 */
public record Sifted<X, Y>(Dataset<X, Y> kept, QualityReport report) {}
