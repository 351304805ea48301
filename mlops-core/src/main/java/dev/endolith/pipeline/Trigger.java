package dev.endolith.pipeline;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.endolith.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What makes a scheduled pipeline run. Immutable. */
public sealed interface Trigger {
  /** At certain times. Thread-safe. */
  @FunctionalInterface
  non-sealed interface AtTimes extends Trigger {
    /**
     * When it is due next.
     *
     * @param after an instant
     * @return the first due time after the instant, empty if there is none
     */
    Optional<Instant> next(Instant after);
  }

  /**
   * After certain events.
   *
   * @param type which
   * @param condition which of them
   * @param <E> which
   */
  record AfterEvents<E extends Event>(Class<E> type, Predicate<? super E> condition)
      implements Trigger {
    boolean accepts(Event event) {
      return type.isInstance(event) && condition.test(type.cast(event));
    }
  }

  /**
   * When data is another than before.
   *
   * @param watermark asked now and then: a text that is another when there is new data, such as the
   *     newest row's key or a data set's fingerprint; empty if there is no data
   */
  record OnNewData(Supplier<Optional<String>> watermark) implements Trigger {}

  /**
   * Again and again.
   *
   * @param period how often, at least a second; counted from the epoch, so that all machines agree
   * @return the trigger
   * @throws IllegalArgumentException if the period is shorter than a second
   */
  static AtTimes every(Duration period) {
    long seconds = period.toSeconds();
    if (seconds < 1) {
      throw new IllegalArgumentException("a period must be at least 1 s, was " + period);
    }
    return after ->
        Optional.of(
            Instant.ofEpochSecond(
                Math.multiplyExact(Math.floorDiv(after.getEpochSecond(), seconds) + 1, seconds)));
  }

  /**
   * Every day. Where clocks are put forward over the time, at the first time after it; where they
   * are put back over it, the first time.
   *
   * @param time at what time
   * @param zone of which place
   * @return the trigger
   */
  static AtTimes daily(LocalTime time, ZoneId zone) {
    return after -> {
      ZonedDateTime there = after.atZone(zone);
      Instant due = ZonedDateTime.of(there.toLocalDate(), time, zone).toInstant();
      return Optional.of(
          due.isAfter(after)
              ? due
              : ZonedDateTime.of(there.toLocalDate().plusDays(1), time, zone).toInstant());
    };
  }

  /**
   * As a cron expression says: minute, hour, day of month, month, day of week, as in Unix.
   *
   * @param expression for example {@code 30 2 * * MON-FRI}
   * @param zone of which place the times are
   * @return the trigger
   * @throws IllegalArgumentException if the expression is not valid; the message says where
   */
  static AtTimes cron(String expression, ZoneId zone) {
    ExecutionTime times;
    try {
      times =
          ExecutionTime.forCron(
              new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
                  .parse(expression)
                  .validate());
    } catch (RuntimeException e) { // the parser has others for some texts that are no expression
      throw new IllegalArgumentException(
          "a cron expression has minute, hour, day of month, month and day of week, for example"
              + " '30 2 * * MON-FRI': "
              + e.getMessage(),
          e);
    }
    return after -> times.nextExecution(after.atZone(zone)).map(ZonedDateTime::toInstant);
  }

  /**
   * After every event of a kind: a version was registered, an alert was raised. No event is lost or
   * told twice, also if the process dies.
   *
   * @param type which
   * @param <E> which
   * @return the trigger
   */
  static <E extends Event> AfterEvents<E> on(Class<E> type) {
    return new AfterEvents<>(type, event -> true);
  }

  /**
   * When there is new data.
   *
   * @param watermark a text that is another when there is new data, empty if there is none; asked
   *     every few seconds, on a thread of the workspace
   * @return the trigger
   */
  static OnNewData onNewData(Supplier<Optional<String>> watermark) {
    return new OnNewData(watermark);
  }
}
