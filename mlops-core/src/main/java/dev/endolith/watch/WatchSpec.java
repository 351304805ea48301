package dev.endolith.watch;

import dev.endolith.data.Task;

/** How to watch a model, before it is known which. Immutable. */
@FunctionalInterface
public interface WatchSpec {
  /**
   * Opens the watch of a task.
   *
   * @param task what the model is asked
   * @param <X> what is asked
   * @param <Y> what is answered
   * @return the watch
   */
  <X, Y> Watch<X, Y> open(Task<X, Y> task);
}
