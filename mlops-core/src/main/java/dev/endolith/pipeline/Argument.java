package dev.endolith.pipeline;

/**
 * What a parameter of an included pipeline is. Immutable.
 *
 * @param parameter the parameter
 * @param value what it is
 * @param <A> the value
 */
public record Argument<A>(Parameter<A> parameter, StepOutput<? extends A> value) {
  /**
   * Says what a parameter is.
   *
   * @param parameter the parameter of the included pipeline
   * @param value an output of the pipeline around it
   * @param <A> the value
   * @return the argument
   */
  public static <A> Argument<A> of(Parameter<A> parameter, StepOutput<? extends A> value) {
    return new Argument<>(parameter, value);
  }
}
