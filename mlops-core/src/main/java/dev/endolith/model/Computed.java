package dev.endolith.model;

/**
 * An answer that is all there is to say: several outputs as a record, or tensors.
 *
 * @param value the answer
 * @param <Y> the answer
 */
public record Computed<Y>(Y value) implements Prediction<Y> {}
