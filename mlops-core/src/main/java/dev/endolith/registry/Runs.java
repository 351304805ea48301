package dev.endolith.registry;

import dev.endolith.data.IdGenerator;
import dev.endolith.query.Page;
import dev.endolith.query.Query;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Experiment tracking: what was tried, with what, and what came of it. Thread-safe. */
public final class Runs {
  private static final int POINTS = 10_000;

  private final RunStore store;
  private final Clock clock;
  private final IdGenerator ids;
  private final Actor actor;
  private final Supplier<Map<String, String>> environment;
  private final Heartbeat heartbeat;

  /**
   * Creates the tracker of an actor.
   *
   * @param store where runs are kept
   * @param clock gives the times
   * @param ids gives the ids
   * @param actor who runs
   * @param environment what a run ran on, asked at its start
   * @param heartbeat says that runs are alive
   */
  public Runs(
      RunStore store,
      Clock clock,
      IdGenerator ids,
      Actor actor,
      Supplier<Map<String, String>> environment,
      Heartbeat heartbeat) {
    this.store = store;
    this.clock = clock;
    this.ids = ids;
    this.actor = actor;
    this.environment = environment;
    this.heartbeat = heartbeat;
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
   * Starts a run that is part of another.
   *
   * @param parent the other run
   * @param experiment what it belongs to, of the form of {@link Names}
   * @return the run, to be finished or failed
   */
  public Run startWithin(Run parent, String experiment) {
    return resume(experiment, ids.next().toString(), parent.id());
  }

  /**
   * Starts a run under an id of one's own, or goes on with it.
   *
   * @param experiment what it belongs to, of the form of {@link Names}
   * @param id the id
   * @return the run, to be finished or failed
   */
  public Run resume(String experiment, String id) {
    return resume(experiment, id, "");
  }

  private Run resume(String experiment, String id, String parent) {
    Names.check("experiment", experiment);
    Instant now = clock.instant();
    String self = ProcessIdentity.current();
    RunRecord record =
        store
            .find(id)
            .map(known -> known.heldBy(self, now.plus(Run.LIFE)))
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
                        environment.get(),
                        now,
                        null,
                        actor.name(),
                        parent,
                        self,
                        now.plus(Run.LIFE)));
    store.save(record);
    Run run = new Run(store, clock, record);
    heartbeat.add(run);
    return run;
  }

  /**
   * Keeps a run as another workspace had it. One of that id that is here already stays as it is.
   *
   * @param run the run
   * @return whether it was not here
   */
  public boolean adopt(RunRecord run) {
    Names.check("experiment", run.experiment());
    if (store.find(run.id()).isPresent()) {
      return false;
    }
    store.save(run);
    return true;
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
   * Searches runs.
   *
   * @param query which
   * @return a page, newest first
   */
  public Page<RunRecord> search(Query<RunField> query) {
    return store.runs(query);
  }

  /**
   * The newest runs of an experiment.
   *
   * @param experiment the experiment
   * @param limit how many at most, 1 to {@link Query#MAX_LIMIT}
   * @return the runs, newest first
   */
  public List<RunRecord> recent(String experiment, int limit) {
    return store.runs(Query.where(RunField.EXPERIMENT.is(experiment)).limit(limit)).items();
  }

  /**
   * The runs that are part of another.
   *
   * @param id the other run's id
   * @return up to {@link Query#MAX_LIMIT} runs, newest first
   */
  public List<RunRecord> within(String id) {
    return store.runs(Query.where(RunField.PARENT.is(id)).limit(Query.MAX_LIMIT)).items();
  }

  /**
   * A metric series of a run.
   *
   * @param run the run's id
   * @param metric the metric's name
   * @return all its values in the order in which they were added
   */
  public List<MetricPoint> points(String run, String metric) {
    List<MetricPoint> all = new ArrayList<>();
    String after = "";
    do {
      Page<MetricPoint> page = store.points(run, metric, after, POINTS);
      all.addAll(page.items());
      after = page.next();
    } while (!after.isEmpty());
    return List.copyOf(all);
  }

  /**
   * Some values of a metric series, for one that is too long to hold.
   *
   * @param run the run's id
   * @param metric the metric's name
   * @param after goes on after the page that had this as its {@link Page#next}; empty for the first
   * @param limit how many at most, from 1
   * @return the values in the order in which they were added
   */
  public Page<MetricPoint> points(String run, String metric, String after, int limit) {
    return store.points(run, metric, after, limit);
  }

  /**
   * Marks runs as killed whose process has ended, on this machine, or has given no sign for a
   * minute, on another.
   *
   * @return the runs that were marked
   */
  public List<RunRecord> reap() {
    Instant now = clock.instant();
    String self = ProcessIdentity.current();
    List<RunRecord> reaped = new ArrayList<>();
    Query<RunField> query =
        Query.where(RunField.STATUS.is(RunRecord.Status.RUNNING)).limit(Query.MAX_LIMIT);
    while (true) {
      Page<RunRecord> page = store.runs(query);
      for (RunRecord run : page.items()) {
        boolean mine = run.holder().equals(self);
        if (!mine
            && (run.aliveUntil().isBefore(now) || ProcessIdentity.isDead(run.holder(), self))) {
          RunRecord killed = run.with(RunRecord.Status.KILLED, now, run.aliveUntil());
          store.save(killed);
          reaped.add(killed);
        }
      }
      if (page.next().isEmpty()) {
        return List.copyOf(reaped);
      }
      query = query.after(page.next());
    }
  }
}
