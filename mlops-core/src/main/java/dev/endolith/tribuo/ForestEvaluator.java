package dev.endolith.tribuo;

import dev.endolith.explain.ModelStructure;
import dev.endolith.explain.TreeStructure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.Output;
import org.tribuo.common.tree.LeafNode;
import org.tribuo.common.tree.Node;
import org.tribuo.common.tree.SplitNode;

/*
 * A tree, or the weighted mean of trees, in flat arrays.
 *
 * Trees were grown on scaled numbers. Scaling never falls as its value grows, so the numbers that go
 * left in a node are all numbers up to some greatest one; that one is found by halving when the model
 * is translated, and rows are compared with it as they are: every row takes exactly the way that it
 * takes in the original. A missing number counts as 0 after scaling; a category is 1 or missing.
 */
final class ForestEvaluator implements Evaluator {
  private static final int LEAF = -1;

  private final int outputs;
  private final int[] roots;
  private final double totalWeight;

  /** Per node: the column, or LEAF. */
  private final int[] column;

  /** Per node: the greatest number that goes left; of a category its code. */
  private final double[] bound;

  private final boolean[] category;
  private final boolean[] missingRight;
  private final int[] left;

  /** Per node: the child on the right; of a leaf where its scores begin. */
  private final int[] right;

  private final double[] leafScores;

  private ForestEvaluator(Growing grown, int outputs, double totalWeight) {
    this.outputs = outputs;
    this.totalWeight = totalWeight;
    this.roots = grown.roots.stream().mapToInt(Integer::intValue).toArray();
    int nodes = grown.nodes.size();
    this.column = new int[nodes];
    this.bound = new double[nodes];
    this.category = new boolean[nodes];
    this.missingRight = new boolean[nodes];
    this.left = new int[nodes];
    this.right = new int[nodes];
    for (int i = 0; i < nodes; i++) {
      FlatNode node = grown.nodes.get(i);
      column[i] = node.column;
      bound[i] = node.bound;
      category[i] = node.category;
      missingRight[i] = node.missingRight;
      left[i] = node.left;
      right[i] = node.right;
    }
    this.leafScores = new double[grown.leafScores.size() * outputs];
    for (int i = 0; i < grown.leafScores.size(); i++) {
      System.arraycopy(grown.leafScores.get(i), 0, leafScores, i * outputs, outputs);
    }
  }

  @Override
  public void scores(double[] row, double[] scores) {
    for (int root : roots) {
      int node = root;
      int at = column[node];
      while (at != LEAF) {
        double value = row[at];
        boolean goRight;
        if (category[node]) {
          goRight = value == bound[node];
        } else {
          goRight = Double.isNaN(value) ? missingRight[node] : value > bound[node];
        }
        node = goRight ? right[node] : left[node];
        at = column[node];
      }
      int from = right[node];
      for (int k = 0; k < outputs; k++) {
        scores[k] += leafScores[from + k];
      }
    }
    if (roots.length > 1) {
      for (int k = 0; k < outputs; k++) {
        scores[k] /= totalWeight;
      }
    }
  }

  @Override
  public ModelStructure structure() {
    TreeStructure.Builder trees = TreeStructure.builder(new double[outputs], false);
    for (int root : roots) {
      trees.root(structure(root, trees));
    }
    return trees.build();
  }

  private int structure(int node, TreeStructure.Builder trees) {
    if (column[node] == LEAF) {
      double[] scores = new double[outputs];
      for (int k = 0; k < outputs; k++) {
        scores[k] = leafScores[right[node] + k] / (roots.length > 1 ? totalWeight : 1);
      }
      return trees.leaf(scores);
    }
    int less = structure(left[node], trees);
    int greater = structure(right[node], trees);
    return trees.node(column[node], bound[node], category[node], missingRight[node], less, greater);
  }

  /** A column at which a tree branches, and the number there; for rows that try it. */
  @Override
  public void edge(double[] row, RandomGenerator random) {
    int node = random.nextInt(column.length);
    if (column[node] != LEAF && !category[node] && Double.isFinite(bound[node])) {
      row[column[node]] = random.nextBoolean() ? bound[node] : Math.nextUp(bound[node]);
    }
  }

  /** Puts trees into arrays. Confined to one thread. */
  static final class Growing {
    private final int outputs;
    private final List<FlatNode> nodes = new ArrayList<>();
    private final List<double[]> leafScores = new ArrayList<>();
    private final List<Integer> roots = new ArrayList<>();
    private double weights;

    Growing(int outputs) {
      this.outputs = outputs;
    }

    /** Adds a tree; {@code scores} makes one score per output of a leaf. */
    <T extends Output<T>> void add(
        Node<T> root,
        ImmutableFeatureMap names,
        Columns columns,
        double weight,
        Function<LeafNode<T>, double[]> scores) {
      roots.add(flat(root, names, columns, scores));
      weights += weight;
    }

    private <T extends Output<T>> int flat(
        Node<T> node,
        ImmutableFeatureMap names,
        Columns columns,
        Function<LeafNode<T>, double[]> scores) {
      if (node instanceof LeafNode<T> leaf) {
        int from = leafScores.size() * outputs;
        leafScores.add(scores.apply(leaf));
        nodes.add(new FlatNode(LEAF, 0, false, false, LEAF, from));
        return nodes.size() - 1;
      }
      if (!(node instanceof SplitNode<T> split)) {
        throw new NotCompiled("a tree has a node of an unknown kind");
      }
      int less = flat(split.getLessThanOrEqual(), names, columns, scores);
      int greater = flat(split.getGreaterThan(), names, columns, scores);
      int[] place = columns.place(names.get(split.getFeatureID()).getName());
      boolean absentRight = 0 > split.splitValue();
      if (place[0] < 0) {
        return absentRight ? greater : less; // the task never has this feature
      }
      boolean isCategory = !columns.isNumeric(place[0]);
      boolean presentRight = 1 > split.splitValue();
      if (isCategory && presentRight == absentRight) {
        return absentRight ? greater : less;
      }
      if (isCategory) {
        int hit = presentRight ? greater : less;
        int miss = presentRight ? less : greater;
        nodes.add(new FlatNode(place[0], place[1], true, false, miss, hit));
      } else {
        double greatest = greatestNotAbove(columns, place[0], split.splitValue());
        nodes.add(new FlatNode(place[0], greatest, false, absentRight, less, greater));
      }
      return nodes.size() - 1;
    }

    ForestEvaluator grown() {
      return new ForestEvaluator(this, outputs, weights);
    }
  }

  /** The greatest number whose scaled value is not above a bound; -infinity if there is none. */
  static double greatestNotAbove(Columns columns, int column, double bound) {
    return greatest(value -> columns.scaled(column, value) <= bound);
  }

  /** The greatest number for which a condition holds that holds for all below it. */
  static double greatest(DoublePredicate holds) {
    long low = order(Double.NEGATIVE_INFINITY);
    long high = order(Double.MAX_VALUE);
    while (low < high) {
      long middle = high - ((high - low) >>> 1);
      if (holds.test(number(middle))) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return number(low);
  }

  /** Numbers in their order: the bits of negative ones run backwards. */
  private static long order(double value) {
    long bits = Double.doubleToLongBits(value);
    return bits >= 0 ? bits : Long.MIN_VALUE - bits;
  }

  private static double number(long order) {
    return Double.longBitsToDouble(order >= 0 ? order : Long.MIN_VALUE - order);
  }

  private record FlatNode(
      int column, double bound, boolean category, boolean missingRight, int left, int right) {}
}
