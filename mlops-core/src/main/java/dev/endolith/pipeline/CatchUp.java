package dev.endolith.pipeline;

import java.time.Instant;
import java.util.Optional;

/** What happens with times at which nobody was there to run a schedule. */
public enum CatchUp {
  /** Each is made up for, oldest first. */
  ALL {
    @Override
    Optional<Instant> next(Trigger.AtTimes times, Instant handled, Instant began, Instant now) {
      return due(times, handled, now);
    }
  },
  /** Only the last is made up for. */
  LATEST {
    @Override
    Optional<Instant> next(Trigger.AtTimes times, Instant handled, Instant began, Instant now) {
      Optional<Instant> last = Optional.empty();
      for (Optional<Instant> next = due(times, handled, now);
          next.isPresent();
          next = due(times, next.get(), now)) {
        last = next;
      }
      return last;
    }
  },
  /** None is made up for: only what becomes due while somebody is there. */
  NONE {
    @Override
    Optional<Instant> next(Trigger.AtTimes times, Instant handled, Instant began, Instant now) {
      Optional<Instant> next = due(times, handled, now);
      while (next.isPresent() && next.get().isBefore(began)) {
        next = due(times, next.get(), now);
      }
      return next;
    }
  };

  /**
   * Which time is to be run for.
   *
   * @param times when the schedule is due
   * @param handled the last time that was run for
   * @param began since when this process is there
   * @param now the time
   * @return the due time, not after now, or none
   */
  abstract Optional<Instant> next(
      Trigger.AtTimes times, Instant handled, Instant began, Instant now);

  private static Optional<Instant> due(Trigger.AtTimes times, Instant after, Instant now) {
    return times.next(after).filter(due -> !due.isAfter(now));
  }
}
