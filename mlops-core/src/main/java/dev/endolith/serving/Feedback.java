package dev.endolith.serving;

import dev.endolith.data.Id;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The truth about a row, arriving after it was predicted. Immutable.
 *
 * @param prediction the prediction's id, or null if the row is named by its key
 * @param key the row's key, empty if the prediction is named by its id
 * @param label the name of the true label, or the true number as text
 * @param at when it became known
 */
public record Feedback(@Nullable Id prediction, String key, String label, Instant at) {
  /**
   * Checks that exactly one of id and key is given.
   *
   * @param prediction the prediction's id, or null if the row is named by its key
   * @param key the row's key, empty if the prediction is named by its id
   * @param label the name of the true label, or the true number as text
   * @param at when it became known
   * @throws IllegalArgumentException if not
   */
  public Feedback {
    if ((prediction == null) == key.isEmpty()) {
      throw new IllegalArgumentException(
          "feedback names its prediction either by id or by a key that is not empty");
    }
  }
}
