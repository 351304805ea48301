package dev.endolith.explain;

import java.util.ArrayList;
import java.util.List;

/** A sum of trees in flat arrays. Immutable. */
public final class TreeStructure implements ModelStructure {
  private static final int LEAF = -1;

  private final double[] base;
  private final boolean margin;
  private final int[] roots;
  private final Node[] nodes;

  private TreeStructure(double[] base, boolean margin, int[] roots, Node[] nodes) {
    this.base = base;
    this.margin = margin;
    this.roots = roots;
    this.nodes = nodes;
  }

  @SuppressWarnings("ArrayRecordComponent") // never leaves this package
  private record Node(
      int field,
      double bound,
      boolean category,
      boolean missingRight,
      int left,
      int right,
      double[] scores) {}

  /**
   * Starts a structure.
   *
   * @param base what each score begins with; copied
   * @param margin whether a link function follows
   * @return a builder
   */
  public static Builder builder(double[] base, boolean margin) {
    return new Builder(base.clone(), margin);
  }

  /** Builds trees from their leaves up. Confined to one thread. */
  public static final class Builder {
    private final double[] base;
    private final boolean margin;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Integer> roots = new ArrayList<>();

    private Builder(double[] base, boolean margin) {
      this.base = base;
      this.margin = margin;
    }

    /**
     * Adds a leaf.
     *
     * @param scores what it adds to each score; copied
     * @return its id
     */
    public int leaf(double... scores) {
      nodes.add(new Node(LEAF, 0, false, false, LEAF, LEAF, scores.clone()));
      return nodes.size() - 1;
    }

    /**
     * Adds a node.
     *
     * @param field the field that it asks for
     * @param bound the greatest number that goes left; of a category the code that goes right
     * @param category whether the field is a category
     * @param missingRight whether a missing number goes right
     * @param left the id of the child on the left
     * @param right the id of the child on the right
     * @return its id
     */
    public int node(
        int field, double bound, boolean category, boolean missingRight, int left, int right) {
      nodes.add(new Node(field, bound, category, missingRight, left, right, new double[0]));
      return nodes.size() - 1;
    }

    /**
     * Makes a node the root of a tree.
     *
     * @param node its id
     */
    public void root(int node) {
      roots.add(node);
    }

    /**
     * Builds the structure.
     *
     * @return the structure
     */
    public TreeStructure build() {
      return new TreeStructure(
          base,
          margin,
          roots.stream().mapToInt(Integer::intValue).toArray(),
          nodes.toArray(new Node[0]));
    }
  }

  @Override
  public int outputs() {
    return base.length;
  }

  @Override
  public boolean margin() {
    return margin;
  }

  int[] roots() {
    return roots;
  }

  int nodes() {
    return nodes.length;
  }

  boolean isLeaf(int node) {
    return nodes[node].field == LEAF;
  }

  int field(int node) {
    return nodes[node].field;
  }

  int left(int node) {
    return nodes[node].left;
  }

  int right(int node) {
    return nodes[node].right;
  }

  double leaf(int node, int output) {
    return nodes[node].scores[output];
  }

  double base(int output) {
    return base[output];
  }

  /** The child that a cell goes to. */
  int child(int node, double[] cells) {
    Node n = nodes[node];
    double cell = cells[n.field];
    boolean right =
        n.category ? cell == n.bound : Double.isNaN(cell) ? n.missingRight : cell > n.bound;
    return right ? n.right : n.left;
  }

  @Override
  public double score(double[] cells, int output) {
    double sum = base[output];
    for (int root : roots) {
      int node = root;
      while (!isLeaf(node)) {
        node = child(node, cells);
      }
      sum += leaf(node, output);
    }
    return sum;
  }
}
