package dev.endolith.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * What a run is told when it begins, and what it is recorded with: an input of steps like any
 * other.
 *
 * @param <A> the value
 */
public final class Parameter<A> extends StepOutput<A> {
  private final String name;
  private final StepValue.Kept<A> value;
  private final @Nullable A otherwise;

  Parameter(Scope scope, int index, String name, StepValue.Kept<A> value, @Nullable A otherwise) {
    super(scope, index);
    this.name = name;
    this.value = value;
    this.otherwise = otherwise;
  }

  /**
   * The parameter's name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  StepValue.Kept<A> value() {
    return value;
  }

  /** The value of a run that does not say it, null if each must. */
  @Nullable A otherwise() {
    return otherwise;
  }
}
