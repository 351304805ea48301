package dev.endolith.pipeline;

/**
 * What a step will have produced: the input of other steps. A step can only take what an earlier
 * step of the same pipeline produces, so a pipeline has no cycle, and an input of the wrong type
 * does not compile.
 *
 * @param <A> the value
 */
@SuppressWarnings("UnusedTypeParameter") // the compiler checks the wiring by it
public final class StepOutput<A> {
  private final Pipeline.Builder owner;
  private final int index;

  StepOutput(Pipeline.Builder owner, int index) {
    this.owner = owner;
    this.index = index;
  }

  Pipeline.Builder owner() {
    return owner;
  }

  int index() {
    return index;
  }
}
