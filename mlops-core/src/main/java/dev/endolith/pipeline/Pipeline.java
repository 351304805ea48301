package dev.endolith.pipeline;

import dev.endolith.data.Digest;
import dev.endolith.registry.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A graph of typed steps. Immutable; run it with {@link Pipelines}.
 *
 * <pre>{@code
 * Pipeline.Builder steps = Pipeline.named("sum");
 * Parameter<Integer> start = steps.parameter("start", StepValue.json(Integer.class), 2);
 * StepOutput<Integer> doubled =
 *     steps.step("double", StepValue.json(Integer.class)).does(start, a -> 2 * a);
 * Pipeline<Integer> pipeline = steps.returning(doubled);
 * }</pre>
 *
 * @param <R> what it produces
 */
public final class Pipeline<R> {
  private final String name;
  private final Scope scope;
  private final List<Parameter<?>> parameters;
  private final List<Finalizer> finalizers;
  private final StepOutput<R> result;
  private final String shape;

  private Pipeline(
      String name,
      Scope scope,
      List<Parameter<?>> parameters,
      List<Finalizer> finalizers,
      StepOutput<R> result) {
    this.name = name;
    this.result = result;
    this.scope = scope;
    this.parameters = List.copyOf(parameters);
    this.finalizers = List.copyOf(finalizers);
    StringBuilder text = new StringBuilder(name).append('|');
    scope.shape(text);
    finalizers.forEach(f -> text.append('|').append(f.name()));
    this.shape = Digest.ofText(text.toString()).hex();
  }

  /**
   * Starts a pipeline.
   *
   * @param name its name, of the form of {@link Names}
   * @return a builder
   */
  public static Builder named(String name) {
    return new Builder(Names.check("pipeline", name));
  }

  /**
   * The pipeline's name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * The names of the steps, without those of branches, items and included pipelines.
   *
   * @return the names in the order in which they were declared
   */
  public List<String> stepNames() {
    return scope.nodes().stream()
        .<String>map(Node::name)
        .filter(step -> !step.startsWith("$"))
        .toList();
  }

  /**
   * What a run can be told.
   *
   * @return the parameters in the order in which they were declared
   */
  public List<Parameter<?>> parameters() {
    return parameters;
  }

  /**
   * The graph, to be drawn.
   *
   * @return the graph
   */
  public PipelineGraph graph() {
    return PipelineGraph.of(name, scope);
  }

  Scope scope() {
    return scope;
  }

  StepOutput<R> result() {
    return result;
  }

  List<Finalizer> finalizers() {
    return finalizers;
  }

  /** Names and wiring of all steps: a run can only be resumed by the same shape. */
  String shape() {
    return shape;
  }

  /** This pipeline as a part of another. */
  Node included(String as, List<Argument<?>> arguments) {
    if (!finalizers.isEmpty()) {
      throw new IllegalArgumentException(
          "pipeline '"
              + name
              + "' has finalizers, which belong to a run; add them to the outer pipeline instead");
    }
    Map<Integer, StepOutput<?>> bindings = new HashMap<>();
    for (Argument<?> argument : arguments) {
      if (argument.parameter().scope() != scope) {
        throw new IllegalArgumentException(
            "parameter '"
                + argument.parameter().name()
                + "' is not one of pipeline '"
                + name
                + "', which has "
                + parameters.stream().map(Parameter::name).toList());
      }
      bindings.put(argument.parameter().index(), argument.value());
    }
    for (Parameter<?> parameter : parameters) {
      if (parameter.otherwise() == null && !bindings.containsKey(parameter.index())) {
        throw new IllegalArgumentException(
            "parameter '"
                + parameter.name()
                + "' of pipeline '"
                + name
                + "' has no default; name it with Argument.of");
      }
    }
    return new Node.Inclusion(as, new ArrayList<>(bindings.values()), scope, Map.copyOf(bindings));
  }

  /** Done at the end of a run, whatever the end. */
  record Finalizer(String name, StepBody.Of1<RunOutcome, ?> body) {}

  /** Builds a pipeline, step by step. Confined to one thread. */
  public static final class Builder extends Steps {
    private final List<Parameter<?>> parameters = new ArrayList<>();
    private final List<Finalizer> finalizers = new ArrayList<>();
    private final Set<String> parameterNames = new HashSet<>();

    private Builder(String name) {
      super(new Scope(name, null));
    }

    /**
     * Adds a parameter that each run must be told.
     *
     * @param name its name, unique in the pipeline
     * @param value how it is recorded
     * @param <A> the value
     * @return the parameter, an input for steps
     */
    public <A> Parameter<A> parameter(String name, StepValue<A> value) {
      return parameterOr(name, value, null);
    }

    /**
     * Adds a parameter with a default.
     *
     * @param name its name, unique in the pipeline
     * @param value how it is recorded
     * @param otherwise what it is in a run that is not told
     * @param <A> the value
     * @return the parameter, an input for steps
     */
    public <A> Parameter<A> parameter(String name, StepValue<A> value, A otherwise) {
      return parameterOr(name, value, otherwise);
    }

    private <A> Parameter<A> parameterOr(String name, StepValue<A> value, @Nullable A otherwise) {
      Names.check("parameter", name);
      if (!parameterNames.add(name)) {
        throw new IllegalArgumentException(
            "pipeline '"
                + scope.pipeline
                + "' already has a parameter '"
                + name
                + "'; names are unique");
      }
      Parameter<A> parameter =
          new Parameter<>(
              scope, scope.next(), name, kept("parameter '" + name + "'", value), otherwise);
      scope.add(new Node.Given("$" + name, parameter));
      parameters.add(parameter);
      return parameter;
    }

    /**
     * Adds something that is done whenever the run ends: well, with a failure, refused or
     * cancelled; not while it waits for people. Finalizers are done one after the other, each even
     * if the one before failed, again if a failed run is resumed.
     *
     * @param name its name, unique in the pipeline
     * @param body what it does, knowing how the run ends
     * @return this
     */
    public Builder finallyDo(String name, StepBody.Of1<RunOutcome, ?> body) {
      finalizers.add(new Finalizer(scope.name("step", name), body));
      return this;
    }

    /**
     * Ends the pipeline.
     *
     * @param result what the pipeline produces
     * @param <R> its type
     * @return the pipeline
     * @throws IllegalArgumentException if the output is of another pipeline
     */
    public <R> Pipeline<R> returning(StepOutput<R> result) {
      scope.end(result);
      return new Pipeline<>(scope.pipeline, scope, parameters, finalizers, result);
    }
  }
}
