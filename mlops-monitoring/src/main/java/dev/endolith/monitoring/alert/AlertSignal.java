package dev.endolith.monitoring.alert;

/** What one window says about one thing. */
public enum AlertSignal {
  /** Nothing unusual. */
  CALM,
  /** Too little data to say; as if the window had not been. */
  UNDECIDED,
  /** Something is worth knowing. */
  WARNING,
  /** Something is worth acting on. */
  ALARM
}
