package dev.endolith.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What steps hold while they are done, over all runs of a {@link Pipelines}. Thread-safe. */
final class Resources {
  private final Map<String, Integer> capacity;
  private final Map<String, Integer> free;
  private final List<Runnable> waiting = new ArrayList<>();

  Resources(Map<String, Integer> capacity) {
    this.capacity = Map.copyOf(capacity);
    this.free = new HashMap<>(capacity);
  }

  /** Checks that what a step needs can ever be there. */
  void check(String step, Map<String, Integer> needs) {
    needs.forEach(
        (name, units) -> {
          Integer all = capacity.get(name);
          if (all == null || all < units) {
            throw new IllegalStateException(
                "step '"
                    + step
                    + "' uses "
                    + units
                    + " of resource '"
                    + name
                    + "', of which there are "
                    + (all == null ? "none" : all)
                    + "; declare it with Pipelines.Builder.resource or"
                    + " WorkspaceBuilder.pipelineResource. There are "
                    + capacity);
          }
        });
  }

  /**
   * Takes all that is needed, or nothing.
   *
   * @param needs how many units of what
   * @param freed told once when something is given back, if nothing was taken
   * @return whether it was taken
   */
  synchronized boolean take(Map<String, Integer> needs, Runnable freed) {
    if (needs.isEmpty()) {
      return true;
    }
    for (Map.Entry<String, Integer> need : needs.entrySet()) {
      if (free.getOrDefault(need.getKey(), 0) < need.getValue()) {
        if (!waiting.contains(freed)) {
          waiting.add(freed);
        }
        return false;
      }
    }
    needs.forEach((name, units) -> free.merge(name, -units, Integer::sum));
    return true;
  }

  void give(Map<String, Integer> needs) {
    if (needs.isEmpty()) {
      return;
    }
    List<Runnable> told;
    synchronized (this) {
      needs.forEach((name, units) -> free.merge(name, units, Integer::sum));
      told = List.copyOf(waiting);
      waiting.clear();
    }
    told.forEach(Runnable::run);
  }
}
