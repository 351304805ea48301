package dev.endolith.watch;

import dev.endolith.data.Task;
import dev.endolith.privacy.PrivacyPolicy;

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

  /**
   * Opens the watch of a task whose predictions are logged through a privacy policy: what the
   * policy drops is missing in the log, and is not to be told as drift.
   *
   * @param task what the model is asked
   * @param privacy what the log keeps
   * @param <X> what is asked
   * @param <Y> what is answered
   * @return the watch
   */
  default <X, Y> Watch<X, Y> open(Task<X, Y> task, PrivacyPolicy privacy) {
    return open(task);
  }
}
