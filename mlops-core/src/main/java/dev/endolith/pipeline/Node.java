package dev.endolith.pipeline;

import dev.endolith.registry.ApprovalPolicy;
import dev.endolith.registry.GateResult;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place in the graph of a pipeline. Immutable. */
sealed interface Node {
  /** Its name, unique in its scope; for what users do not name, of a form that no name has. */
  String name();

  /** What must be there before it begins, in this scope or those around it. */
  List<StepOutput<?>> inputs();

  /** What sort of node it is, as journals keep it within the shape: never renamed. */
  String kind();

  /** What is inside of it. */
  default List<Scope> scopes() {
    return List.of();
  }

  /** Runs the body on the inputs' values. */
  @FunctionalInterface
  interface Body<A> {
    A run(List<Object> inputs) throws Exception;
  }

  /** A step: the only node that does something. */
  record Task<A>(
      String name,
      List<StepOutput<?>> inputs,
      StepValue<A> value,
      StepBody code,
      Body<A> body,
      StepOptions<A> options)
      implements Node {
    @Override
    public String kind() {
      return value instanceof StepValue.Kept ? "kept" : "recomputed";
    }
  }

  /** A parameter, or the context. */
  record Given(String name, @Nullable Parameter<?> parameter) implements Node {
    @Override
    public String kind() {
      return "Given";
    }

    @Override
    public List<StepOutput<?>> inputs() {
      return List.of();
    }
  }

  /** The context of whoever asks. */
  record Context(String name) implements Node {
    @Override
    public String kind() {
      return "Context";
    }

    @Override
    public List<StepOutput<?>> inputs() {
      return List.of();
    }
  }

  /** The item of a list that a scope is done for. */
  record Item(String name, StepValue.@Nullable Kept<?> value) implements Node {
    @Override
    public String kind() {
      return "Item";
    }

    @Override
    public List<StepOutput<?>> inputs() {
      return List.of();
    }
  }

  /** The inner scope once for each item of a list. */
  record Each(String name, List<StepOutput<?>> inputs, StepOutput<?> list, Scope scope)
      implements Node {
    @Override
    public String kind() {
      return "Each";
    }

    @Override
    public List<Scope> scopes() {
      return List.of(scope);
    }
  }

  /** One of two scopes. */
  record Choice(
      String name,
      List<StepOutput<?>> inputs,
      StepOutput<Boolean> condition,
      Scope then,
      Scope otherwise)
      implements Node {
    @Override
    public String kind() {
      return "Choice";
    }

    @Override
    public List<Scope> scopes() {
      return List.of(then, otherwise);
    }
  }

  /** Another pipeline. */
  record Inclusion(
      String name, List<StepOutput<?>> inputs, Scope scope, Map<Integer, StepOutput<?>> bindings)
      implements Node {
    @Override
    public String kind() {
      return "Inclusion";
    }

    @Override
    public List<Scope> scopes() {
      return List.of(scope);
    }
  }

  /** Hands its input on if it is good enough. */
  record Judged<A>(
      String name, List<StepOutput<?>> inputs, StepBody.Of1<? super A, GateResult> judge)
      implements Node {
    @Override
    public String kind() {
      return "Judged";
    }
  }

  /** Hands its input on once people agree. */
  record Asked<A>(
      String name,
      List<StepOutput<?>> inputs,
      StepBody.Of1<? super A, String> question,
      ApprovalPolicy policy)
      implements Node {
    @Override
    public String kind() {
      return "Asked";
    }
  }
}
