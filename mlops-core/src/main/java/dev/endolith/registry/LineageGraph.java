package dev.endolith.registry;

import java.util.List;

/**
 * Where something came from, or what came of it. Immutable.
 *
 * @param nodes what was found, nearest first; the first is where the walk began
 * @param edges how it hangs together
 * @param complete false if there was more than the walk was allowed to visit
 */
public record LineageGraph(List<LineageNode> nodes, List<Edge> edges, boolean complete) {
  /**
   * One thing went into another.
   *
   * @param from what went in
   * @param to what came out
   * @param how how, for example {@code trained} or {@code served as champion}
   */
  public record Edge(LineageNode from, LineageNode to, String how) {}

  /**
   * Copies the lists.
   *
   * @param nodes what was found, nearest first; the first is where the walk began
   * @param edges how it hangs together
   * @param complete false if there was more than the walk was allowed to visit
   */
  public LineageGraph {
    nodes = List.copyOf(nodes);
    edges = List.copyOf(edges);
  }
}
