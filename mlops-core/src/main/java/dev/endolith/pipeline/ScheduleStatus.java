package dev.endolith.pipeline;

import java.time.Instant;
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

  ScheduleStatus handled(Instant at) {
    return new ScheduleStatus(name, at, queued, waiting, failed, watermark, 0);
  }

  ScheduleStatus queued(List<Due> dues) {
    return new ScheduleStatus(name, handled, dues, waiting, failed, watermark, attempts);
  }

  ScheduleStatus waiting(List<String> runs) {
    return new ScheduleStatus(name, handled, queued, runs, failed, watermark, attempts);
  }

  ScheduleStatus failed(List<String> runs) {
    return new ScheduleStatus(name, handled, queued, waiting, runs, watermark, attempts);
  }

  ScheduleStatus seen(String data) {
    return new ScheduleStatus(name, handled, queued, waiting, failed, data, attempts);
  }

  ScheduleStatus attempts(int number) {
    return new ScheduleStatus(name, handled, queued, waiting, failed, watermark, number);
  }
}
