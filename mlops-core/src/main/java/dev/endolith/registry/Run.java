package dev.endolith.registry;

import dev.endolith.data.Digest;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A run that goes on. Thread-safe; each call is durable when it returns. While its process lives it
 * counts as alive; if that ends first, the run is marked as killed.
 */
public final class Run implements AutoCloseable {
  /** How long a run on another machine counts as alive without a sign. */
  static final Duration LIFE = Duration.ofSeconds(60);

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
    return save(record.withParams(all));
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
    return metrics(List.of(new MetricPoint(name, step, value, clock.instant())));
  }

  /**
   * Records many values of metrics in one write.
   *
   * @param points the values
   * @return this
   */
  public Run metrics(List<MetricPoint> points) {
    store.append(id(), points);
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
    return save(record.withTags(with(record.tags(), name, value)));
  }

  /**
   * Records what the run read.
   *
   * @param role the data's role
   * @param fingerprint its fingerprint
   * @return this
   */
  public synchronized Run input(String role, Digest fingerprint) {
    return save(record.withInputs(with(record.inputs(), role, fingerprint)));
  }

  /**
   * Records what the run made.
   *
   * @param role its role
   * @param what a name, for example of a version
   * @return this
   */
  public synchronized Run output(String role, String what) {
    return save(record.withOutputs(with(record.outputs(), role, what)));
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
    record = record.withTags(with(record.tags(), "failure", why));
    end(RunRecord.Status.FAILED);
  }

  /** Ends the run as failed, unless it was ended. */
  @Override
  public synchronized void close() {
    if (record.status() == RunRecord.Status.RUNNING) {
      fail("it was closed before it was finished");
    }
  }

  synchronized boolean ended() {
    return record.status() != RunRecord.Status.RUNNING;
  }

  /** Says that the run is alive. */
  synchronized void beat() {
    if (record.status() == RunRecord.Status.RUNNING) {
      save(record);
    }
  }

  private void end(RunRecord.Status status) {
    record = record.with(status, clock.instant(), record.aliveUntil());
    store.save(record);
  }

  private static <V> Map<String, V> with(Map<String, V> map, String name, V value) {
    Map<String, V> changed = new HashMap<>(map);
    changed.put(name, value);
    return changed;
  }

  private Run save(RunRecord changed) {
    record = changed.with(changed.status(), changed.endedAt(), clock.instant().plus(LIFE));
    store.save(record);
    return this;
  }
}
