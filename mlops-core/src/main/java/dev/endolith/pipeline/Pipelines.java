package dev.endolith.pipeline;

import dev.endolith.data.CanonicalJson;
import dev.endolith.error.ConflictException;
import dev.endolith.error.NotFoundException;
import dev.endolith.pipeline.StepRecord.Outcome;
import dev.endolith.registry.Actor;
import dev.endolith.registry.ArtifactStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs pipelines and records them. Thread-safe. Steps that can be done at the same time are, on
 * threads that exist while there is something to do and end with {@link #close()}.
 */
public final class Pipelines implements AutoCloseable {
  private final Engine engine;
  private final Actor actor;
  private final Workers workers;

  private Pipelines(Engine engine, Actor actor, Workers workers) {
    this.engine = engine;
    this.actor = actor;
    this.workers = workers;
  }

  /** What all runs share. */
  record Engine(
      PipelineJournal journal,
      ArtifactStore artifacts,
      Clock clock,
      Executor executor,
      int parallelism,
      Resources resources,
      @Nullable StepCache cache,
      List<PipelineListener> listeners) {}

  /**
   * Starts a runner of pipelines.
   *
   * @param journal where runs are recorded
   * @param artifacts where large outputs are kept
   * @return a builder
   */
  public static Builder builder(PipelineJournal journal, ArtifactStore artifacts) {
    return new Builder(journal, artifacts);
  }

  /**
   * The same in another's name, for answers.
   *
   * @param principal who answers
   * @return a view; closing it closes this
   */
  public Pipelines as(Actor principal) {
    return new Pipelines(engine, principal, workers);
  }

  /**
   * Runs a pipeline, or goes on with a run that did not end: steps whose outputs were kept are not
   * done again. A run that has ended answers its result at once.
   *
   * @param pipeline the pipeline
   * @param run the run's id; the same id is the same run
   * @param <R> what the pipeline produces
   * @return how it came out
   * @throws dev.endolith.error.StepFailedException if a step fails; the run can be resumed
   * @throws dev.endolith.error.ConflictException if another process runs the same run
   * @throws IllegalStateException if the run was begun by a pipeline of another shape
   */
  public <R> PipelineRun<R> run(Pipeline<R> pipeline, String run) {
    return prepare(pipeline, run).run();
  }

  /**
   * Prepares a run with arguments and options, or the resumption of one.
   *
   * @param pipeline the pipeline
   * @param run the run's id; the same id is the same run
   * @param <R> what the pipeline produces
   * @return the run, to be begun
   */
  public <R> RunRequest<R> prepare(Pipeline<R> pipeline, String run) {
    return new RunRequest<>(engine, pipeline, run);
  }

  Engine engine() {
    return engine;
  }

  /**
   * The journal of a run.
   *
   * @param run the run's id
   * @return its lines in order, empty for an unknown run
   */
  public List<StepRecord> records(String run) {
    return engine.journal().records(run);
  }

  /**
   * The runs that were begun and have not ended: their process died, their time was over, or they
   * wait for people.
   *
   * @return their ids in alphabetical order
   */
  public List<String> unfinished() {
    return engine.journal().unfinished();
  }

  /**
   * What people are asked in a run.
   *
   * @param run the run's id
   * @return the open questions, by path
   */
  public List<Question> questions(String run) {
    return Past.open(run, records(run));
  }

  /**
   * Agrees, in this actor's name. A run that waits goes on when it is run again; one that is under
   * way hears of it with its next commit.
   *
   * @param run the run's id
   * @param step the path of the approval
   * @param reason why
   * @throws NotFoundException if the run does not ask this
   * @throws IllegalStateException if this actor has none of the roles
   */
  public void approve(String run, String step, String reason) {
    answer(run, step, true, reason);
  }

  /**
   * Rejects, in this actor's name: the run will end as {@link PipelineRun.Refused}.
   *
   * @param run the run's id
   * @param step the path of the approval
   * @param reason why
   * @throws NotFoundException if the run does not ask this
   * @throws IllegalStateException if this actor has none of the roles
   */
  public void reject(String run, String step, String reason) {
    answer(run, step, false, reason);
  }

  private void answer(String run, String step, boolean approved, String reason) {
    append(
        run,
        records -> {
          Question question =
              Past.open(run, records).stream()
                  .filter(q -> q.step().equals(step))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new NotFoundException(
                              "question",
                              step,
                              "run '"
                                  + run
                                  + "' asks nothing at '"
                                  + step
                                  + "'; it asks at "
                                  + Past.open(run, records).stream().map(Question::step).toList()));
          if (!question.roles().isEmpty()
              && actor.roles().stream().noneMatch(question.roles()::contains)) {
            throw new IllegalStateException(
                "'"
                    + actor.name()
                    + "' has none of the roles "
                    + question.roles()
                    + " that decide at '"
                    + step
                    + "'; use a view bound to who decides: as(Actor)");
          }
          Answer answer =
              new Answer(actor.name(), actor.roles(), approved, reason, engine.clock().instant());
          return line(step, Outcome.ANSWERED, CanonicalJson.write(answer));
        });
  }

  /**
   * Asks a run to end, whichever process runs it: it hears of it with its next commit. A run that
   * nobody runs ends when it is run next.
   *
   * @param run the run's id
   */
  public void cancel(String run) {
    append(run, records -> line("", Outcome.CANCEL_REQUESTED, ""));
  }

  /**
   * Says that a step which is done at most once was done, and what its output is.
   *
   * @param run the run's id
   * @param step the step's path
   * @param value how its output is kept, as in the pipeline
   * @param output its output
   * @param <A> its output
   * @throws NotFoundException if the step has not begun, or has an outcome
   */
  public <A> void settleDone(String run, String step, StepValue<A> value, A output) {
    Values values = new Values(engine.artifacts(), run, () -> false);
    String kept = values.keep(Steps.kept("the output of step '" + step + "'", value), output);
    settle(run, step, line(step, Outcome.SUCCEEDED, kept));
  }

  /**
   * Says that a step which is done at most once was not done, so that it is begun again.
   *
   * @param run the run's id
   * @param step the step's path
   * @throws NotFoundException if the step has not begun, or has an outcome
   */
  public void settleNotDone(String run, String step) {
    settle(run, step, line(step, Outcome.NOT_DONE, ""));
  }

  private void settle(String run, String step, StepRecord line) {
    append(
        run,
        records -> {
          if (!Past.isUnsettled(records, step)) {
            throw new NotFoundException(
                "step", step, "step '" + step + "' of run '" + run + "' has nothing to settle");
          }
          return line;
        });
  }

  private interface Line {
    StepRecord after(List<StepRecord> records);
  }

  private void append(String run, Line line) {
    while (true) {
      List<StepRecord> records = records(run);
      if (records.isEmpty()) {
        throw new NotFoundException("run", run, "there is no run '" + run + "'");
      }
      try {
        engine.journal().append(run, records.size(), List.of(line.after(records)));
        return;
      } catch (ConflictException e) {
        // the run went on meanwhile: look again
      }
    }
  }

  private StepRecord line(String step, Outcome outcome, String value) {
    return new StepRecord(step, outcome, value, engine.clock().instant());
  }

  /** Ends the threads; steps that are under way are interrupted, and their runs can be resumed. */
  @Override
  public void close() {
    workers.close();
  }

  /** Builds a runner of pipelines. Confined to one thread. */
  public static final class Builder {
    private final PipelineJournal journal;
    private final ArtifactStore artifacts;
    private final Map<String, Integer> resources = new TreeMap<>();
    private final List<PipelineListener> listeners = new ArrayList<>();
    private Clock clock = Clock.systemUTC();
    private @Nullable Executor executor;
    private @Nullable StepCache cache;
    private int parallelism = Runtime.getRuntime().availableProcessors();

    private Builder(PipelineJournal journal, ArtifactStore artifacts) {
      this.journal = journal;
      this.artifacts = artifacts;
    }

    /**
     * Gives the times that are recorded.
     *
     * @param time by default the system's clock
     * @return this
     */
    public Builder clock(Clock time) {
      this.clock = time;
      return this;
    }

    /**
     * Does steps on threads of the host.
     *
     * @param threads enough of them for the runs and their steps; not shut down with this
     * @return this
     */
    public Builder executor(Executor threads) {
      this.executor = threads;
      return this;
    }

    /**
     * Limits how many steps of a run are done at a time.
     *
     * @param steps from 1, by default the number of processors
     * @return this
     * @throws IllegalArgumentException if less than 1
     */
    public Builder parallelism(int steps) {
      if (steps < 1) {
        throw new IllegalArgumentException("parallelism must be at least 1, was " + steps);
      }
      this.parallelism = steps;
      return this;
    }

    /**
     * Declares something of which there are only so many units, for {@link Step#uses}.
     *
     * @param name what it is called
     * @param units how many there are, from 1
     * @return this
     * @throws IllegalArgumentException if there are none
     */
    public Builder resource(String name, int units) {
      if (units < 1) {
        throw new IllegalArgumentException(
            "resource '" + name + "' must have at least 1 unit, was " + units);
      }
      resources.put(name, units);
      return this;
    }

    /**
     * Declares several resources.
     *
     * @param units how many units there are of what, each from 1
     * @return this
     */
    public Builder resources(Map<String, Integer> units) {
      units.forEach(this::resource);
      return this;
    }

    /**
     * Keeps outputs of cached steps beyond a run.
     *
     * @param stepCache the cache
     * @return this
     */
    public Builder cache(StepCache stepCache) {
      this.cache = stepCache;
      return this;
    }

    /**
     * Tells someone of all runs.
     *
     * @param listener who is told
     * @return this
     */
    public Builder listener(PipelineListener listener) {
      listeners.add(listener);
      return this;
    }

    /**
     * Builds it.
     *
     * @return the runner, to be closed
     */
    public Pipelines build() {
      Workers workers = new Workers();
      Engine engine =
          new Engine(
              journal,
              artifacts,
              clock,
              executor == null ? workers : executor,
              parallelism,
              new Resources(resources),
              cache,
              List.copyOf(listeners));
      return new Pipelines(engine, Actor.SYSTEM, workers);
    }
  }
}
