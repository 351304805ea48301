package dev.endolith.registry;

import dev.endolith.data.Digest;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A run that goes on. Thread-safe; each call is durable when it returns. */
public final class Run {
  private final RunStore store;
  private final Clock clock;
  private RunRecord record;

  Run(RunStore store, Clock clock, RunRecord record) {
    this.store = store;
    this.clock = clock;
    this.record = record;
  }

  /**
   * The run's id.
   *
   * @return 32 hex digits, or what the caller chose
   */
  public synchronized String id() {
    return record.id();
  }

  /**
   * Records parameters.
   *
   * @param values parameters as text
   * @return this
   * @throws IllegalArgumentException if one is already recorded with another value
   */
  public synchronized Run params(Map<String, String> values) {
    Map<String, String> all = new HashMap<>(record.params());
    values.forEach(
        (name, value) -> {
          String before = all.putIfAbsent(name, value);
          if (before != null && !before.equals(value)) {
            throw new IllegalArgumentException(
                "parameter '" + name + "' of run " + record.id() + " is already recorded");
          }
        });
    return save(
        record.status(), all, record.tags(), record.inputs(), record.outputs(), record.endedAt());
  }

  /**
   * Records one value of a metric.
   *
   * @param name the metric
   * @param step where in the run, from 0
   * @param value the value
   * @return this
   */
  public Run metric(String name, long step, double value) {
    store.append(id(), List.of(new MetricPoint(name, step, value, clock.instant())));
    return this;
  }

  /**
   * Sets a tag.
   *
   * @param name the tag
   * @param value its value
   * @return this
   */
  public synchronized Run tag(String name, String value) {
    return save(
        record.status(),
        record.params(),
        with(record.tags(), name, value),
        record.inputs(),
        record.outputs(),
        record.endedAt());
  }

  /**
   * Records what the run read.
   *
   * @param role the data's role
   * @param fingerprint its fingerprint
   * @return this
   */
  public synchronized Run input(String role, Digest fingerprint) {
    return save(
        record.status(),
        record.params(),
        record.tags(),
        with(record.inputs(), role, fingerprint),
        record.outputs(),
        record.endedAt());
  }

  /**
   * Records what the run made.
   *
   * @param role its role
   * @param what a name, for example of a version
   * @return this
   */
  public synchronized Run output(String role, String what) {
    return save(
        record.status(),
        record.params(),
        record.tags(),
        record.inputs(),
        with(record.outputs(), role, what),
        record.endedAt());
  }

  /** Ends the run well. */
  public synchronized void finish() {
    end(RunRecord.Status.FINISHED);
  }

  /**
   * Ends the run with an error.
   *
   * @param why a sentence for people
   */
  public synchronized void fail(String why) {
    tag("failure", why);
    end(RunRecord.Status.FAILED);
  }

  private void end(RunRecord.Status status) {
    save(
        status, record.params(), record.tags(), record.inputs(), record.outputs(), clock.instant());
  }

  private static <V> Map<String, V> with(Map<String, V> map, String name, V value) {
    Map<String, V> changed = new HashMap<>(map);
    changed.put(name, value);
    return changed;
  }

  private Run save(
      RunRecord.Status status,
      Map<String, String> params,
      Map<String, String> tags,
      Map<String, Digest> inputs,
      Map<String, String> outputs,
      java.time.@Nullable Instant endedAt) {
    record =
        new RunRecord(
            record.id(),
            record.experiment(),
            status,
            params,
            tags,
            inputs,
            outputs,
            record.environment(),
            record.startedAt(),
            endedAt,
            record.startedBy());
    store.save(record);
    return this;
  }
}
