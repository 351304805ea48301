package dev.endolith.monitoring.alert;

import dev.endolith.event.Alert;
import org.slf4j.Logger;

/** Writes alerts to a log. */
record LogSink(Logger logger) implements AlertSink {
  @Override
  public void tell(Alert alert) {
    if (alert.severity() == Alert.Severity.ALARM) {
      logger.error("{}", AlertText.line(alert));
    } else {
      logger.warn("{}", AlertText.line(alert));
    }
  }
}
