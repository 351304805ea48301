package dev.endolith.registry;

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
   * The newest runs of an experiment.
   *
   * @param experiment the experiment
   * @param limit how many at most, from 1
   * @return the runs, newest first
   */
  List<RunRecord> recent(String experiment, int limit);

  /**
   * Adds values to a run's metric series.
   *
   * @param run the run's id
   * @param points the values
   */
  void append(String run, List<MetricPoint> points);

  /**
   * A metric series.
   *
   * @param run the run's id
   * @param metric the metric's name
   * @return its values in the order in which they were added
   */
  List<MetricPoint> points(String run, String metric);
}
