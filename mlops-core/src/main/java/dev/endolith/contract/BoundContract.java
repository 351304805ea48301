package dev.endolith.contract;

import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.Row;
import dev.endolith.data.RowBuffers;
import dev.endolith.data.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/*
 * A contract bound to the rows of a task.
 *
 * Almost every row keeps every rule, so there are two passes. The first, check(), only tells whether
 * a rule is broken and sums the outlier score: per number two comparisons and one table look-up, all
 * parameters side by side in one array, nothing allocated. The second, inspect(), runs for the rows
 * that the first found, and says which rule it was. The look-up's bin is clamped, so that a value
 * outside of the histogram falls into a cell of its own on either side; NaN becomes bin 0 by the
 * rules of Java's cast and never gets there, as both comparisons are false for it.
 */
/**
 * A contract bound to the rows of a task; counts what it finds. Thread-safe.
 *
 * @param <X> the row
 */
public final class BoundContract<X> {
  /** min, max, where the first bin begins, bins per unit. */
  private static final int PARAMETERS = 4;

  /** A cell below the bins and one above. */
  private static final int CELLS = Histogram.MOST_BINS + 2;

  private static final int ABOVE = Histogram.MOST_BINS + 1;

  private final InputContract contract;
  private final Features<X> features;
  private final Schema schema;
  private final @Nullable FieldContract[] rules;
  private final int[] numeric;
  private final double[] parameters;
  private final double[] heights;
  private final int[] whole;
  private final int[] words;
  private final List<Map<String, Double>> wordHeights;
  private final double[] unknownHeights;
  private final double[] missingHeights;
  private final int[] left;
  private final int[] right;
  private final double threshold;
  private final LongAdder rows = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final Map<String, LongAdder> broken = new TreeMap<>();

  BoundContract(InputContract contract, Features<X> features) {
    this.contract = contract;
    this.features = features;
    this.schema = features.schema();
    this.rules = new FieldContract[schema.size()];
    List<Integer> numbers = new ArrayList<>();
    List<Integer> wholes = new ArrayList<>();
    List<Integer> categories = new ArrayList<>();
    for (FieldContract rule : contract.fields()) {
      int position = position(schema, rule);
      rules[position] = rule;
      (rule.type().numeric() ? numbers : categories).add(position);
      if (rule.whole() && rule.action(Rule.WHOLE) != RuleAction.IGNORE) {
        wholes.add(position);
      }
      if (rule.repairs() && !features.changes()) {
        throw new IllegalArgumentException(
            "the contract of field '"
                + rule.field()
                + "' changes rows, which these features cannot; give their builder changes(...), or"
                + " use FLAG or REJECT");
      }
      for (Rule kind : List.of(Rule.PRESENT, Rule.RANGE, Rule.WHOLE, Rule.CATEGORY)) {
        broken.put(key(rule.field(), kind), new LongAdder());
      }
    }
    this.numeric = array(numbers);
    this.whole = array(wholes);
    this.words = array(categories);
    this.parameters = new double[numeric.length * PARAMETERS];
    this.heights = new double[numeric.length * CELLS];
    this.missingHeights = new double[schema.size()];
    this.unknownHeights = new double[schema.size()];
    for (int i = 0; i < numeric.length; i++) {
      number(i, rule(numeric[i]));
    }
    this.wordHeights = new ArrayList<>();
    for (int position : words) {
      wordHeights.add(words(position, rule(position)));
    }
    List<Relation> checked =
        contract.relations().stream().filter(r -> r.action() != RuleAction.IGNORE).toList();
    this.left = checked.stream().mapToInt(r -> schema.position(r.left()).orElseThrow()).toArray();
    this.right = checked.stream().mapToInt(r -> schema.position(r.right()).orElseThrow()).toArray();
    checked.forEach(r -> broken.put(key(r.text(), Rule.RELATION), new LongAdder()));
    broken.put(key("", Rule.OUTLIER), new LongAdder());
    this.threshold =
        contract.onOutlier() == RuleAction.IGNORE
            ? Double.POSITIVE_INFINITY
            : contract.outlierThreshold();
  }

  private static int position(Schema schema, FieldContract rule) {
    int position =
        schema
            .position(rule.field())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the contract has field '"
                            + rule.field()
                            + "', which the rows lack; they have "
                            + schema.fields().stream().map(Field::name).toList()));
    if (schema.field(position).type() != rule.type()) {
      throw new IllegalArgumentException(
          "field '"
              + rule.field()
              + "' is "
              + rule.type()
              + " in the contract and "
              + schema.field(position).type()
              + " in the rows");
    }
    return position;
  }

  private static int[] array(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  private FieldContract rule(int position) {
    FieldContract rule = rules[position];
    if (rule == null) {
      throw new IllegalStateException("a field is listed only where it has rules");
    }
    return rule;
  }

  private void number(int i, FieldContract rule) {
    FieldContract.Stored facts = rule.facts();
    boolean ranged = rule.action(Rule.RANGE) != RuleAction.IGNORE;
    parameters[i * PARAMETERS] = ranged ? rule.min() : Double.NEGATIVE_INFINITY;
    parameters[i * PARAMETERS + 1] = ranged ? rule.max() : Double.POSITIVE_INFINITY;
    List<Long> counts = facts.histogram().counts();
    if (counts.isEmpty()) {
      return; // adds nothing to the score
    }
    long most = facts.missing();
    for (long count : counts) {
      most = Math.max(most, count);
    }
    double scale = facts.histogram().scale();
    int base = i * CELLS;
    for (int cell = 0; cell <= ABOVE; cell++) {
      // a constant has no width to tell values apart by; its range does
      int bin = scale == 0 ? 0 : cell - 1;
      boolean inside = bin >= 0 && bin < counts.size();
      heights[base + cell] = height(inside ? counts.get(bin) : 0, most);
    }
    missingHeights[numeric[i]] = height(facts.missing(), most);
    parameters[i * PARAMETERS + 2] = facts.histogram().low();
    parameters[i * PARAMETERS + 3] = scale;
  }

  /** -ln of the height, with half a row added so that it is finite. */
  private static double height(long count, long most) {
    return -Math.log((count + 0.5) / (most + 0.5));
  }

  private Map<String, Double> words(int position, FieldContract rule) {
    FieldContract.Stored facts = rule.facts();
    Map<String, Double> logs = new TreeMap<>();
    long most = facts.missing();
    for (long count : facts.categories().values()) {
      most = Math.max(most, count);
    }
    if (!facts.categories().isEmpty()) {
      unknownHeights[position] = height(0, most);
      missingHeights[position] = height(facts.missing(), most);
      for (Map.Entry<String, Long> entry : facts.categories().entrySet()) {
        logs.put(entry.getKey(), height(entry.getValue(), most));
      }
    }
    return Map.copyOf(logs);
  }

  private static String key(String field, Rule rule) {
    return field.isEmpty() ? rule.toString() : field + " " + rule;
  }

  /**
   * The contract.
   *
   * @return the contract
   */
  public InputContract contract() {
    return contract;
  }

  /**
   * Whether the numbers of a row are there and keep every rule, but that about outliers. Costs
   * about a nanosecond a number, allocates nothing, counts nothing.
   *
   * @param numbers one cell per field of the schema, in order
   * @return false if a rule about numbers is broken or one is missing
   * @throws IllegalArgumentException if there are fewer cells than fields
   */
  public boolean keeps(double[] numbers) {
    if (numbers.length < schema.size()) {
      throw new IllegalArgumentException(
          "numbers needs " + schema.size() + " cells, has " + numbers.length);
    }
    for (int i = 0, p = 0; i < numeric.length; i++, p += PARAMETERS) {
      double value = numbers[numeric[i]];
      if (!(value >= parameters[p] && value <= parameters[p + 1])) {
        return false;
      }
    }
    for (int position : whole) {
      double value = numbers[position];
      if (value != Math.rint(value)) {
        return false;
      }
    }
    for (int i = 0; i < left.length; i++) {
      if (numbers[left[i]] > numbers[right[i]]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Looks at the numbers of a row. The score costs some nanoseconds a number, beside {@link
   * #keeps}; nothing is allocated or counted.
   *
   * @param numbers one cell per field of the schema, in order
   * @return the outlier score of the numbers, or NaN if a rule about numbers is broken, one is
   *     missing, or the numbers alone are an outlier
   * @throws IllegalArgumentException if there are fewer cells than fields
   */
  public double check(double[] numbers) {
    if (!keeps(numbers)) {
      return Double.NaN;
    }
    double score = 0;
    for (int i = 0; i < numeric.length; i++) {
      int p = i * PARAMETERS;
      int bin = (int) ((numbers[numeric[i]] - parameters[p + 2]) * parameters[p + 3] + 1);
      score += heights[i * CELLS + Math.max(0, Math.min(ABOVE, bin))];
    }
    return score <= threshold ? score : Double.NaN;
  }

  /**
   * Says what is to be said about a row, without changing, refusing or counting it.
   *
   * @param row the row
   * @return its score and the rules that it breaks
   */
  public Findings inspect(X row) {
    double[] numbers = RowBuffers.take(schema.size());
    try {
      features.numbers(row, numbers);
      Findings findings = quick(row, numbers);
      return findings == null ? slow(row, numbers) : findings;
    } finally {
      RowBuffers.giveBack(numbers);
    }
  }

  private @Nullable Findings quick(X row, double[] numbers) {
    double score = check(numbers);
    for (int i = 0; i < words.length; i++) {
      String word = features.category(row, words[i]);
      if (word == null) {
        return null;
      }
      Map<String, Double> known = wordHeights.get(i);
      Double height = known.get(word);
      if (height != null) {
        score += height;
      } else if (!known.isEmpty()) {
        return null;
      }
    }
    return score <= threshold ? new Findings(score, List.of()) : null; // NaN is not
  }

  private Findings slow(X row, double[] numbers) {
    List<Violation> violations = new ArrayList<>();
    double score = 0;
    for (int i = 0; i < schema.size(); i++) {
      FieldContract rule = rules[i];
      if (rule == null) {
        continue;
      }
      if (rule.type().numeric()) {
        int at = at(numeric, i);
        score += numberScore(at, numbers[i]);
        number(rule, numbers[i], violations);
      } else {
        String word = features.category(row, i);
        Map<String, Double> known = wordHeights.get(at(words, i));
        if (word == null) {
          score += missingHeights[i];
          add(violations, rule.field(), Rule.PRESENT, rule.action(Rule.PRESENT));
        } else if (!known.isEmpty()) {
          Double height = known.get(word);
          score += height == null ? unknownHeights[i] : height;
          if (height == null) {
            add(violations, rule.field(), Rule.CATEGORY, rule.action(Rule.CATEGORY));
          }
        }
      }
    }
    for (Relation relation : contract.relations()) {
      if (numbers[schema.position(relation.left()).orElseThrow()]
          > numbers[schema.position(relation.right()).orElseThrow()]) {
        add(violations, relation.text(), Rule.RELATION, relation.action());
      }
    }
    if (score > contract.outlierThreshold()) {
      add(violations, "", Rule.OUTLIER, contract.onOutlier());
    }
    return new Findings(score, violations);
  }

  private static int at(int[] positions, int position) {
    for (int i = 0; i < positions.length; i++) {
      if (positions[i] == position) {
        return i;
      }
    }
    throw new IllegalStateException("a field with rules is listed");
  }

  private double numberScore(int i, double value) {
    if (Double.isNaN(value)) {
      return missingHeights[numeric[i]];
    }
    int p = i * PARAMETERS;
    int bin = (int) ((value - parameters[p + 2]) * parameters[p + 3] + 1);
    return heights[i * CELLS + Math.max(0, Math.min(ABOVE, bin))];
  }

  private static void number(FieldContract rule, double value, List<Violation> violations) {
    if (Double.isNaN(value)) {
      add(violations, rule.field(), Rule.PRESENT, rule.action(Rule.PRESENT));
      return;
    }
    if (!(value >= rule.min() && value <= rule.max())) {
      add(violations, rule.field(), Rule.RANGE, rule.action(Rule.RANGE));
    } else if (rule.whole() && value != Math.rint(value)) {
      add(violations, rule.field(), Rule.WHOLE, rule.action(Rule.WHOLE));
    }
  }

  private static void add(List<Violation> all, String field, Rule rule, RuleAction action) {
    if (action != RuleAction.IGNORE) {
      all.add(new Violation(field, rule, action));
    }
  }

  /**
   * Lets a row in, changed where the contract says so, and counts what was found.
   *
   * @param row the row
   * @return the row to answer, and what was found in the one that was given
   * @throws InputRefusedException if it breaks a rule whose action is {@link RuleAction#REJECT}, or
   *     one whose value cannot be replaced because the record around it is missing
   */
  public Admitted<X> admit(X row) {
    Findings findings = inspect(row);
    rows.increment();
    if (!findings.flagged()) {
      return new Admitted<>(row, findings);
    }
    boolean refuse = false;
    boolean repair = false;
    for (Violation violation : findings.violations()) {
      LongAdder count = broken.get(key(violation.field(), violation.rule()));
      if (count != null) {
        count.increment();
      }
      refuse |= violation.action() == RuleAction.REJECT;
      repair |= violation.action() == RuleAction.CLIP || violation.action() == RuleAction.IMPUTE;
    }
    if (refuse) {
      refused.increment();
      throw new InputRefusedException(findings.violations());
    }
    return new Admitted<>(repair ? repaired(row, findings) : row, findings);
  }

  private X repaired(X row, Findings findings) {
    Row before = Row.copyOf(features, row);
    double[] numbers = new double[schema.size()];
    @Nullable String[] categories = new String[schema.size()];
    for (int i = 0; i < schema.size(); i++) {
      numbers[i] = before.number(i);
      categories[i] = before.category(i);
    }
    for (Violation violation : findings.violations()) {
      if (violation.rule() == Rule.RELATION || violation.rule() == Rule.OUTLIER) {
        continue;
      }
      int i = schema.position(violation.field()).orElseThrow();
      FieldContract rule = rule(i);
      if (violation.action() == RuleAction.IMPUTE) {
        numbers[i] = rule.facts().typicalNumber();
        categories[i] = rule.facts().typicalCategory();
      } else if (violation.action() == RuleAction.CLIP) {
        double value = violation.rule() == Rule.WHOLE ? Math.rint(numbers[i]) : numbers[i];
        numbers[i] = Math.max(rule.min(), Math.min(rule.max(), value));
      }
    }
    return features.with(row, Row.of(schema, numbers, categories));
  }

  /**
   * How often what was found, since this contract was bound.
   *
   * @return the counts
   */
  public ContractCounts counts() {
    Map<String, Long> found = new TreeMap<>();
    broken.forEach(
        (rule, count) -> {
          if (count.sum() > 0) {
            found.put(rule, count.sum());
          }
        });
    return new ContractCounts(rows.sum(), refused.sum(), found);
  }
}
