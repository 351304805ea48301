package dev.endolith.watch;

import dev.endolith.data.Dataset;
import dev.endolith.model.Predictor;
import dev.endolith.registry.ModelVersion;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the loop asks of a monitor. Stateless: what it knows is in the reference, which is sealed
 * into the version, and in the session's state, which the loop keeps in the workspace. Thread-safe.
 *
 * @param <X> what the model is asked
 * @param <Y> what it answers
 */
public interface Watch<X, Y> {
  /** The name of the attachment that holds the reference. */
  String REFERENCE = "reference-profile";

  /**
   * Describes the world that a model was trained in.
   *
   * @param training the rows that it was trained on
   * @param heldOut labelled rows that it was not trained on: its scores and errors on them are what
   *     is to be expected of it
   * @param model the model
   * @return the reference; the same bytes for the same rows and model
   */
  byte[] reference(Dataset<X, Y> training, Dataset<X, Y> heldOut, Predictor<X, Y> model);

  /**
   * Watches a version from where a session left off.
   *
   * @param version the version that serves
   * @param reference what {@link #reference} made for it
   * @param state what {@link WatchSession#state()} answered last, empty at the start
   * @return the session
   * @throws dev.endolith.error.DataException if reference or state cannot be read
   */
  WatchSession start(ModelVersion version, byte[] reference, Optional<String> state);

  /**
   * Watches a version from where a session left off, with the model at hand: a watch may ask it
   * what a shift does to its answers. Only explanations may depend on the model, never whether
   * there is an alert, as it cannot always be loaded.
   *
   * @param version the version that serves
   * @param reference what {@link #reference} made for it
   * @param state what {@link WatchSession#state()} answered last, empty at the start
   * @param model loads the version's model; called on the thread that observes, seldom, and what it
   *     answers is closed by the session
   * @return the session
   * @throws dev.endolith.error.DataException if reference or state cannot be read
   */
  default WatchSession start(
      ModelVersion version,
      byte[] reference,
      Optional<String> state,
      Supplier<? extends Predictor<X, Y>> model) {
    return start(version, reference, state);
  }
}
