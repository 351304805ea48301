package dev.endolith.model;

import dev.endolith.data.DataShape;
import dev.endolith.data.Dataset;
import java.util.OptionalLong;

/**
 * Makes a model from labelled rows. The same rows and the same seed give the same model.
 *
 * <p>One of one's own is a lambda: it gives a {@link Predictor} and, to be kept, the model's bytes
 * with the name of a {@link ModelFormat} that reads them, passed to {@code
 * Workspace.builder().format(...)}. A model of few numbers is well kept as the canonical JSON of a
 * record ({@link dev.endolith.data.CanonicalJson}); bytes that name classes are to be avoided.
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

  /**
   * How much memory training takes at its peak, beside the rows themselves.
   *
   * @param shape the data
   * @return an estimate in bytes, empty if this trainer does not say
   */
  default OptionalLong bytesFor(DataShape shape) {
    return OptionalLong.empty();
  }
}
