package dev.endolith.pipeline;

/**
 * What a step will have produced: the input of other steps. A step can only take what was declared
 * before it, so a pipeline has no cycle, and an input of the wrong type does not compile.
 *
 * @param <A> the value
 */
@SuppressWarnings("UnusedTypeParameter") // the compiler checks the wiring by it
public sealed class StepOutput<A> permits Parameter {
  private final Scope scope;
  private final int index;

  StepOutput(Scope scope, int index) {
    this.scope = scope;
    this.index = index;
  }

  final Scope scope() {
    return scope;
  }

  final int index() {
    return index;
  }
}
