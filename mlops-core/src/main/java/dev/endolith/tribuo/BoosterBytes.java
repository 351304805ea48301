package dev.endolith.tribuo;

import dev.endolith.error.ArtifactRefusedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * XGBoost's binary model format as its versions 1.0 to 2.0 write it (src/learner.cc, src/gbm/gbtree.cc,
 * src/tree/tree_model.cc; little-endian): "binf", the learner's parameters (136 bytes), the names of
 * objective and booster, the booster's parameters (160 bytes), the trees, the group of each tree.
 * Each tree has its parameters (148 bytes), nodes of 20 bytes and statistics of 16. What comes after
 * the groups (attributes, names of metrics) has no part in answers.
 *
 * Everything is bounded by the bytes there are before it is allocated, and every child comes later
 * than its parent, so that a walk ends.
 */
@SuppressWarnings("ArrayRecordComponent") // never leaves this package
record BoosterBytes(float baseScore, int groups, int features, String objective, List<Tree> trees) {
  private static final int LEARNER = 136;
  private static final int BOOSTER = 160;
  private static final int TREE = 148;
  private static final int NODE = 20;
  private static final int STATISTICS = 16;
  private static final int MOST_NAME = 64;
  private static final int LEFT_IF_MISSING = 1 << 31;

  /** A node that was not split; its number is the leaf's. */
  static final int LEAF = -1;

  /**
   * One tree, node by node.
   *
   * @param group the score that it adds to
   * @param left the child for numbers below the bound, {@link #LEAF} for leaves
   * @param right the other child
   * @param feature the feature's id
   * @param missingLeft whether a missing number goes left
   * @param number the bound, of leaves the number that is added
   */
  record Tree(
      int group, int[] left, int[] right, int[] feature, boolean[] missingLeft, float[] number) {}

  /**
   * Reads a model.
   *
   * @throws NotCompiled if the booster is stored in another form, or sums differently
   * @throws ArtifactRefusedException if the bytes are broken
   */
  static BoosterBytes read(ByteBuffer content) {
    ByteBuffer in = content.slice().order(ByteOrder.LITTLE_ENDIAN);
    need(in, 4 + LEARNER);
    if (in.get(0) == 'b' && in.get(1) == 'i' && in.get(2) == 'n' && in.get(3) == 'f') {
      in.position(4);
    } else if (in.get(0) == '{') {
      throw new NotCompiled("its booster is stored as JSON or UBJSON");
    }
    int learner = in.position();
    float baseScore = in.getFloat();
    int features = in.getInt();
    int groups = Math.max(1, in.getInt());
    in.position(learner + LEARNER);
    String objective = name(in);
    String booster = name(in);
    if (!booster.equals("gbtree")) {
      throw new NotCompiled("its booster is not gbtree");
    }
    need(in, BOOSTER);
    int start = in.position();
    int count = in.getInt();
    in.position(start + BOOSTER);
    if (count < 0 || count > in.remaining() / TREE || features < 0) {
      throw broken();
    }
    List<Tree> shapes = new ArrayList<>();
    for (int t = 0; t < count; t++) {
      shapes.add(tree(in, features));
    }
    need(in, Math.multiplyExact(count, Integer.BYTES));
    List<Tree> trees = new ArrayList<>();
    for (Tree tree : shapes) {
      int group = in.getInt();
      if (group < 0 || group >= groups) {
        throw broken();
      }
      trees.add(
          new Tree(group, tree.left, tree.right, tree.feature, tree.missingLeft, tree.number));
    }
    return new BoosterBytes(baseScore, groups, features, objective, List.copyOf(trees));
  }

  private static Tree tree(ByteBuffer in, int features) {
    need(in, TREE);
    int start = in.position();
    int nodes = in.getInt(start + 4);
    int leafVector = in.getInt(start + 20);
    in.position(start + TREE);
    if (nodes < 1 || nodes > in.remaining() / (NODE + STATISTICS) || leafVector > 1) {
      throw broken();
    }
    int[] left = new int[nodes];
    int[] right = new int[nodes];
    int[] feature = new int[nodes];
    boolean[] missingLeft = new boolean[nodes];
    float[] number = new float[nodes];
    int base = in.position();
    for (int i = 0; i < nodes; i++) {
      int at = base + i * NODE;
      left[i] = in.getInt(at + 4);
      right[i] = in.getInt(at + 8);
      int index = in.getInt(at + 12);
      number[i] = in.getFloat(at + 16);
      feature[i] = index & ~LEFT_IF_MISSING;
      missingLeft[i] = (index & LEFT_IF_MISSING) != 0;
    }
    check(left, right, feature, features);
    in.position(base + nodes * (NODE + STATISTICS));
    return new Tree(0, left, right, feature, missingLeft, number);
  }

  /** Every node is reached by one way at most: no walk is longer than there are nodes. */
  private static void check(int[] left, int[] right, int[] feature, int features) {
    Map<Integer, Integer> parents = new HashMap<>();
    List<Integer> open = new ArrayList<>(List.of(0));
    while (!open.isEmpty()) {
      int node = open.remove(open.size() - 1);
      if (left[node] == LEAF) {
        continue;
      }
      for (int child : new int[] {left[node], right[node]}) {
        if (child <= 0 || child >= left.length || parents.put(child, node) != null) {
          throw broken();
        }
        open.add(child);
      }
      if (feature[node] >= features) {
        throw broken();
      }
    }
  }

  private static String name(ByteBuffer in) {
    need(in, Long.BYTES);
    long length = in.getLong();
    if (length < 0 || length > MOST_NAME || length > in.remaining()) {
      throw broken();
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void need(ByteBuffer in, int bytes) {
    if (in.remaining() < bytes) {
      throw broken();
    }
  }

  /** Native code would read such bytes without a check. */
  private static ArtifactRefusedException broken() {
    return new ArtifactRefusedException(
        TribuoFormat.NAME, "well-formed", "the model's booster is not in XGBoost's binary form");
  }

  /** What makes scores of the sums; null for an objective that is not known here. */
  BoostedEvaluator.@Nullable Link link() {
    return switch (objective) {
      case "multi:softprob" -> BoostedEvaluator.Link.SOFTMAX;
      case "reg:squarederror", "reg:linear", "reg:pseudohubererror" -> BoostedEvaluator.Link.NONE;
      case "reg:gamma", "reg:tweedie", "count:poisson" -> BoostedEvaluator.Link.EXP;
      default -> null;
    };
  }
}
