package dev.endolith.pipeline;

import java.io.Serializable;
import java.util.List;

/**
 * What a step does, by the number of its inputs. A body may throw anything. Bodies are called from
 * several threads if a pipeline is run several times, or over the items of a list.
 *
 * <p>Bodies are serializable only so that the code of a lambda can be found for {@link StepCache};
 * nothing is ever serialized.
 */
public sealed interface StepBody extends Serializable {
  /**
   * A step with no inputs.
   *
   * @param <R> what it produces
   */
  @FunctionalInterface
  non-sealed interface Of0<R> extends StepBody {
    /**
     * Does the step.
     *
     * @return its output, never null
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
  non-sealed interface Of1<A, R> extends StepBody {
    /**
     * Does the step.
     *
     * @param a its input
     * @return its output, never null
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
  non-sealed interface Of2<A, B, R> extends StepBody {
    /**
     * Does the step.
     *
     * @param a its first input
     * @param b its second input
     * @return its output, never null
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
  non-sealed interface Of3<A, B, C, R> extends StepBody {
    /**
     * Does the step.
     *
     * @param a its first input
     * @param b its second input
     * @param c its third input
     * @return its output, never null
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
  non-sealed interface Of4<A, B, C, D, R> extends StepBody {
    /**
     * Does the step.
     *
     * @param a its first input
     * @param b its second input
     * @param c its third input
     * @param d its fourth input
     * @return its output, never null
     * @throws Exception if it fails
     */
    R run(A a, B b, C c, D d) throws Exception;
  }

  /**
   * A step with five inputs.
   *
   * @param <A> its first input
   * @param <B> its second input
   * @param <C> its third input
   * @param <D> its fourth input
   * @param <E> its fifth input
   * @param <R> what it produces
   */
  @FunctionalInterface
  non-sealed interface Of5<A, B, C, D, E, R> extends StepBody {
    /**
     * Does the step.
     *
     * @param a its first input
     * @param b its second input
     * @param c its third input
     * @param d its fourth input
     * @param e its fifth input
     * @return its output, never null
     * @throws Exception if it fails
     */
    R run(A a, B b, C c, D d, E e) throws Exception;
  }

  /**
   * A step with six inputs.
   *
   * @param <A> its first input
   * @param <B> its second input
   * @param <C> its third input
   * @param <D> its fourth input
   * @param <E> its fifth input
   * @param <F> its sixth input
   * @param <R> what it produces
   */
  @FunctionalInterface
  non-sealed interface Of6<A, B, C, D, E, F, R> extends StepBody {
    /**
     * Does the step.
     *
     * @param a its first input
     * @param b its second input
     * @param c its third input
     * @param d its fourth input
     * @param e its fifth input
     * @param f its sixth input
     * @return its output, never null
     * @throws Exception if it fails
     */
    R run(A a, B b, C c, D d, E e, F f) throws Exception;
  }

  /**
   * A step with seven inputs.
   *
   * @param <A> its first input
   * @param <B> its second input
   * @param <C> its third input
   * @param <D> its fourth input
   * @param <E> its fifth input
   * @param <F> its sixth input
   * @param <G> its seventh input
   * @param <R> what it produces
   */
  @FunctionalInterface
  non-sealed interface Of7<A, B, C, D, E, F, G, R> extends StepBody {
    /**
     * Does the step.
     *
     * @param a its first input
     * @param b its second input
     * @param c its third input
     * @param d its fourth input
     * @param e its fifth input
     * @param f its sixth input
     * @param g its seventh input
     * @return its output, never null
     * @throws Exception if it fails
     */
    R run(A a, B b, C c, D d, E e, F f, G g) throws Exception;
  }

  /**
   * A step with eight inputs.
   *
   * @param <A> its first input
   * @param <B> its second input
   * @param <C> its third input
   * @param <D> its fourth input
   * @param <E> its fifth input
   * @param <F> its sixth input
   * @param <G> its seventh input
   * @param <H> its eighth input
   * @param <R> what it produces
   */
  @FunctionalInterface
  non-sealed interface Of8<A, B, C, D, E, F, G, H, R> extends StepBody {
    /**
     * Does the step.
     *
     * @param a its first input
     * @param b its second input
     * @param c its third input
     * @param d its fourth input
     * @param e its fifth input
     * @param f its sixth input
     * @param g its seventh input
     * @param h its eighth input
     * @return its output, never null
     * @throws Exception if it fails
     */
    R run(A a, B b, C c, D d, E e, F f, G g, H h) throws Exception;
  }

  /**
   * A step whose inputs are of one type, as many as there are.
   *
   * @param <A> an input
   * @param <R> what it produces
   */
  @FunctionalInterface
  non-sealed interface OfList<A, R> extends StepBody {
    /**
     * Does the step.
     *
     * @param inputs its inputs in the order in which they were given
     * @return its output, never null
     * @throws Exception if it fails
     */
    R run(List<A> inputs) throws Exception;
  }

  /**
   * What a step answers after its last failure.
   *
   * @param <R> what it produces
   */
  @FunctionalInterface
  non-sealed interface Recovery<R> extends StepBody {
    /**
     * Answers in place of the step.
     *
     * @param failure why the step failed
     * @return the output, never null
     * @throws Exception if there is none after all
     */
    R run(Throwable failure) throws Exception;
  }
}
