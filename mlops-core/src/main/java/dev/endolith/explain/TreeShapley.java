package dev.endolith.explain;

import java.util.Arrays;
import java.util.List;

/*
 * Shapley values of trees.
 *
 * Against a background (Lundberg et al. 2020, "From local explanations to global understanding with
 * explainable AI for trees", algorithm 3): for one background row z, a leaf is reached by those
 * subsets S for which every field in U comes from x and every field in V from z, where U and V are
 * the fields at which the way to the leaf parts. Such a leaf gives each field of U
 * (|U|-1)! |V|! / (|U|+|V|)! of its score, and takes |U|! (|V|-1)! / (|U|+|V|)! of it from each of V.
 *
 * By paths (Lundberg, Erion, Lee 2018, "Consistent Individualized Feature Attribution for Tree
 * Ensembles", algorithm 2): a field that is not in S follows both branches, weighted by how many rows
 * took them. Each leaf counts half a row more than reached it, so that no weight is 0.
 */
final class TreeShapley {
  private static final double HALF_A_ROW = 0.5;

  private TreeShapley() {}

  /** The sum over one background row; to be divided by their number. */
  static void against(TreeStructure trees, double[] x, double[] z, int output, double[] into) {
    byte[] side = new byte[x.length];
    for (int root : trees.roots()) {
      walk(trees, root, x, z, output, side, 0, 0, into);
    }
  }

  private static void walk(
      TreeStructure trees,
      int node,
      double[] x,
      double[] z,
      int output,
      byte[] side,
      int fromX,
      int fromZ,
      double[] into) {
    if (trees.isLeaf(node)) {
      double value = trees.leaf(node, output);
      double ofX = fromX == 0 ? 0 : value * weight(fromX - 1, fromZ);
      double ofZ = fromZ == 0 ? 0 : value * weight(fromX, fromZ - 1);
      for (int f = 0; f < side.length; f++) {
        into[f] += side[f] == 1 ? ofX : side[f] == 2 ? -ofZ : 0;
      }
      return;
    }
    int field = trees.field(node);
    int byX = trees.child(node, x);
    int byZ = trees.child(node, z);
    if (byX == byZ || side[field] == 1) {
      walk(trees, byX, x, z, output, side, fromX, fromZ, into);
    } else if (side[field] == 2) {
      walk(trees, byZ, x, z, output, side, fromX, fromZ, into);
    } else {
      side[field] = 1;
      walk(trees, byX, x, z, output, side, fromX + 1, fromZ, into);
      side[field] = 2;
      walk(trees, byZ, x, z, output, side, fromX, fromZ + 1, into);
      side[field] = 0;
    }
  }

  /** {@code a! b! / (a + b + 1)!}. */
  static double weight(int a, int b) {
    double binomial = 1;
    for (int i = 1; i <= Math.min(a, b); i++) {
      binomial = binomial * (a + b - Math.min(a, b) + i) / i;
    }
    return 1 / (binomial * (a + b + 1));
  }

  /** How many rows reach each node. */
  static double[] covers(TreeStructure trees, List<double[]> rows) {
    double[] covers = new double[trees.nodes()];
    for (int root : trees.roots()) {
      for (double[] row : rows) {
        int node = root;
        while (!trees.isLeaf(node)) {
          node = trees.child(node, row);
        }
        covers[node]++;
      }
      sum(trees, root, covers);
    }
    return covers;
  }

  private static double sum(TreeStructure trees, int node, double[] covers) {
    covers[node] =
        trees.isLeaf(node)
            ? covers[node] + HALF_A_ROW
            : sum(trees, trees.left(node), covers) + sum(trees, trees.right(node), covers);
    return covers[node];
  }

  /** The score where nothing is known: leaves weighted by the rows that reach them. */
  static double expected(TreeStructure trees, double[] covers, int output) {
    double sum = trees.base(output);
    for (int root : trees.roots()) {
      sum += expected(trees, root, covers, output, 1);
    }
    return sum;
  }

  private static double expected(
      TreeStructure trees, int node, double[] covers, int output, double share) {
    if (trees.isLeaf(node)) {
      return share * trees.leaf(node, output);
    }
    double left = covers[trees.left(node)] / covers[node];
    return expected(trees, trees.left(node), covers, output, share * left)
        + expected(trees, trees.right(node), covers, output, share * (1 - left));
  }

  static void byPaths(TreeStructure trees, double[] covers, double[] x, int output, double[] into) {
    for (int root : trees.roots()) {
      new Path(trees, covers, x, output, into).walk(root, new Elements(), 1, 1, -1);
    }
  }

  /** The fields on a path: the share of subsets without and with each, and weights by size. */
  private static final class Elements {
    private int[] field = new int[0];
    private double[] zero = new double[0];
    private double[] one = new double[0];
    private double[] weight = new double[0];

    Elements extended(double zeros, double ones, int of) {
      Elements m = copy(field.length + 1);
      int l = field.length;
      m.field[l] = of;
      m.zero[l] = zeros;
      m.one[l] = ones;
      m.weight[l] = l == 0 ? 1 : 0;
      for (int i = l - 1; i >= 0; i--) {
        m.weight[i + 1] += ones * m.weight[i] * (i + 1) / (l + 1.0);
        m.weight[i] = zeros * m.weight[i] * (l - i) / (l + 1.0);
      }
      return m;
    }

    Elements without(int i) {
      Elements m = copy(field.length);
      int l = field.length - 1;
      double next = m.weight[l];
      for (int j = l - 1; j >= 0; j--) {
        if (one[i] != 0) {
          double kept = m.weight[j];
          m.weight[j] = next * (l + 1) / ((j + 1) * one[i]);
          next = kept - m.weight[j] * zero[i] * (l - j) / (l + 1);
        } else {
          m.weight[j] = m.weight[j] * (l + 1) / (zero[i] * (l - j));
        }
      }
      for (int j = i; j < l; j++) {
        m.field[j] = field[j + 1];
        m.zero[j] = zero[j + 1];
        m.one[j] = one[j + 1];
      }
      return m.copy(l);
    }

    private Elements copy(int length) {
      Elements m = new Elements();
      m.field = Arrays.copyOf(field, length);
      m.zero = Arrays.copyOf(zero, length);
      m.one = Arrays.copyOf(one, length);
      m.weight = Arrays.copyOf(weight, length);
      return m;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never leaves this class
  private record Path(TreeStructure trees, double[] covers, double[] x, int output, double[] into) {
    void walk(int node, Elements before, double zeros, double ones, int field) {
      Elements m = before.extended(zeros, ones, field);
      if (trees.isLeaf(node)) {
        for (int i = 1; i < m.field.length; i++) {
          double sum = 0;
          for (double w : m.without(i).weight) {
            sum += w;
          }
          into[m.field[i]] += sum * (m.one[i] - m.zero[i]) * trees.leaf(node, output);
        }
        return;
      }
      int hot = trees.child(node, x);
      int cold = hot == trees.left(node) ? trees.right(node) : trees.left(node);
      double zero = 1;
      double one = 1;
      for (int i = 1; i < m.field.length; i++) {
        if (m.field[i] == trees.field(node)) {
          zero = m.zero[i];
          one = m.one[i];
          m = m.without(i);
          break;
        }
      }
      walk(hot, m, zero * covers[hot] / covers[node], one, trees.field(node));
      walk(cold, m, zero * covers[cold] / covers[node], 0, trees.field(node));
    }
  }
}
