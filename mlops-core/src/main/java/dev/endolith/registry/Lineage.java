package dev.endolith.registry;

import dev.endolith.data.Digest;
import dev.endolith.query.Page;
import dev.endolith.query.Query;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Walks from data to what was made of it, and back: data, run, version, the time in which an alias
 * pointed to it, prediction. Nothing is kept for it: it is what versions, runs and aliases say.
 * Thread-safe.
 */
public final class Lineage {
  private final ModelRegistry registry;
  private final RunStore runs;

  /**
   * Creates the lineage of stores.
   *
   * @param registry versions and aliases
   * @param runs runs
   */
  public Lineage(ModelRegistry registry, RunStore runs) {
    this.registry = registry;
    this.runs = runs;
  }

  /**
   * What something came from, and that from, and so on.
   *
   * @param of where to begin
   * @param limit how many nodes at most, from 1
   * @return the graph
   */
  public LineageGraph up(LineageNode of, int limit) {
    return walk(of, limit, true);
  }

  /**
   * What came of something, and of that, and so on. A period's predictions are in the prediction
   * log, where there may be millions, and not in the graph.
   *
   * @param of where to begin
   * @param limit how many nodes at most, from 1
   * @return the graph
   */
  public LineageGraph down(LineageNode of, int limit) {
    return walk(of, limit, false);
  }

  private LineageGraph walk(LineageNode start, int limit, boolean up) {
    if (limit < 1) {
      throw new IllegalArgumentException("a walk visits at least 1 node, asked were " + limit);
    }
    Set<LineageNode> nodes = new LinkedHashSet<>(List.of(start));
    Set<LineageGraph.Edge> edges = new LinkedHashSet<>();
    Deque<LineageNode> next = new ArrayDeque<>(nodes);
    boolean complete = true;
    while (!next.isEmpty()) {
      LineageNode node = next.remove();
      for (LineageGraph.Edge edge : up ? into(node) : outOf(node)) {
        LineageNode other = up ? edge.from() : edge.to();
        if (!nodes.contains(other)) {
          if (nodes.size() >= limit) {
            complete = false;
            continue;
          }
          nodes.add(other);
          next.add(other);
        }
        edges.add(edge);
      }
    }
    return new LineageGraph(List.copyOf(nodes), List.copyOf(edges), complete);
  }

  private List<LineageGraph.Edge> into(LineageNode node) {
    List<LineageGraph.Edge> edges = new ArrayList<>();
    if (node instanceof LineageNode.Prediction prediction) {
      for (Alias alias : aliases(prediction.deployment())) {
        registry.history(prediction.deployment(), alias.name()).stream()
            .filter(
                move ->
                    move.generation() == prediction.generation()
                        && move.version() == prediction.version())
            .forEach(move -> edges.add(new LineageGraph.Edge(period(move), node, "answered")));
      }
      if (edges.isEmpty()) { // asked of a fixed version
        edges.add(
            new LineageGraph.Edge(
                new LineageNode.Version(prediction.deployment(), prediction.version()),
                node,
                "answered"));
      }
    } else if (node instanceof LineageNode.Period period) {
      registry.history(period.model(), period.alias()).stream()
          .filter(move -> move.generation() == period.generation() && move.present())
          .forEach(
              move ->
                  edges.add(
                      new LineageGraph.Edge(
                          new LineageNode.Version(move.model(), move.version()),
                          node,
                          "served as " + move.name())));
    } else if (node instanceof LineageNode.Version version) {
      registry
          .version(version.model(), version.number())
          .ifPresent(known -> intoVersion(known, node, edges));
    } else if (node instanceof LineageNode.RunOf run) {
      runs.find(run.id())
          .ifPresent(
              known -> {
                data(known.inputs(), node, edges);
                if (!known.parent().isEmpty()) {
                  edges.add(
                      new LineageGraph.Edge(
                          new LineageNode.RunOf(known.parent()), node, "started"));
                }
              });
    }
    return edges;
  }

  private static void intoVersion(
      ModelVersion known, LineageNode node, List<LineageGraph.Edge> edges) {
    if (!known.run().isEmpty()) {
      edges.add(new LineageGraph.Edge(new LineageNode.RunOf(known.run()), node, "trained"));
    }
    data(known.datasets(), node, edges);
    if (known.parent() != 0) {
      edges.add(
          new LineageGraph.Edge(
              new LineageNode.Version(known.model(), known.parent()), node, "was replaced by"));
    }
  }

  private static void data(
      Map<String, Digest> data, LineageNode to, List<LineageGraph.Edge> edges) {
    new TreeMap<>(data)
        .forEach(
            (role, fingerprint) ->
                edges.add(new LineageGraph.Edge(new LineageNode.Data(fingerprint), to, role)));
  }

  private List<LineageGraph.Edge> outOf(LineageNode node) {
    List<LineageGraph.Edge> edges = new ArrayList<>();
    if (node instanceof LineageNode.Data data) {
      String hex = data.fingerprint().hex();
      each(
          Query.where(RunField.DATA.is(hex)),
          runs::runs,
          run ->
              run.inputs()
                  .forEach(
                      (role, fingerprint) -> {
                        if (fingerprint.equals(data.fingerprint())) {
                          edges.add(
                              new LineageGraph.Edge(node, new LineageNode.RunOf(run.id()), role));
                        }
                      }));
      each(
          Query.where(VersionField.DATA.is(hex)),
          registry::versions,
          version ->
              version
                  .datasets()
                  .forEach(
                      (role, fingerprint) -> {
                        if (fingerprint.equals(data.fingerprint())) {
                          edges.add(new LineageGraph.Edge(node, version(version), role));
                        }
                      }));
    } else if (node instanceof LineageNode.RunOf run) {
      each(
          Query.where(VersionField.RUN.is(run.id())),
          registry::versions,
          version -> edges.add(new LineageGraph.Edge(node, version(version), "trained")));
      each(
          Query.where(RunField.PARENT.is(run.id())),
          runs::runs,
          child ->
              edges.add(new LineageGraph.Edge(node, new LineageNode.RunOf(child.id()), "started")));
    } else if (node instanceof LineageNode.Version version) {
      for (Alias alias : aliases(version.model())) {
        registry.history(version.model(), alias.name()).stream()
            .filter(move -> move.version() == version.number())
            .forEach(
                move ->
                    edges.add(
                        new LineageGraph.Edge(node, period(move), "served as " + move.name())));
      }
      each(
          Query.where(
              VersionField.MODEL.is(version.model()).and(VersionField.PARENT.is(version.number()))),
          registry::versions,
          child -> edges.add(new LineageGraph.Edge(node, version(child), "was replaced by")));
    }
    return edges;
  }

  private List<Alias> aliases(String model) {
    List<Alias> all = new ArrayList<>();
    each(Query.where(AliasField.MODEL.is(model)), registry::aliases, all::add);
    return all;
  }

  private static LineageNode version(ModelVersion version) {
    return new LineageNode.Version(version.model(), version.number());
  }

  private static LineageNode period(Alias move) {
    return new LineageNode.Period(move.model(), move.name(), move.generation());
  }

  private static <R, F extends dev.endolith.query.QueryField<F>> void each(
      Query<F> query,
      java.util.function.Function<Query<F>, Page<R>> search,
      java.util.function.Consumer<R> use) {
    Query<F> next = query.limit(Query.MAX_LIMIT);
    while (true) {
      Page<R> page = search.apply(next);
      page.items().forEach(use);
      if (page.next().isEmpty()) {
        return;
      }
      next = next.after(page.next());
    }
  }
}
