package dev.endolith.pipeline;

import dev.endolith.registry.ApprovalPolicy;
import dev.endolith.registry.GateResult;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A place where steps are added: a pipeline that is being built, a branch of it, or what is done
 * with each item of a list. Steps added inside may take what was declared around them. Confined to
 * one thread.
 */
public sealed class Steps permits Pipeline.Builder {
  final Scope scope;
  private @Nullable StepOutput<StepContext> context;

  Steps(Scope scope) {
    this.scope = scope;
  }

  /**
   * Begins a step; it is there once it is said what it {@code does}.
   *
   * @param name its name, unique in this place
   * @param value how its output is kept
   * @param <R> its output
   * @return the step, to be told how and what
   */
  public <R> Step<R> step(String name, StepValue<R> value) {
    return new Step<>(scope, name, value);
  }

  /**
   * Does something for each item of a list that is known only when the pipeline runs. Items are
   * done in parallel, each with steps, retries and a place in the journal of its own.
   *
   * @param name its name, unique in this place
   * @param items the list
   * @param body adds the steps for an item, and answers what is made of it
   * @param <A> an item
   * @param <R> what is made of an item
   * @return what was made, in the order of the items
   */
  public <A, R> StepOutput<List<R>> forEach(
      String name,
      StepOutput<? extends List<? extends A>> items,
      BiFunction<Steps, StepOutput<A>, StepOutput<R>> body) {
    return each(name, items, null, body);
  }

  /**
   * Does something for each item of a list, with items that can be digested, so that the steps
   * inside can be cached.
   *
   * @param name its name, unique in this place
   * @param items the list
   * @param item how an item is written
   * @param body adds the steps for an item, and answers what is made of it
   * @param <A> an item
   * @param <R> what is made of an item
   * @return what was made, in the order of the items
   */
  public <A, R> StepOutput<List<R>> forEach(
      String name,
      StepOutput<? extends List<? extends A>> items,
      StepValue<A> item,
      BiFunction<Steps, StepOutput<A>, StepOutput<R>> body) {
    return each(name, items, kept("an item", item), body);
  }

  private <A, R> StepOutput<List<R>> each(
      String name,
      StepOutput<? extends List<? extends A>> items,
      StepValue.@Nullable Kept<A> value,
      BiFunction<Steps, StepOutput<A>, StepOutput<R>> body) {
    scope.name("step", name);
    Scope inner = new Scope(scope.pipeline, scope);
    StepOutput<A> item = inner.add(new Node.Item("$item", value));
    inner.end(body.apply(new Steps(inner), item));
    return scope.add(new Node.Each(name, inputs(List.of(items), inner), items, inner));
  }

  /**
   * Does one of two things, whichever a value says. The steps of the other are not done.
   *
   * @param name its name, unique in this place
   * @param condition which
   * @param then adds the steps for true, and answers their output
   * @param otherwise adds the steps for false, and answers their output
   * @param <R> the output
   * @return the output of the branch that was done
   */
  public <R> StepOutput<R> when(
      String name,
      StepOutput<Boolean> condition,
      Function<Steps, StepOutput<R>> then,
      Function<Steps, StepOutput<R>> otherwise) {
    scope.name("step", name);
    Scope yes = new Scope(scope.pipeline, scope);
    yes.end(then.apply(new Steps(yes)));
    Scope no = new Scope(scope.pipeline, scope);
    no.end(otherwise.apply(new Steps(no)));
    return scope.add(
        new Node.Choice(name, inputs(List.of(condition), yes, no), condition, yes, no));
  }

  /**
   * Does another pipeline as a part of this one.
   *
   * @param name its name, unique in this place
   * @param pipeline the other pipeline, without finalizers
   * @param arguments what its parameters are; those that are not named keep their defaults
   * @param <R> what it produces
   * @return its result
   * @throws IllegalArgumentException if it has finalizers, or a parameter without a value
   */
  public <R> StepOutput<R> include(String name, Pipeline<R> pipeline, Argument<?>... arguments) {
    scope.name("step", name);
    return scope.add(pipeline.included(name, List.of(arguments)));
  }

  /**
   * Hands something on only if it is good enough. If it is not, the run ends as {@link
   * PipelineRun.Refused}, with the evidence.
   *
   * @param name its name, unique in this place
   * @param subject what is judged
   * @param judge judges it; recorded with its evidence, and not asked again
   * @param <A> what is judged
   * @return the subject, for steps that may only see what has passed
   */
  public <A> StepOutput<A> gate(
      String name, StepOutput<A> subject, StepBody.Of1<? super A, GateResult> judge) {
    scope.name("step", name);
    return scope.add(new Node.Judged<A>(name, List.of(subject), judge));
  }

  /**
   * Hands something on only once people agree. Until then the run is {@link PipelineRun.Waiting}:
   * it holds no thread, and may wait for days. If someone who may decide rejects it, the run ends
   * as {@link PipelineRun.Refused}.
   *
   * @param name its name, unique in this place
   * @param subject what is decided about
   * @param question what people are asked, made of the subject
   * @param policy how many people, and in which roles; that the author does not count is not known
   *     here and left to the host
   * @param <A> what is decided about
   * @return the subject, for steps that may only see what was approved
   */
  public <A> StepOutput<A> approval(
      String name,
      StepOutput<A> subject,
      StepBody.Of1<? super A, String> question,
      ApprovalPolicy policy) {
    scope.name("step", name);
    return scope.add(new Node.Asked<A>(name, List.of(subject), question, policy));
  }

  /**
   * What a step may know about its run: id, key, attempt, whether it should end.
   *
   * @return an input for steps of this place
   */
  public StepOutput<StepContext> context() {
    StepOutput<StepContext> known = context;
    if (known == null) {
      known = scope.add(new Node.Context("$context"));
      context = known;
    }
    return known;
  }

  static <A> StepValue.Kept<A> kept(String what, StepValue<A> value) {
    if (value instanceof StepValue.Kept<A> keeping) {
      return keeping;
    }
    throw new IllegalArgumentException(
        what + " must be kept: use StepValue.json or StepValue.bytes, not StepValue.recomputed");
  }

  private static List<StepOutput<?>> inputs(List<StepOutput<?>> own, Scope... inner) {
    Set<StepOutput<?>> all = new LinkedHashSet<>(own);
    for (Scope part : inner) {
      all.addAll(part.captured());
    }
    return new ArrayList<>(all);
  }
}
