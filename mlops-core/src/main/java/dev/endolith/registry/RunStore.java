package dev.endolith.registry;

import dev.endolith.query.Page;
import dev.endolith.query.Query;
import java.util.List;
import java.util.Optional;

/** Where runs are kept. SPI: users call {@link Runs}. Thread-safe. */
public interface RunStore {
  /**
   * Writes a run in place of its earlier form.
   *
   * @param run the run
   */
  void save(RunRecord run);

  /**
   * A run.
   *
   * @param id its id
   * @return the run, empty if there is none
   */
  Optional<RunRecord> find(String id);

  /**
   * Searches runs.
   *
   * @param query which
   * @return a page, newest first; {@link Page#next} is an id
   * @throws IllegalArgumentException if the query goes on after what is no run
   */
  Page<RunRecord> runs(Query<RunField> query);

  /**
   * Adds values to a run's metric series.
   *
   * @param run the run's id
   * @param points the values
   */
  void append(String run, List<MetricPoint> points);

  /**
   * Some values of a metric series, in the order in which they were added.
   *
   * @param run the run's id
   * @param metric the metric's name
   * @param after goes on after the page that had this as its {@link Page#next}; empty for the first
   * @param limit how many at most, from 1
   * @return the values
   * @throws IllegalArgumentException if no page gave the position
   */
  Page<MetricPoint> points(String run, String metric, String after, int limit);
}
