package dev.endolith.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A step that is being added: how it is done, and, last, what it {@code does}. Confined to one
 * thread.
 *
 * <pre>{@code
 * StepOutput<Model> model =
 *     steps.step("train", MODEL)
 *         .retry(RetryPolicy.attempts(3).backoff(Duration.ofSeconds(1), 2).on(IOException.class))
 *         .timeout(Duration.ofMinutes(10))
 *         .cached()
 *         .does(rows, depth, (r, d) -> Trees.train(r, d));
 * }</pre>
 *
 * @param <R> what it produces
 */
public final class Step<R> {
  private final Scope scope;
  private final String name;
  private final StepValue<R> value;
  private final Map<String, Integer> resources = new TreeMap<>();
  private RetryPolicy retry = RetryPolicy.none();
  private @Nullable Duration timeout;
  private @Nullable Predicate<Throwable> caught;
  private StepBody.@Nullable Recovery<R> recovery;
  private @Nullable String cacheLabel;
  private boolean once;

  Step(Scope scope, String name, StepValue<R> value) {
    this.scope = scope;
    this.name = name;
    this.value = value;
  }

  /**
   * Tries it again when it fails.
   *
   * @param policy how often, when, and after which failures
   * @return this
   */
  public Step<R> retry(RetryPolicy policy) {
    retry = policy;
    return this;
  }

  /**
   * Interrupts an attempt that takes too long, and counts it as a {@link
   * java.util.concurrent.TimeoutException}. A body that does not heed the interruption goes on in
   * its thread, and what it answers is dropped.
   *
   * @param limit how long an attempt may take, at least a millisecond
   * @return this
   * @throws IllegalArgumentException if the limit is shorter than a millisecond
   */
  public Step<R> timeout(Duration limit) {
    if (limit.toMillis() < 1) {
      throw new IllegalArgumentException(
          "the timeout of step '" + name + "' must be at least 1 ms, was " + limit);
    }
    timeout = limit;
    return this;
  }

  /**
   * Answers a value in its place when it has failed for good.
   *
   * @param failure after which failures, with all that extend them
   * @param recovery makes the value
   * @return this
   */
  public Step<R> recover(Class<? extends Throwable> failure, StepBody.Recovery<R> recovery) {
    caught = failure::isInstance;
    this.recovery = recovery;
    return this;
  }

  /**
   * Holds units of a resource while it is done, so that not too many steps use it at a time, over
   * all runs of the same {@link Pipelines}.
   *
   * @param resource a resource that {@link Pipelines.Builder#resource} declares
   * @param units how many, from 1
   * @return this
   * @throws IllegalArgumentException if there are no units
   */
  public Step<R> uses(String resource, int units) {
    if (units < 1) {
      throw new IllegalArgumentException(
          "step '" + name + "' must use at least 1 unit of '" + resource + "', was " + units);
    }
    resources.merge(resource, units, Integer::sum);
    return this;
  }

  /**
   * Takes its output from the {@link StepCache} if its inputs, its code and all that it reaches,
   * and the environment are the same as before.
   *
   * @return this
   */
  public Step<R> cached() {
    return cached("");
  }

  /**
   * Takes its output from the {@link StepCache}, with a label for what the cache cannot see, such
   * as the version of a service that the step asks.
   *
   * @param label another label is another result
   * @return this
   */
  public Step<R> cached(String label) {
    cacheLabel = label;
    return this;
  }

  /**
   * Never begins it a second time in a run, for effects outside that have no idempotency key. If
   * the process ends while it is done, or it fails, nobody knows whether the effect happened: the
   * run is then {@link PipelineRun.Unsettled} until someone who has looked says it.
   *
   * @return this
   */
  public Step<R> atMostOnce() {
    once = true;
    return this;
  }

  /**
   * Says what the step does, without inputs.
   *
   * @param body what it does
   * @return its output
   */
  public StepOutput<R> does(StepBody.Of0<R> body) {
    return add(List.of(), body, inputs -> body.run());
  }

  /**
   * Says what the step does, with one input.
   *
   * @param a its input
   * @param body what it does
   * @param <A> its input
   * @return its output
   */
  public <A> StepOutput<R> does(StepOutput<A> a, StepBody.Of1<? super A, R> body) {
    return add(List.of(a), body, inputs -> body.run(at(inputs, 0)));
  }

  /**
   * Says what the step does, with two inputs.
   *
   * @param a its first input
   * @param b its second input
   * @param body what it does
   * @param <A> its first input
   * @param <B> its second input
   * @return its output
   */
  public <A, B> StepOutput<R> does(
      StepOutput<A> a, StepOutput<B> b, StepBody.Of2<? super A, ? super B, R> body) {
    return add(List.of(a, b), body, inputs -> body.run(at(inputs, 0), at(inputs, 1)));
  }

  /**
   * Says what the step does, with three inputs.
   *
   * @param a its first input
   * @param b its second input
   * @param c its third input
   * @param body what it does
   * @param <A> its first input
   * @param <B> its second input
   * @param <C> its third input
   * @return its output
   */
  public <A, B, C> StepOutput<R> does(
      StepOutput<A> a,
      StepOutput<B> b,
      StepOutput<C> c,
      StepBody.Of3<? super A, ? super B, ? super C, R> body) {
    return add(
        List.of(a, b, c), body, inputs -> body.run(at(inputs, 0), at(inputs, 1), at(inputs, 2)));
  }

  /**
   * Says what the step does, with four inputs.
   *
   * @param a its first input
   * @param b its second input
   * @param c its third input
   * @param d its fourth input
   * @param body what it does
   * @param <A> its first input
   * @param <B> its second input
   * @param <C> its third input
   * @param <D> its fourth input
   * @return its output
   */
  public <A, B, C, D> StepOutput<R> does(
      StepOutput<A> a,
      StepOutput<B> b,
      StepOutput<C> c,
      StepOutput<D> d,
      StepBody.Of4<? super A, ? super B, ? super C, ? super D, R> body) {
    return add(
        List.of(a, b, c, d),
        body,
        inputs -> body.run(at(inputs, 0), at(inputs, 1), at(inputs, 2), at(inputs, 3)));
  }

  /**
   * Says what the step does, with five inputs.
   *
   * @param a its first input
   * @param b its second input
   * @param c its third input
   * @param d its fourth input
   * @param e its fifth input
   * @param body what it does
   * @param <A> its first input
   * @param <B> its second input
   * @param <C> its third input
   * @param <D> its fourth input
   * @param <E> its fifth input
   * @return its output
   */
  public <A, B, C, D, E> StepOutput<R> does(
      StepOutput<A> a,
      StepOutput<B> b,
      StepOutput<C> c,
      StepOutput<D> d,
      StepOutput<E> e,
      StepBody.Of5<? super A, ? super B, ? super C, ? super D, ? super E, R> body) {
    return add(
        List.of(a, b, c, d, e),
        body,
        inputs ->
            body.run(at(inputs, 0), at(inputs, 1), at(inputs, 2), at(inputs, 3), at(inputs, 4)));
  }

  /**
   * Says what the step does, with six inputs.
   *
   * @param a its first input
   * @param b its second input
   * @param c its third input
   * @param d its fourth input
   * @param e its fifth input
   * @param f its sixth input
   * @param body what it does
   * @param <A> its first input
   * @param <B> its second input
   * @param <C> its third input
   * @param <D> its fourth input
   * @param <E> its fifth input
   * @param <F> its sixth input
   * @return its output
   */
  public <A, B, C, D, E, F> StepOutput<R> does(
      StepOutput<A> a,
      StepOutput<B> b,
      StepOutput<C> c,
      StepOutput<D> d,
      StepOutput<E> e,
      StepOutput<F> f,
      StepBody.Of6<? super A, ? super B, ? super C, ? super D, ? super E, ? super F, R> body) {
    return add(
        List.of(a, b, c, d, e, f),
        body,
        inputs ->
            body.run(
                at(inputs, 0),
                at(inputs, 1),
                at(inputs, 2),
                at(inputs, 3),
                at(inputs, 4),
                at(inputs, 5)));
  }

  /**
   * Says what the step does, with seven inputs.
   *
   * @param a its first input
   * @param b its second input
   * @param c its third input
   * @param d its fourth input
   * @param e its fifth input
   * @param f its sixth input
   * @param g its seventh input
   * @param body what it does
   * @param <A> its first input
   * @param <B> its second input
   * @param <C> its third input
   * @param <D> its fourth input
   * @param <E> its fifth input
   * @param <F> its sixth input
   * @param <G> its seventh input
   * @return its output
   */
  public <A, B, C, D, E, F, G> StepOutput<R> does(
      StepOutput<A> a,
      StepOutput<B> b,
      StepOutput<C> c,
      StepOutput<D> d,
      StepOutput<E> e,
      StepOutput<F> f,
      StepOutput<G> g,
      StepBody.Of7<? super A, ? super B, ? super C, ? super D, ? super E, ? super F, ? super G, R>
          body) {
    return add(
        List.of(a, b, c, d, e, f, g),
        body,
        inputs ->
            body.run(
                at(inputs, 0),
                at(inputs, 1),
                at(inputs, 2),
                at(inputs, 3),
                at(inputs, 4),
                at(inputs, 5),
                at(inputs, 6)));
  }

  /**
   * Says what the step does, with eight inputs.
   *
   * @param a its first input
   * @param b its second input
   * @param c its third input
   * @param d its fourth input
   * @param e its fifth input
   * @param f its sixth input
   * @param g its seventh input
   * @param h its eighth input
   * @param body what it does
   * @param <A> its first input
   * @param <B> its second input
   * @param <C> its third input
   * @param <D> its fourth input
   * @param <E> its fifth input
   * @param <F> its sixth input
   * @param <G> its seventh input
   * @param <H> its eighth input
   * @return its output
   */
  public <A, B, C, D, E, F, G, H> StepOutput<R> does(
      StepOutput<A> a,
      StepOutput<B> b,
      StepOutput<C> c,
      StepOutput<D> d,
      StepOutput<E> e,
      StepOutput<F> f,
      StepOutput<G> g,
      StepOutput<H> h,
      StepBody.Of8<
              ? super A,
              ? super B,
              ? super C,
              ? super D,
              ? super E,
              ? super F,
              ? super G,
              ? super H,
              R>
          body) {
    return add(
        List.of(a, b, c, d, e, f, g, h),
        body,
        inputs ->
            body.run(
                at(inputs, 0),
                at(inputs, 1),
                at(inputs, 2),
                at(inputs, 3),
                at(inputs, 4),
                at(inputs, 5),
                at(inputs, 6),
                at(inputs, 7)));
  }

  /**
   * Says what the step does, with any number of inputs of one type.
   *
   * @param inputs its inputs
   * @param body what it does
   * @param <A> an input
   * @return its output
   */
  public <A> StepOutput<R> does(
      List<? extends StepOutput<? extends A>> inputs, StepBody.OfList<A, R> body) {
    return add(List.copyOf(inputs), body, values -> body.run(all(values)));
  }

  private StepOutput<R> add(List<StepOutput<?>> inputs, StepBody code, Node.Body<R> body) {
    scope.name("step", name);
    boolean kept = value instanceof StepValue.Kept;
    if (once && !kept) {
      throw refused("atMostOnce", "its output is not kept; use StepValue.json or StepValue.bytes");
    }
    if (once && retry.attempts() > 1) {
      throw refused("atMostOnce", "it is also to be tried again; choose one");
    }
    if (once && cacheLabel != null) {
      throw refused("atMostOnce", "it is also cached; what has an effect cannot be");
    }
    if (cacheLabel != null && !kept) {
      throw refused("cached", "its output is not kept; use StepValue.json or StepValue.bytes");
    }
    StepOptions<R> options =
        new StepOptions<>(
            retry, timeout, caught, recovery, Map.copyOf(resources), cacheLabel, once);
    return scope.add(new Node.Task<>(name, inputs, value, code, body, options));
  }

  private IllegalArgumentException refused(String option, String why) {
    return new IllegalArgumentException("step '" + name + "' cannot be " + option + ": " + why);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  // a StepOutput<A> is only made for what produces A
  private static <A> A at(List<Object> inputs, int position) {
    return (A) inputs.get(position);
  }

  @SuppressWarnings("unchecked") // every input is a StepOutput<? extends A>
  private static <A> List<A> all(List<Object> inputs) {
    return (List<A>) inputs;
  }
}
