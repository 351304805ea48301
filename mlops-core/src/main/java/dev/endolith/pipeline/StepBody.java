package dev.endolith.pipeline;

/** What a step does, by the number of its inputs. A body may throw anything. */
public final class StepBody {
  private StepBody() {}

  /**
   * A step without inputs.
   *
   * @param <R> what it produces
   */
  @FunctionalInterface
  public interface Of0<R> {
    /**
     * Does the step.
     *
     * @return its output
     * @throws Exception if it fails
     */
    R run() throws Exception;
  }

  /**
   * A step with one input.
   *
   * @param <A> its input
   * @param <R> what it produces
   */
  @FunctionalInterface
  public interface Of1<A, R> {
    /**
     * Does the step.
     *
     * @param a its input
     * @return its output
     * @throws Exception if it fails
     */
    R run(A a) throws Exception;
  }

  /**
   * A step with two inputs.
   *
   * @param <A> its first input
   * @param <B> its second input
   * @param <R> what it produces
   */
  @FunctionalInterface
  public interface Of2<A, B, R> {
    /**
     * Does the step.
     *
     * @param a its first input
     * @param b its second input
     * @return its output
     * @throws Exception if it fails
     */
    R run(A a, B b) throws Exception;
  }

  /**
   * A step with three inputs.
   *
   * @param <A> its first input
   * @param <B> its second input
   * @param <C> its third input
   * @param <R> what it produces
   */
  @FunctionalInterface
  public interface Of3<A, B, C, R> {
    /**
     * Does the step.
     *
     * @param a its first input
     * @param b its second input
     * @param c its third input
     * @return its output
     * @throws Exception if it fails
     */
    R run(A a, B b, C c) throws Exception;
  }

  /**
   * A step with four inputs.
   *
   * @param <A> its first input
   * @param <B> its second input
   * @param <C> its third input
   * @param <D> its fourth input
   * @param <R> what it produces
   */
  @FunctionalInterface
  public interface Of4<A, B, C, D, R> {
    /**
     * Does the step.
     *
     * @param a its first input
     * @param b its second input
     * @param c its third input
     * @param d its fourth input
     * @return its output
     * @throws Exception if it fails
     */
    R run(A a, B b, C c, D d) throws Exception;
  }
}
