package dev.endolith.pipeline;

import dev.endolith.registry.ArtifactStore;
import java.time.Clock;
import java.util.List;

/** Runs pipelines and records them. Thread-safe. */
public final class Pipelines {
  private final PipelineJournal journal;
  private final ArtifactStore artifacts;
  private final Clock clock;

  /**
   * Creates a runner.
   *
   * @param journal where runs are recorded
   * @param artifacts where large outputs are kept
   * @param clock gives the times
   */
  public Pipelines(PipelineJournal journal, ArtifactStore artifacts, Clock clock) {
    this.journal = journal;
    this.artifacts = artifacts;
    this.clock = clock;
  }

  /**
   * Runs a pipeline in the calling thread, or goes on with a run that did not end: steps whose
   * outputs were kept are not done again. A run that has ended answers its result at once.
   *
   * @param pipeline the pipeline
   * @param run the run's id; the same id is the same run
   * @param <R> what the pipeline produces
   * @return the run
   * @throws dev.endolith.error.StepFailedException if a step fails; the run can be resumed
   * @throws dev.endolith.error.ConflictException if another process runs the same run
   * @throws IllegalStateException if the run was begun by a pipeline of another shape
   */
  public <R> PipelineRun<R> run(Pipeline<R> pipeline, String run) {
    return new Runner<>(pipeline, run, journal, artifacts, clock).run();
  }

  /**
   * The journal of a run.
   *
   * @param run the run's id
   * @return its lines in order, empty for an unknown run
   */
  public List<StepRecord> records(String run) {
    return journal.records(run);
  }
}
