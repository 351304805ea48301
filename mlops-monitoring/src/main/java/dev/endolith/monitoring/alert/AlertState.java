package dev.endolith.monitoring.alert;

import dev.endolith.event.Alert;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where one thing stands that may raise alerts: the drift of a column, the errors of a model, an
 * expectation. Immutable; changed by an {@link AlertPolicy} only.
 *
 * @param phase where it stands
 * @param recent the latest decided windows, the newest as the lowest bit: 1 where one was flagged
 * @param calm how many decided windows in a row were calm, up to the number that the policy asks
 *     for
 * @param toldSeverity how severe the last alert was, null where none was told
 * @param toldAt the window of the last alert, 0 where none was told
 */
public record AlertState(
    Phase phase, int recent, int calm, Alert.@Nullable Severity toldSeverity, long toldAt) {
  /** Nothing was seen. */
  public static final AlertState INITIAL = new AlertState(Phase.OK, 0, 0, null, 0);

  /** Where an alert stands. */
  public enum Phase {
    /** Nothing unusual. */
    OK,
    /** It was raised, and the latest windows have been calm; too few of them to be sure. */
    RECOVERING,
    /** It is worth knowing. */
    WARNING,
    /** It is worth acting on. */
    ALARM
  }

  /**
   * Checks the parts.
   *
   * @param phase where it stands
   * @param recent the latest decided windows
   * @param calm how many were calm
   * @param toldSeverity how severe the last alert was
   * @param toldAt the window of the last alert
   * @throws IllegalArgumentException if a number is negative
   */
  public AlertState {
    if (recent < 0 || calm < 0 || toldAt < 0 || (@Nullable Object) phase == null) {
      throw new IllegalArgumentException(
          "the state of an alert has a phase and no negative numbers, had "
              + recent
              + ", "
              + calm
              + " and "
              + toldAt);
    }
  }

  /**
   * How severe it is now.
   *
   * @return the severity, empty unless it is raised
   */
  public Optional<Alert.Severity> severity() {
    return switch (phase) {
      case ALARM -> Optional.of(Alert.Severity.ALARM);
      case WARNING -> Optional.of(Alert.Severity.WARNING);
      case OK, RECOVERING -> Optional.empty();
    };
  }

  /**
   * This state after it was told.
   *
   * @param window the window that led to it
   * @return the state; the same if nothing is raised
   */
  public AlertState told(long window) {
    return severity().map(s -> new AlertState(phase, recent, calm, s, window)).orElse(this);
  }
}
