package dev.endolith.model;

import dev.endolith.data.Dataset;

/**
 * Makes a model from labelled rows. The same rows and the same seed give the same model.
 *
 * @param <X> the row
 * @param <Y> the label
 */
@FunctionalInterface
public interface Trainer<X, Y> {
  /**
   * Trains a model.
   *
   * @param data the rows
   * @param seed the seed of all chance in the training
   * @return the model
   * @throws IllegalArgumentException if the rows cannot be learned from, for example if all have
   *     the same label
   */
  TrainedModel<X, Y> train(Dataset<X, Y> data, long seed);
}
