package dev.endolith.contract;

import dev.endolith.data.FieldType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one field. Immutable; each {@code with}-method answers a changed copy.
 *
 * <p>A field whose values may not leave the process has only the rule that it is present.
 */
public final class FieldContract {
  private final Stored facts;

  FieldContract(Stored facts) {
    this.facts = facts;
  }

  /** What a contract's JSON holds of a field. */
  record Stored(
      String field,
      FieldType type,
      RuleAction onMissing,
      double min,
      double max,
      RuleAction onRange,
      boolean whole,
      RuleAction onFraction,
      Map<String, Long> categories,
      RuleAction onUnknown,
      double typicalNumber,
      @Nullable String typicalCategory,
      Histogram histogram,
      long missing) {
    Stored {
      categories = Map.copyOf(categories == null ? Map.of() : categories);
      histogram = histogram == null ? Histogram.NONE : histogram;
      Rule.PRESENT.check(onMissing);
      Rule.RANGE.check(onRange);
      Rule.WHOLE.check(onFraction);
      Rule.CATEGORY.check(onUnknown);
      if (!(min <= max)) {
        throw new IllegalArgumentException(
            "the range of field '" + field + "' needs min <= max, was " + min + " and " + max);
      }
      boolean typical = type.numeric() ? Double.isFinite(typicalNumber) : typicalCategory != null;
      if (!typical
          && (onMissing == RuleAction.IMPUTE
              || onRange == RuleAction.IMPUTE
              || onFraction == RuleAction.IMPUTE
              || onUnknown == RuleAction.IMPUTE)) {
        throw new IllegalArgumentException(
            "field '" + field + "' has no typical value to impute; give it one with typical(...)");
      }
    }

    /** Written sorted, so that equal contracts have equal bytes. */
    @Override
    public Map<String, Long> categories() {
      return new TreeMap<>(categories);
    }
  }

  Stored facts() {
    return facts;
  }

  /**
   * The field's name.
   *
   * @return the name
   */
  public String field() {
    return facts.field;
  }

  /**
   * What the field holds.
   *
   * @return the type
   */
  public FieldType type() {
    return facts.type;
  }

  /**
   * The least number that keeps the rule.
   *
   * @return the number; negative infinity where there is no bound
   */
  public double min() {
    return facts.min;
  }

  /**
   * The greatest number that keeps the rule.
   *
   * @return the number; infinity where there is no bound
   */
  public double max() {
    return facts.max;
  }

  /**
   * Whether numbers are whole.
   *
   * @return true if they are
   */
  public boolean whole() {
    return facts.whole;
  }

  /**
   * The known categories.
   *
   * @return the categories, sorted; empty where any is allowed
   */
  public List<String> categories() {
    return List.copyOf(facts.categories().keySet());
  }

  /**
   * What happens where a rule of the field is broken.
   *
   * @param rule {@link Rule#PRESENT}, {@link Rule#RANGE}, {@link Rule#WHOLE} or {@link
   *     Rule#CATEGORY}
   * @return the action
   * @throws IllegalArgumentException if the rule is not one of a field
   */
  public RuleAction action(Rule rule) {
    return switch (rule) {
      case PRESENT -> facts.onMissing;
      case RANGE -> facts.onRange;
      case WHOLE -> facts.onFraction;
      case CATEGORY -> facts.onUnknown;
      case RELATION, OUTLIER ->
          throw new IllegalArgumentException("rule " + rule + " is not one of a field");
    };
  }

  /**
   * These rules with another range.
   *
   * @param min the least number, may be negative infinity
   * @param max the greatest number, may be infinity
   * @return a copy
   * @throws IllegalArgumentException if the field is not numeric or {@code min <= max} does not
   *     hold
   */
  public FieldContract withRange(double min, double max) {
    if (!facts.type.numeric()) {
      throw new IllegalArgumentException("field '" + facts.field + "' is not numeric");
    }
    return copy(
        facts.onMissing,
        min,
        max,
        facts.onRange,
        facts.onFraction,
        facts.categories,
        facts.onUnknown,
        facts.typicalNumber,
        facts.typicalCategory);
  }

  /**
   * These rules with other known categories. One that training did not see counts as rare in the
   * outlier score.
   *
   * @param known the categories; empty to allow any
   * @return a copy
   * @throws IllegalArgumentException if the field is not a category
   */
  public FieldContract withCategories(List<String> known) {
    if (facts.type != FieldType.CATEGORY) {
      throw new IllegalArgumentException("field '" + facts.field + "' is not a category");
    }
    Map<String, Long> counts = new TreeMap<>();
    known.forEach(c -> counts.put(c, facts.categories.getOrDefault(c, 0L)));
    return copy(
        facts.onMissing,
        facts.min,
        facts.max,
        facts.onRange,
        facts.onFraction,
        counts,
        facts.onUnknown,
        facts.typicalNumber,
        facts.typicalCategory);
  }

  /**
   * These rules with another value for imputing.
   *
   * @param number the number, finite
   * @return a copy
   */
  public FieldContract withTypical(double number) {
    return copy(
        facts.onMissing,
        facts.min,
        facts.max,
        facts.onRange,
        facts.onFraction,
        facts.categories,
        facts.onUnknown,
        number,
        facts.typicalCategory);
  }

  /**
   * These rules with another value for imputing.
   *
   * @param category the category
   * @return a copy
   */
  public FieldContract withTypical(String category) {
    return copy(
        facts.onMissing,
        facts.min,
        facts.max,
        facts.onRange,
        facts.onFraction,
        facts.categories,
        facts.onUnknown,
        facts.typicalNumber,
        category);
  }

  /**
   * These rules with another action.
   *
   * @param rule a rule of a field
   * @param action what happens where it is broken
   * @return a copy
   * @throws IllegalArgumentException if the rule is not one of a field, does not know the action,
   *     or there is no typical value to impute
   */
  public FieldContract on(Rule rule, RuleAction action) {
    action(rule); // refuses other rules
    return copy(
        rule == Rule.PRESENT ? action : facts.onMissing,
        facts.min,
        facts.max,
        rule == Rule.RANGE ? action : facts.onRange,
        rule == Rule.WHOLE ? action : facts.onFraction,
        facts.categories,
        rule == Rule.CATEGORY ? action : facts.onUnknown,
        facts.typicalNumber,
        facts.typicalCategory);
  }

  private FieldContract copy(
      RuleAction onMissing,
      double min,
      double max,
      RuleAction onRange,
      RuleAction onFraction,
      Map<String, Long> categories,
      RuleAction onUnknown,
      double typicalNumber,
      @Nullable String typicalCategory) {
    return new FieldContract(
        new Stored(
            facts.field,
            facts.type,
            onMissing,
            min,
            max,
            onRange,
            facts.whole,
            onFraction,
            categories,
            onUnknown,
            typicalNumber,
            typicalCategory,
            facts.histogram,
            facts.missing));
  }

  /** Whether some row may be changed. */
  boolean repairs() {
    return List.of(facts.onMissing, facts.onRange, facts.onFraction, facts.onUnknown).stream()
        .anyMatch(a -> a == RuleAction.CLIP || a == RuleAction.IMPUTE);
  }

  @Override
  public String toString() {
    return "FieldContract[" + facts.field + "]";
  }
}
