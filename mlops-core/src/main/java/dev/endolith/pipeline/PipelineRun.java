package dev.endolith.pipeline;

import java.util.List;

/**
 * A run that has ended well. Immutable.
 *
 * @param id the run's id
 * @param result what the pipeline produced
 * @param done the steps that were done in this call, in order
 * @param resumed the steps whose kept outputs were used, in order
 * @param <R> what the pipeline produces
 */
public record PipelineRun<R>(String id, R result, List<String> done, List<String> resumed) {
  /**
   * Copies the lists.
   *
   * @param id the run's id
   * @param result what the pipeline produced
   * @param done the steps that were done in this call, in order
   * @param resumed the steps whose kept outputs were used, in order
   */
  public PipelineRun {
    done = List.copyOf(done);
    resumed = List.copyOf(resumed);
  }
}
