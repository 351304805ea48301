package dev.endolith.pipeline;

/**
 * Is told what happens in a run, on the run's thread and in order. A failure is logged once per
 * class and run, and does not reach the run.
 */
@FunctionalInterface
public interface PipelineListener {
  /**
   * Hears what happened; returns soon.
   *
   * @param event what happened
   */
  void on(PipelineEvent event);
}
