package dev.endolith.tck;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is set. Thread-safe. */
public final class SettableClock extends Clock {
  private final AtomicReference<Instant> now;

  /**
   * Creates a clock.
   *
   * @param start what it shows at first
   */
  public SettableClock(Instant start) {
    this.now = new AtomicReference<>(start);
  }

  /**
   * Sets the clock, forward or back.
   *
   * @param instant what it shows from now on
   */
  public void set(Instant instant) {
    now.set(instant);
  }

  /**
   * Moves the clock.
   *
   * @param by how far; negative to go back
   */
  public void advance(Duration by) {
    now.updateAndGet(instant -> instant.plus(by));
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return Clock.fixed(instant(), zone);
  }
}
