package dev.endolith.pipeline;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a schedule is, the same on all machines. Immutable.
 *
 * @param name the schedule's name
 * @param handled the last due time that was handled, or when the schedule was first seen
 * @param queued keys of events and data that are still to be run for, oldest first
 * @param waiting ids of runs that wait for people
 * @param failed ids of the last runs that failed for good, at most {@value #KEPT}
 * @param watermark the newest data that was seen, null for other triggers
 * @param attempts how often the oldest run that is due has failed
 */
public record ScheduleStatus(
    String name,
    Instant handled,
    List<Due> queued,
    List<String> waiting,
    List<String> failed,
    @Nullable String watermark,
    int attempts) {
  /** How many failed runs are remembered. */
  public static final int KEPT = 100;

  /** How many keys of events wait at most; the relay keeps the others. */
  private static final int MOST_QUEUED = 1_000;

  /**
   * Copies the lists.
   *
   * @param name the schedule's name
   * @param handled the last due time that was handled
   * @param queued what is still to be run for
   * @param waiting ids of runs that wait for people
   * @param failed ids of the last runs that failed for good
   * @param watermark the newest data that was seen, null for other triggers
   * @param attempts how often the oldest run that is due has failed
   */
  public ScheduleStatus {
    queued = List.copyOf(queued);
    waiting = List.copyOf(waiting);
    failed = List.copyOf(failed.subList(Math.max(0, failed.size() - KEPT), failed.size()));
  }

  /**
   * Something to be run for.
   *
   * @param id tells it from others, in the id of its run
   * @param key what the pipeline is told
   * @param at when it was due
   */
  public record Due(String id, String key, Instant at) {}

  static ScheduleStatus begin(String name, Instant now) {
    return new ScheduleStatus(name, now, List.of(), List.of(), List.of(), null, 0);
  }

  /** With something run for. */
  ScheduleStatus done(Due due) {
    List<Due> left = queued.stream().filter(d -> !d.id().equals(due.id())).toList();
    Instant latest = due.at().isAfter(handled) ? due.at() : handled;
    return new ScheduleStatus(name, latest, left, waiting, failed, watermark, 0);
  }

  /** With something else to be run for, once. */
  ScheduleStatus plus(Due due) {
    if (queued.stream().anyMatch(d -> d.id().equals(due.id()))) {
      return this;
    }
    if (queued.size() >= MOST_QUEUED) {
      throw new IllegalStateException(
          "schedule '"
              + name
              + "' has "
              + MOST_QUEUED
              + " runs to catch up with; what else is due waits");
    }
    return new ScheduleStatus(
        name, handled, and(queued, due), waiting, failed, watermark, attempts);
  }

  ScheduleStatus seen(String data) {
    return new ScheduleStatus(name, handled, queued, waiting, failed, data, attempts);
  }

  ScheduleStatus waitsFor(String run) {
    return new ScheduleStatus(
        name, handled, queued, and(waiting, run), failed, watermark, attempts);
  }

  ScheduleStatus waitsNoMoreFor(String run) {
    List<String> left = waiting.stream().filter(r -> !r.equals(run)).toList();
    return new ScheduleStatus(name, handled, queued, left, failed, watermark, attempts);
  }

  ScheduleStatus gaveUp(String run) {
    return new ScheduleStatus(
        name, handled, queued, waiting, and(failed, run), watermark, attempts);
  }

  ScheduleStatus attempts(int number) {
    return new ScheduleStatus(name, handled, queued, waiting, failed, watermark, number);
  }

  private static <A> List<A> and(List<A> some, A another) {
    List<A> all = new ArrayList<>(some);
    all.add(another);
    return all;
  }
}
