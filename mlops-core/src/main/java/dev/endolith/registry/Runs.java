package dev.endolith.registry;

import dev.endolith.data.IdGenerator;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Experiment tracking: what was tried, with what, and what came of it. Thread-safe. */
public final class Runs {
  private final RunStore store;
  private final Clock clock;
  private final IdGenerator ids;
  private final Actor actor;

  /**
   * Creates the tracker of an actor.
   *
   * @param store where runs are kept
   * @param clock gives the times
   * @param ids gives the ids
   * @param actor who runs
   */
  public Runs(RunStore store, Clock clock, IdGenerator ids, Actor actor) {
    this.store = store;
    this.clock = clock;
    this.ids = ids;
    this.actor = actor;
  }

  /**
   * Starts a run.
   *
   * @param experiment what it belongs to, of the form of {@link Names}
   * @return the run, to be finished or failed
   */
  public Run start(String experiment) {
    return resume(experiment, ids.next().toString());
  }

  /**
   * Starts a run under an id of one's own, or goes on with it.
   *
   * @param experiment what it belongs to, of the form of {@link Names}
   * @param id the id
   * @return the run, to be finished or failed
   */
  public Run resume(String experiment, String id) {
    Names.check("experiment", experiment);
    RunRecord record =
        store
            .find(id)
            .orElseGet(
                () ->
                    new RunRecord(
                        id,
                        experiment,
                        RunRecord.Status.RUNNING,
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        environment(),
                        clock.instant(),
                        null,
                        actor.name()));
    store.save(record);
    return new Run(store, clock, record);
  }

  /**
   * A run as it stands.
   *
   * @param id its id
   * @return the run, empty if there is none
   */
  public Optional<RunRecord> find(String id) {
    return store.find(id);
  }

  /**
   * The newest runs of an experiment.
   *
   * @param experiment the experiment
   * @param limit how many at most, from 1
   * @return the runs, newest first
   */
  public List<RunRecord> recent(String experiment, int limit) {
    return store.recent(experiment, limit);
  }

  /**
   * A metric series of a run.
   *
   * @param run the run's id
   * @param metric the metric's name
   * @return its values in the order in which they were added
   */
  public List<MetricPoint> points(String run, String metric) {
    return store.points(run, metric);
  }

  private static Map<String, String> environment() {
    Runtime.Version java = Runtime.version();
    return Map.of(
        "java", java.toString(),
        "os", System.getProperty("os.name", ""),
        "arch", System.getProperty("os.arch", ""),
        "processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
  }
}
