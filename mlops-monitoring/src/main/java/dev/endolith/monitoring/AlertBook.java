package dev.endolith.monitoring;

import dev.endolith.event.Alert;
import dev.endolith.monitoring.alert.AlertPolicy;
import dev.endolith.monitoring.alert.AlertSignal;
import dev.endolith.monitoring.alert.AlertState;
import dev.endolith.monitoring.alert.AlertState.Phase;
import java.util.Map;
import java.util.TreeMap;

/** The states of all alerts of a version: one per kind and column or rule. */
final class AlertBook {
  /** The column of what concerns a model as a whole. */
  static final String WHOLE = "";

  private final Map<String, AlertState> states = new TreeMap<>();

  static AlertBook of(Map<String, AlertState> saved) {
    AlertBook book = new AlertBook();
    book.states.putAll(saved);
    return book;
  }

  Map<String, AlertState> saved() {
    return new TreeMap<>(states);
  }

  private static String key(Alert.Kind kind, String column) {
    return kind + ":" + column;
  }

  AlertState state(Alert.Kind kind, String column) {
    return states.getOrDefault(key(kind, column), AlertState.INITIAL);
  }

  /** Sees what a window says; what it leaves unchanged at the start is not kept. */
  AlertState next(AlertPolicy policy, Alert.Kind kind, String column, AlertSignal signal) {
    AlertState before = state(kind, column);
    AlertState after = policy.next(before, signal);
    boolean quiet = before.equals(AlertState.INITIAL) && signal == AlertSignal.CALM;
    if (!quiet && !after.equals(before)) {
      states.put(key(kind, column), after);
    }
    return after;
  }

  void told(Alert.Kind kind, String column, long window) {
    states.put(key(kind, column), state(kind, column).told(window));
  }

  void forget(AlertPolicy policy, long window) {
    states.values().removeIf(state -> policy.forgettable(state, window));
  }

  /** The worst phase of a kind; a warning is worse than what recovers. */
  static Phase worst(Map<String, AlertState> states, Alert.Kind kind) {
    Phase worst = Phase.OK;
    for (Map.Entry<String, AlertState> entry : states.entrySet()) {
      if (entry.getKey().startsWith(kind + ":") && entry.getValue().phase().compareTo(worst) > 0) {
        worst = entry.getValue().phase();
      }
    }
    return worst;
  }

  Phase worst(Alert.Kind kind) {
    return worst(states, kind);
  }
}
