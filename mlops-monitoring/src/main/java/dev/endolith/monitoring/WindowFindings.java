package dev.endolith.monitoring;

import dev.endolith.data.CanonicalJson;
import dev.endolith.monitoring.impact.Causes;
import dev.endolith.monitoring.impact.CorrelationChange;
import dev.endolith.monitoring.impact.Impact;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a window that drifted does to the model's score, and what may have caused it, found by the
 * monitor itself in a sample of the window's rows as they were logged. Immutable.
 *
 * @param window the number of the window
 * @param rows how many rows were looked at
 * @param measured what the shifts of the drifted columns do to the score; null where the model
 *     could not be asked
 * @param causes new and vanished categories and changes of units in the drifted columns
 * @param correlations pairs of columns that go together otherwise, greatest change first
 */
public record WindowFindings(
    long window,
    int rows,
    @Nullable Impact measured,
    Causes causes,
    List<CorrelationChange> correlations) {
  /**
   * Copies the list.
   *
   * @param window the number of the window
   * @param rows how many rows were looked at
   * @param measured what the shifts do to the score, or null
   * @param causes what may have caused them
   * @param correlations pairs that go together otherwise
   */
  public WindowFindings {
    correlations = List.copyOf(correlations);
  }

  static WindowFindings none(long window) {
    return new WindowFindings(window, 0, null, new Causes(List.of()), List.of());
  }

  /**
   * What the shifts of the drifted columns do to the score.
   *
   * @return the impact; empty where the model could not be asked: it cannot be loaded, neither
   *     classifies nor predicts numbers, or its features cannot make rows
   */
  public Optional<Impact> impact() {
    return Optional.ofNullable(measured);
  }

  /**
   * The findings as canonical JSON.
   *
   * @return the text
   */
  public String toJson() {
    return CanonicalJson.write(this);
  }
}
