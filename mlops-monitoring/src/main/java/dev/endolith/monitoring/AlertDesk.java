package dev.endolith.monitoring;

import dev.endolith.event.Alert;
import dev.endolith.event.AlertDetails;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.serving.LogEntry;
import java.util.List;
import java.util.function.Supplier;

/** Makes the alerts of a version, and keeps in its state that they were told. */
final class AlertDesk {
  private final MonitorSettings monitor;
  private final String model;
  private final long version;
  private final ReferenceProfile reference;
  private final MonitorState state;

  AlertDesk(
      MonitorSettings monitor,
      String model,
      long version,
      ReferenceProfile reference,
      MonitorState state) {
    this.monitor = monitor;
    this.model = model;
    this.version = version;
    this.reference = reference;
    this.state = state;
  }

  /** The version's name for people. */
  String subject() {
    return model + " v" + version;
  }

  /** What follows the first things of a list that are named. */
  static String more(int all) {
    return all > Monitor.TOP_COLUMNS ? "; and " + (all - Monitor.TOP_COLUMNS) + " more" : "";
  }

  /** Makes an alert of states that are raised, and keeps that it was told. */
  Alert told(
      LogEntry entry,
      Alert.Kind kind,
      List<String> keys,
      List<String> columns,
      String message,
      List<String> causes) {
    Alert.Severity severity = Alert.Severity.WARNING;
    for (String key : keys) {
      if (state.alerts.state(kind, key).severity().orElse(severity) == Alert.Severity.ALARM) {
        severity = Alert.Severity.ALARM;
      }
      state.alerts.told(kind, key, state.index);
    }
    AlertDetails details =
        new AlertDetails(
            reference.digest().hex(),
            monitor.owner(),
            monitor.runbook(),
            causes,
            RecentRows.examples(
                state.recentRows.stream().map(Supplier::get).toList(), columns, reference));
    return new Alert(
        model,
        version,
        kind,
        severity,
        entry.at(),
        WindowSummary.name(state.index),
        columns,
        message,
        details);
  }
}
