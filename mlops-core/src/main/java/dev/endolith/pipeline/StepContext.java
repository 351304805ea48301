package dev.endolith.pipeline;

import java.util.function.BooleanSupplier;

/**
 * What a step may know about the run that it is part of: an input that {@link Steps#context()}
 * gives. Immutable, thread-safe.
 *
 * @param run the run's id
 * @param step the step's path in the run, for example {@code folds/3/train}
 * @param attempt which attempt this is in this process, from 1
 * @param cancelled whether the run should end: a step that works for long asks now and then
 */
public record StepContext(String run, String step, int attempt, BooleanSupplier cancelled) {
  /**
   * Names what this step does in this run: the same for every attempt, also after a crash. Effects
   * outside pass it on as their idempotency key.
   *
   * @return the key
   */
  public String key() {
    return run + "/" + step;
  }

  /**
   * Ends the step if the run should end.
   *
   * @throws InterruptedException if the run is cancelled or its time is over
   */
  public void check() throws InterruptedException {
    if (cancelled.getAsBoolean()) {
      throw new InterruptedException("the run is to end");
    }
  }
}
