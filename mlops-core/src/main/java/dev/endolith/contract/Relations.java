package dev.endolith.contract;

import dev.endolith.data.FieldType;
import dev.endolith.data.Schema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/*
 * Finds pairs of numbers of which one was never above the other.
 *
 * A pair is only a relation if chance does not explain it. Were the two independent, a row would
 * break it with probability p, and n rows would all keep it with probability (1 - p)^n <= exp(-np).
 * p is estimated from pairs that are independent by construction: the left value of row i beside the
 * right value of row i + k, for a few k. A pair is kept if exp(-np) <= ALPHA / pairs (Bonferroni). A
 * relation that the ranges alone imply has p = 0 and is not kept: the ranges check it already.
 */
final class Relations {
  private static final double ALPHA = 1e-3;
  private static final int SHIFTS = 7;
  private static final int MOST = 64;

  private Relations() {}

  private record Found(Relation relation, double expected) {}

  static List<Relation> find(Schema schema, Map<String, double[]> numbers) {
    List<Integer> candidates = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      if (schema.field(i).type() != FieldType.BOOLEAN
          && numbers.containsKey(schema.field(i).name())) {
        candidates.add(i);
      }
    }
    double pairs = Math.max(1, candidates.size() * (candidates.size() - 1.0));
    List<Found> found = new ArrayList<>();
    for (int left : candidates) {
      for (int right : candidates) {
        if (left != right && schema.field(left).type() == schema.field(right).type()) {
          String a = schema.field(left).name();
          String b = schema.field(right).name();
          double expected = expected(column(numbers, a), column(numbers, b));
          if (expected >= Math.log(pairs / ALPHA)) {
            found.add(new Found(new Relation(a, b, RuleAction.FLAG), expected));
          }
        }
      }
    }
    List<Found> direct = found.stream().filter(f -> !implied(f.relation(), found)).toList();
    return direct.stream()
        .sorted(Comparator.comparingDouble(Found::expected).reversed())
        .limit(MOST)
        .map(Found::relation)
        .toList();
  }

  private static double[] column(Map<String, double[]> numbers, String field) {
    return Objects.requireNonNull(numbers.get(field));
  }

  /** How many rows would break it by chance; 0 if a row breaks it. */
  private static double expected(double[] left, double[] right) {
    int n = left.length;
    long both = 0;
    for (int i = 0; i < n; i++) {
      if (left[i] > right[i]) {
        return 0;
      }
      if (left[i] <= right[i]) { // neither is missing
        both++;
      }
    }
    long broken = 0;
    long compared = 0;
    for (int s = 1; s <= SHIFTS; s++) {
      int shift = (int) ((long) n * s / (SHIFTS + 1)); // far rows, so that sorted data is mixed too
      for (int i = 0; shift > 0 && i < n; i++) {
        double other = right[(i + shift) % n];
        if (left[i] > other) {
          broken++;
        }
        if (!Double.isNaN(left[i]) && !Double.isNaN(other)) {
          compared++;
        }
      }
    }
    return compared == 0 ? 0 : (double) both * broken / compared;
  }

  /** a <= c follows from a <= b and b <= c, unless two of them are equal in all rows. */
  private static boolean implied(Relation relation, List<Found> all) {
    return all.stream()
        .map(Found::relation)
        .filter(first -> first.left().equals(relation.left()))
        .map(Relation::right)
        .filter(middle -> !middle.equals(relation.right()))
        .anyMatch(
            middle ->
                holds(middle, relation.right(), all)
                    && !holds(middle, relation.left(), all)
                    && !holds(relation.right(), middle, all));
  }

  private static boolean holds(String left, String right, List<Found> all) {
    return all.stream()
        .anyMatch(f -> f.relation().left().equals(left) && f.relation().right().equals(right));
  }
}
