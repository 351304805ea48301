package dev.endolith.contract;

/**
 * A row that may be answered. Immutable if the row is.
 *
 * @param row the row that was given, or a copy with values clipped and imputed
 * @param findings what was found in the row that was given
 * @param <X> the row
 */
public record Admitted<X>(X row, Findings findings) {}
