package dev.endolith.monitoring.alert;

import dev.endolith.event.Alert;
import java.util.function.Predicate;

/** Hands some alerts on. */
record FilteredSink(AlertSink sink, Predicate<Alert> which) implements AlertSink {
  @Override
  public void tell(Alert alert) {
    if (which.test(alert)) {
      sink.tell(alert);
    }
  }
}
