package dev.endolith.tribuo;

import dev.endolith.explain.ModelStructure;
import dev.endolith.explain.TreeStructure;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/*
 * Boosted trees in flat arrays. XGBoost compares and adds numbers of single precision, tree after
 * tree, and so does this: the sums are its to the bit, what is made of them differs by a rounding.
 *
 * A number goes left where its scaled value, rounded to single precision, is below the node's bound.
 * Rounding and scaling never fall as the value grows, so the numbers that go left are all numbers up
 * to some greatest one, which is found by halving, as in ForestEvaluator.
 */
final class BoostedEvaluator implements Evaluator {
  /** What is made of the sums. */
  enum Link {
    NONE,
    EXP,
    SOFTMAX
  }

  private static final int LEAF = -1;

  private final int[] positions;
  private final Link link;
  private final float base;
  private final int[] roots;
  private final int[] groups;
  private final int[] column;
  private final double[] bound;
  private final byte[] kind;
  private final int[] left;
  private final int[] right;
  private final float[] leaf;

  /** A node's kind: of a number, where a missing one goes; of a category, that it is one. */
  private static final byte MISSING_LEFT = 0;

  private static final byte MISSING_RIGHT = 1;
  private static final byte CATEGORY = 2;

  /**
   * Translates a booster.
   *
   * @param names the name of each feature by its id
   * @param positions where each of its groups stands among the scores
   */
  BoostedEvaluator(BoosterBytes booster, Columns columns, List<String> names, int[] positions) {
    Link known = booster.link();
    if (known == null) {
      throw new NotCompiled("its objective has no translation");
    }
    if (booster.groups() != positions.length || booster.features() > names.size()) {
      throw new NotCompiled("its booster has other classes or features than the model");
    }
    this.link = known;
    this.positions = positions.clone();
    this.base = known == Link.EXP ? (float) Math.log(booster.baseScore()) : booster.baseScore();
    Growing growing = new Growing(columns, names);
    this.roots = new int[booster.trees().size()];
    this.groups = new int[roots.length];
    for (int t = 0; t < roots.length; t++) {
      BoosterBytes.Tree tree = booster.trees().get(t);
      roots[t] = growing.add(tree, 0, 0);
      groups[t] = tree.group();
    }
    int nodes = growing.nodes.size();
    column = new int[nodes];
    bound = new double[nodes];
    kind = new byte[nodes];
    left = new int[nodes];
    right = new int[nodes];
    leaf = new float[nodes];
    for (int i = 0; i < nodes; i++) {
      Node node = growing.nodes.get(i);
      column[i] = node.column;
      bound[i] = node.bound;
      kind[i] = node.kind;
      left[i] = node.left;
      right[i] = node.right;
      leaf[i] = node.leaf;
    }
  }

  @Override
  public void scores(double[] row, double[] scores) {
    for (int position : positions) {
      scores[position] = base;
    }
    for (int t = 0; t < roots.length; t++) {
      int node = roots[t];
      int at = column[node];
      while (at != LEAF) {
        double value = row[at];
        boolean goRight =
            kind[node] == CATEGORY
                ? value == bound[node]
                : value > bound[node] || (kind[node] == MISSING_RIGHT && Double.isNaN(value));
        node = goRight ? right[node] : left[node];
        at = column[node];
      }
      int position = positions[groups[t]];
      scores[position] = (float) scores[position] + leaf[node]; // a sum of floats is a float
    }
    normalise(scores);
  }

  private void normalise(double[] scores) {
    if (link == Link.EXP) {
      scores[positions[0]] = (float) Math.exp(scores[positions[0]]);
    } else if (link == Link.SOFTMAX) {
      double most = Double.NEGATIVE_INFINITY;
      for (int position : positions) {
        most = Math.max(most, scores[position]);
      }
      double sum = 0;
      for (int position : positions) {
        scores[position] = Math.exp(scores[position] - most);
        sum += scores[position];
      }
      for (int position : positions) {
        scores[position] /= sum;
      }
    }
  }

  @Override
  public ModelStructure structure() {
    int scores = 0;
    for (int position : positions) {
      scores = Math.max(scores, position + 1);
    }
    double[] bases = new double[scores];
    for (int position : positions) {
      bases[position] = base;
    }
    TreeStructure.Builder trees = TreeStructure.builder(bases, link != Link.NONE);
    for (int t = 0; t < roots.length; t++) {
      trees.root(structure(roots[t], positions[groups[t]], scores, trees));
    }
    return trees.build();
  }

  private int structure(int node, int position, int scores, TreeStructure.Builder trees) {
    if (column[node] == LEAF) {
      double[] adds = new double[scores];
      adds[position] = leaf[node];
      return trees.leaf(adds);
    }
    int less = structure(left[node], position, scores, trees);
    int greater = structure(right[node], position, scores, trees);
    boolean category = kind[node] == CATEGORY;
    return trees.node(
        column[node], bound[node], category, kind[node] == MISSING_RIGHT, less, greater);
  }

  /** A column at which a tree branches, and the number there; for rows that try it. */
  @Override
  public void edge(double[] row, RandomGenerator random) {
    int node = random.nextInt(column.length);
    if (column[node] != LEAF && kind[node] != CATEGORY && Double.isFinite(bound[node])) {
      row[column[node]] = random.nextBoolean() ? bound[node] : Math.nextUp(bound[node]);
    }
  }

  private record Node(int column, double bound, byte kind, int left, int right, float leaf) {}

  private static final class Growing {
    private static final int MOST_DEPTH = 512;

    private final Columns columns;
    private final List<String> names;
    private final List<Node> nodes = new ArrayList<>();

    Growing(Columns columns, List<String> names) {
      this.columns = columns;
      this.names = names;
    }

    int add(BoosterBytes.Tree tree, int node, int depth) {
      if (depth > MOST_DEPTH) {
        throw new NotCompiled("its trees are deeper than " + MOST_DEPTH);
      }
      if (tree.left()[node] == BoosterBytes.LEAF) {
        nodes.add(new Node(LEAF, 0, MISSING_LEFT, LEAF, LEAF, tree.number()[node]));
        return nodes.size() - 1;
      }
      int less = add(tree, tree.left()[node], depth + 1);
      int greater = add(tree, tree.right()[node], depth + 1);
      float limit = tree.number()[node];
      int absent = tree.missingLeft()[node] ? less : greater;
      int[] place = columns.place(names.get(tree.feature()[node]));
      if (place[0] < 0) {
        return absent; // the task never has this feature
      }
      if (!columns.isNumeric(place[0])) {
        int hit = 1 < limit ? less : greater;
        if (hit == absent) {
          return hit;
        }
        nodes.add(new Node(place[0], place[1], CATEGORY, absent, hit, 0));
      } else {
        double greatest =
            ForestEvaluator.greatest(v -> (float) columns.scaled(place[0], v) < limit);
        byte missing = tree.missingLeft()[node] ? MISSING_LEFT : MISSING_RIGHT;
        nodes.add(new Node(place[0], greatest, missing, less, greater, 0));
      }
      return nodes.size() - 1;
    }
  }
}
