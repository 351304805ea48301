package dev.endolith.explain;

import dev.endolith.explain.Explanation.Contribution;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Turns contributions into the reasons of an adverse decision: fields that share a code are summed,
 * the most harmful codes come first. A field that added nothing is never a reason. Immutable.
 */
public final class ReasonCodes {
  /** How many reasons a notice gives at most (Regulation B, 12 CFR 1002.9, comment 9(b)(2)-1). */
  public static final int MOST = 4;

  /** What is less than this share of all contributions is rounding. */
  private static final double ROUNDING = 1e-9;

  private final Map<String, String> codes;
  private final Set<String> prohibited;

  private ReasonCodes(Map<String, String> codes, Set<String> prohibited) {
    this.codes = Map.copyOf(codes);
    this.prohibited = Set.copyOf(prohibited);
  }

  /**
   * A reason.
   *
   * @param code its code
   * @param harm how much its fields lowered the favourable score, above 0
   */
  public record Reason(String code, double harm) {}

  /**
   * A table of codes.
   *
   * @param codes a code by field; fields without one are no reason
   * @param prohibited fields that no notice may name
   * @return the table
   * @throws IllegalArgumentException if a prohibited field has a code
   */
  public static ReasonCodes of(Map<String, String> codes, Set<String> prohibited) {
    for (String field : prohibited) {
      if (codes.containsKey(field)) {
        throw new IllegalArgumentException(
            "field '" + field + "' is prohibited and has a reason code; remove one of the two");
      }
    }
    return new ReasonCodes(codes, prohibited);
  }

  /**
   * The reasons why a score is low.
   *
   * @param favourable the explanation of the favourable label's score, against a background of rows
   *     that were decided favourably
   * @return at most {@link #MOST}, the most harmful first, those of equal harm by code
   * @throws IllegalArgumentException if the explanation's method fits contributions to samples
   *     ({@link Explanation.Method#KERNEL}, {@link Explanation.Method#LIME}): what the fit misses
   *     falls on any field, and a notice could name one that the model does not use
   */
  public List<Reason> reasons(Explanation favourable) {
    if (favourable.method() == Explanation.Method.KERNEL
        || favourable.method() == Explanation.Method.LIME) {
      throw new IllegalArgumentException(
          "reasons must come from contributions that are 0 for a field which the model does not"
              + " use, those of "
              + favourable.method()
              + " may not be; explain with Explainer.exact, or with Explainer.permutation where"
              + " the model's arithmetic is unknown");
    }
    double least =
        ROUNDING * favourable.contributions().stream().mapToDouble(c -> Math.abs(c.value())).sum();
    Map<String, Double> harm = new TreeMap<>();
    for (Contribution c : favourable.contributions()) {
      String code = codes.get(c.field());
      if (code != null && !prohibited.contains(c.field())) {
        harm.merge(code, -c.value(), Double::sum);
      }
    }
    return harm.entrySet().stream()
        .filter(e -> e.getValue() > least)
        .map(e -> new Reason(e.getKey(), e.getValue()))
        .sorted(Comparator.comparingDouble(Reason::harm).reversed().thenComparing(Reason::code))
        .limit(MOST)
        .toList();
  }
}
