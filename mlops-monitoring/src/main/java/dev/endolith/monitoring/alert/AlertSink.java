package dev.endolith.monitoring.alert;

import dev.endolith.event.Alert;
import dev.endolith.event.Event;
import dev.endolith.event.EventListener;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Is told of alerts. What it throws is logged once per class and goes no further.
 *
 * <pre>{@code
 * workspace.events().listen(AlertSink.to(AlertSink.log(), AlertSink.mail(mailer)));
 * workspace.relay().subscribe("pager", webhook.subscriber(clock)); // durable, signed, tried again
 * }</pre>
 *
 * <p>A sink is called on the thread of the loop: one that may wait should hand over to an executor.
 */
@FunctionalInterface
public interface AlertSink {
  /**
   * Tells an alert.
   *
   * @param alert the alert
   */
  void tell(Alert alert);

  /**
   * This sink for some alerts only.
   *
   * @param which tells which
   * @return a sink
   */
  default AlertSink only(Predicate<Alert> which) {
    return new FilteredSink(this, which);
  }

  /**
   * Writes alerts to SLF4J, to the logger of this interface's name: warnings at level {@code WARN},
   * alarms at {@code ERROR}, one line each.
   *
   * @return the sink
   */
  static AlertSink log() {
    return log(LoggerFactory.getLogger(AlertSink.class));
  }

  /**
   * Writes alerts to a logger.
   *
   * @param logger the logger
   * @return the sink
   */
  static AlertSink log(Logger logger) {
    return new LogSink(logger);
  }

  /**
   * Sends alerts through the host's mail system.
   *
   * @param mailer sends
   * @return the sink
   */
  static AlertSink mail(AlertMailer mailer) {
    return alert -> mailer.send(AlertText.subject(alert), AlertText.body(alert));
  }

  /**
   * A listener of a workspace's events that tells alerts to sinks. One that fails keeps no other
   * from being told.
   *
   * @param sinks the sinks, told in this order
   * @return the listener
   */
  static EventListener to(AlertSink... sinks) {
    Logger logger = LoggerFactory.getLogger(AlertSink.class);
    List<AlertSink> all = List.of(sinks);
    Set<String> complained = ConcurrentHashMap.newKeySet();
    return event -> {
      if (event instanceof Event.AlertRaised raised) {
        for (AlertSink sink : all) {
          try {
            sink.tell(raised.alert());
          } catch (RuntimeException e) {
            String name = (sink instanceof FilteredSink f ? f.sink() : sink).getClass().getName();
            if (complained.add(name)) {
              logger.warn("Alert sink {} failed; its further failures are not logged", name, e);
            }
          }
        }
      }
    };
  }
}
