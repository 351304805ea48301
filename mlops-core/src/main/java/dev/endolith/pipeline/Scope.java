package dev.endolith.pipeline;

import dev.endolith.registry.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * Nodes that may take each other's outputs: a pipeline, a branch, or what is done with one item of a
 * list. A node of an inner scope may take outputs of the scopes around it; the node that stands for
 * the inner scope then waits for them, so that within a scope every input is ready or local.
 *
 * Confined to one thread while it is built, immutable afterwards.
 */
final class Scope {
  final @Nullable Scope parent;

  /** The pipeline it is of, for messages. */
  final String pipeline;

  private final List<Node> nodes = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Set<StepOutput<?>> captured = new LinkedHashSet<>();
  private int result = -1;
  private int @Nullable [][] dependents;

  Scope(String pipeline, @Nullable Scope parent) {
    this.pipeline = pipeline;
    this.parent = parent;
  }

  List<Node> nodes() {
    return nodes;
  }

  /** What it takes from the scopes around it. */
  Set<StepOutput<?>> captured() {
    return captured;
  }

  int result() {
    return result;
  }

  /** The place of the next node. */
  int next() {
    return nodes.size();
  }

  /** Checks that a name is free. */
  String name(String kind, String name) {
    Names.check(kind, name);
    if (!names.add(name)) {
      throw new IllegalArgumentException(
          "pipeline '"
              + pipeline
              + "' already has a step '"
              + name
              + "' in the same place; names are unique");
    }
    return name;
  }

  <A> StepOutput<A> add(Node node) {
    if (result >= 0) {
      throw new IllegalStateException(
          "a step was added to pipeline '"
              + pipeline
              + "' after its result was chosen; add steps inside the function that builds them");
    }
    node.inputs().forEach(this::check);
    nodes.add(node);
    return new StepOutput<>(this, nodes.size() - 1);
  }

  /** Ends the scope with what the host's function answered. */
  void end(@Nullable StepOutput<?> output) {
    if (output == null) {
      throw new IllegalArgumentException(
          "a part of pipeline '" + pipeline + "' answers null; answer the output of a step");
    }
    check(output);
    if (output.scope() != this) {
      throw new IllegalArgumentException(
          "a part of pipeline '"
              + pipeline
              + "' answers what was made outside of it; add a step inside that answers it");
    }
    result = output.index();
  }

  /** Checks that an output can be taken here, and remembers what comes from outside. */
  private void check(StepOutput<?> input) {
    for (Scope around = this; around != null; around = around.parent) {
      if (input.scope() == around) {
        if (around != this) {
          captured.add(input);
        }
        return;
      }
    }
    throw new IllegalArgumentException(
        "the output of a step of pipeline '"
            + input.scope().pipeline
            + "' cannot be used "
            + (input.scope().pipeline.equals(pipeline) ? "outside of its part of" : "in")
            + " pipeline '"
            + pipeline
            + "'");
  }

  /** For each node the nodes of this scope that wait for it, once an input. */
  int[][] dependents() {
    int[][] known = dependents;
    if (known == null) {
      int[] counts = new int[nodes.size()];
      forEachWire((from, to) -> counts[from]++);
      int[][] wires = new int[nodes.size()][];
      Arrays.setAll(wires, i -> new int[counts[i]]);
      forEachWire((from, to) -> wires[from][--counts[from]] = to);
      dependents = wires;
      known = wires;
    }
    return known;
  }

  private interface Wire {
    void at(int from, int to);
  }

  private void forEachWire(Wire wire) {
    for (int to = nodes.size() - 1; to >= 0; to--) {
      for (StepOutput<?> input : nodes.get(to).inputs()) {
        if (input.scope() == this) {
          wire.at(input.index(), to);
        }
      }
    }
  }

  /** Names and wiring: a run can only be resumed by the same shape. */
  void shape(StringBuilder text) {
    for (Node node : nodes) {
      text.append(node.name()).append(':').append(node.kind()).append('[');
      for (StepOutput<?> input : node.inputs()) {
        int up = 0;
        for (Scope around = this; around != null && around != input.scope(); up++) {
          around = around.parent;
        }
        text.append(up > 0 ? "^" + up + "." : "").append(input.index()).append(',');
      }
      text.append(']');
      for (Scope inner : node.scopes()) {
        text.append('{');
        inner.shape(text);
        text.append('}');
      }
      text.append(';');
    }
    text.append('>').append(result);
  }
}
