package dev.endolith.pipeline;

import java.util.ArrayList;
import java.util.List;

/**
 * A pipeline as nodes and edges, to be drawn. Immutable.
 *
 * @param name the pipeline's name
 * @param nodes what is drawn
 * @param edges who takes whose output, by path
 */
public record PipelineGraph(String name, List<Vertex> nodes, List<Edge> edges) {
  /**
   * Copies the lists.
   *
   * @param name the pipeline's name
   * @param nodes what is drawn
   * @param edges who takes whose output, by path
   */
  public PipelineGraph {
    nodes = List.copyOf(nodes);
    edges = List.copyOf(edges);
  }

  /**
   * A node.
   *
   * @param path its path; that of an item has {@code *} in place of a number
   * @param kind what it is
   */
  public record Vertex(String path, Kind kind) {}

  /** What a node is. */
  public enum Kind {
    /** A step. */
    STEP,
    /** A parameter. */
    PARAMETER,
    /** Something for each item of a list. */
    EACH,
    /** One of two branches. */
    CHOICE,
    /** Another pipeline. */
    PIPELINE,
    /** A gate. */
    GATE,
    /** A question to people. */
    APPROVAL
  }

  /**
   * An edge.
   *
   * @param from whose output
   * @param to who takes it
   */
  public record Edge(String from, String to) {}

  static PipelineGraph of(String name, Scope scope) {
    List<Vertex> nodes = new ArrayList<>();
    List<Edge> edges = new ArrayList<>();
    collect(scope, "", nodes, edges, new ArrayList<>());
    return new PipelineGraph(name, nodes, edges);
  }

  /** A scope and where it is, to name what comes from the scopes around. */
  private record Place(Scope scope, String prefix) {}

  private static void collect(
      Scope scope, String prefix, List<Vertex> nodes, List<Edge> edges, List<Place> around) {
    List<Place> places = new ArrayList<>(around);
    places.add(new Place(scope, prefix));
    for (Node node : scope.nodes()) {
      Kind kind = kind(node);
      if (kind == null) {
        continue; // an item or a context: no place of its own
      }
      String path = prefix + node.name();
      nodes.add(new Vertex(path, kind));
      for (StepOutput<?> input : node.inputs()) {
        for (Place place : places) {
          if (place.scope() == input.scope()) {
            Node source = input.scope().nodes().get(input.index());
            if (kind(source) != null) {
              edges.add(new Edge(place.prefix() + source.name(), path));
            } else if (source instanceof Node.Item) { // of the list around, whose prefix ends "/*/"
              edges.add(new Edge(place.prefix().substring(0, place.prefix().length() - 3), path));
            }
          }
        }
      }
      if (node instanceof Node.Each each) {
        collect(each.scope(), path + "/*/", nodes, edges, places);
      } else if (node instanceof Node.Choice choice) {
        collect(choice.then(), path + "/then/", nodes, edges, places);
        collect(choice.otherwise(), path + "/else/", nodes, edges, places);
      } else if (node instanceof Node.Inclusion part) {
        collect(part.scope(), path + "/", nodes, edges, places);
      }
    }
  }

  @SuppressWarnings("NullAway") // a node without a place has no kind
  private static Kind kind(Node node) {
    if (node instanceof Node.Task<?>) {
      return Kind.STEP;
    } else if (node instanceof Node.Given) {
      return Kind.PARAMETER;
    } else if (node instanceof Node.Each) {
      return Kind.EACH;
    } else if (node instanceof Node.Choice) {
      return Kind.CHOICE;
    } else if (node instanceof Node.Inclusion) {
      return Kind.PIPELINE;
    } else if (node instanceof Node.Judged<?>) {
      return Kind.GATE;
    } else if (node instanceof Node.Asked<?>) {
      return Kind.APPROVAL;
    }
    return null;
  }

  /**
   * The graph in Mermaid's language.
   *
   * @return a flowchart
   */
  public String mermaid() {
    StringBuilder text = new StringBuilder("flowchart TD\n");
    for (int i = 0; i < nodes.size(); i++) {
      Vertex node = nodes.get(i);
      String shape =
          switch (node.kind()) {
            case STEP -> "[\"%s\"]";
            case PARAMETER -> "([\"%s\"])";
            case EACH, PIPELINE -> "[[\"%s\"]]";
            case CHOICE -> "{\"%s\"}";
            case GATE -> "{{\"%s\"}}";
            case APPROVAL -> "[/\"%s\"/]";
          };
      text.append("  n").append(i).append(String.format(shape, node.path())).append('\n');
    }
    for (Edge edge : edges) {
      text.append("  n")
          .append(at(edge.from()))
          .append(" --> n")
          .append(at(edge.to()))
          .append('\n');
    }
    return text.toString();
  }

  /**
   * The graph in Graphviz's language.
   *
   * @return a digraph
   */
  public String dot() {
    StringBuilder text = new StringBuilder("digraph \"").append(name).append("\" {\n");
    for (Vertex node : nodes) {
      String shape =
          switch (node.kind()) {
            case STEP -> "box";
            case PARAMETER -> "oval";
            case EACH, PIPELINE -> "box3d";
            case CHOICE -> "diamond";
            case GATE -> "hexagon";
            case APPROVAL -> "parallelogram";
          };
      text.append("  \"").append(node.path()).append("\" [shape=").append(shape).append("];\n");
    }
    for (Edge edge : edges) {
      text.append("  \"").append(edge.from()).append("\" -> \"").append(edge.to()).append("\";\n");
    }
    return text.append("}\n").toString();
  }

  private int at(String path) {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).path().equals(path)) {
        return i;
      }
    }
    throw new IllegalStateException("no node '" + path + "'");
  }
}
