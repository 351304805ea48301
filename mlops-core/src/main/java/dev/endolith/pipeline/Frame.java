package dev.endolith.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A scope that is being done: once for a pipeline or branch, once an item for a list. */
final class Frame {
  final Scope scope;
  final @Nullable Frame parent;

  /** The node that it is the inside of, null for the whole run. */
  final @Nullable Instance owner;

  /** Which item it is for. */
  final int item;

  final Instance[] instances;

  /** How many instances are not done. */
  int remaining;

  Frame(Scope scope, @Nullable Frame parent, @Nullable Instance owner, String prefix, int item) {
    this.scope = scope;
    this.parent = parent;
    this.owner = owner;
    this.item = item;
    List<Node> nodes = scope.nodes();
    int[][] dependents = scope.dependents();
    this.remaining = nodes.size();
    this.instances = new Instance[nodes.size()];
    for (int i = 0; i < instances.length; i++) {
      Node node = nodes.get(i);
      String path = prefix.isEmpty() ? node.name() : prefix + "/" + node.name();
      Instance instance = new Instance(this, i, node, path);
      instance.consumers = dependents[i].length + (i == scope.result() ? 1 : 0);
      for (StepOutput<?> input : node.inputs()) {
        instance.missing += input.scope() == scope ? 1 : 0;
      }
      instances[i] = instance;
    }
  }

  /** The instance that makes an output, here or in a frame around. */
  Instance instance(StepOutput<?> output) {
    Frame frame = this;
    while (frame.scope != output.scope()) {
      Frame around = frame.parent;
      if (around == null) {
        throw new IllegalStateException("an output of another scope"); // Scope.check forbids it
      }
      frame = around;
    }
    return frame.instances[output.index()];
  }

  Instance result() {
    return instances[scope.result()];
  }
}
