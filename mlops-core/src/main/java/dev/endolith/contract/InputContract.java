package dev.endolith.contract;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Dataset;
import dev.endolith.data.Features;
import dev.endolith.error.DataException;
import dev.endolith.privacy.PrivacyPolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What rows a model was made for, learned from those it was trained with, and what happens to a row
 * that is not like them. Immutable; each {@code with}-method answers a changed copy.
 *
 * <p>Everything that is learned is flagged first: a learned rule refuses no request until somebody
 * says so with {@link #on}. Dates and timestamps have no learned range, as tomorrow is never in it.
 *
 * <p>Keep it beside the model: {@code candidate.withAttachment(InputContract.ATTACHMENT,
 * "application/json", contract.toBytes())}. It holds ranges, categories and counts of the fields
 * that the privacy policy keeps, and nothing of others.
 *
 * <p>The outlier score of a row needs no model. It is the histogram-based outlier score of M.
 * Goldstein and A. Dengel, "Histogram-based Outlier Score (HBOS)", KI-2012: the sum over fields of
 * {@code -ln(h)}, where h is the height of the bin (or category, or of missing values) that the
 * value falls into, with the highest set to 1. Bins have equal width, √n of them and at most 64;
 * half a row is added to every bin, so that the score is finite. It sees each field alone: a row of
 * usual values in an unusual combination is not found by it, but may be by a {@link Relation}.
 */
public final class InputContract {
  /** The name of the attachment that holds a version's contract. */
  public static final String ATTACHMENT = "input-contract";

  private static final int FORMAT = 1;

  private final List<FieldContract> fields;
  private final List<Relation> relations;
  private final double outlierThreshold;
  private final RuleAction onOutlier;
  private final long rows;

  InputContract(
      List<FieldContract> fields,
      List<Relation> relations,
      double outlierThreshold,
      RuleAction onOutlier,
      long rows) {
    this.fields = List.copyOf(fields);
    this.relations = List.copyOf(relations);
    this.outlierThreshold = outlierThreshold;
    this.onOutlier = Rule.OUTLIER.check(onOutlier);
    this.rows = rows;
    Set<String> names = new HashSet<>();
    for (FieldContract field : fields) {
      if (!names.add(field.field())) {
        throw new IllegalArgumentException(
            "a contract names each field once, '" + field.field() + "' is twice");
      }
    }
    for (Relation relation : relations) {
      for (String side : List.of(relation.left(), relation.right())) {
        if (fields.stream().noneMatch(f -> f.field().equals(side) && f.type().numeric())) {
          throw new IllegalArgumentException(
              "the relation " + relation.text() + " names no numeric field '" + side + "'");
        }
      }
    }
    if (Double.isNaN(outlierThreshold)) {
      throw new IllegalArgumentException("an outlier threshold is a number, was NaN");
    }
  }

  /**
   * Learns a contract of public fields, with 1 % of the training rows above the outlier threshold.
   *
   * @param training the rows that the model was trained with, at least one
   * @param <X> the row
   * @return the contract
   * @throws IllegalArgumentException if there is no row
   */
  public static <X> InputContract learn(Dataset<X, ?> training) {
    return learn(training, PrivacyPolicy.standard(), 0.01);
  }

  /**
   * Learns a contract. Costs a few passes over the rows, and rows × pairs of numeric fields in the
   * worst case to find relations.
   *
   * @param training the rows that the model was trained with, at least one
   * @param privacy whose values may be kept; of other fields nothing is learned
   * @param outliers the share of training rows whose score is to be above the threshold, in [0, 1);
   *     it is met up to rows of equal score
   * @param <X> the row
   * @return the contract
   * @throws IllegalArgumentException if there is no row, or the share is not in [0, 1)
   */
  public static <X> InputContract learn(
      Dataset<X, ?> training, PrivacyPolicy privacy, double outliers) {
    return ContractLearner.learn(training, privacy, outliers);
  }

  /**
   * Reads what {@link #toJson()} wrote.
   *
   * @param json the text
   * @return the contract
   * @throws DataException if it is not a contract
   */
  public static InputContract fromJson(String json) {
    Stored stored = CanonicalJson.read(json, Stored.class);
    if (stored.format() != FORMAT) {
      throw new DataException(
          "JSON", 0, "", "the text is a contract of format " + stored.format() + ", known is 1");
    }
    try {
      return new InputContract(
          stored.fields().stream().map(FieldContract::new).toList(),
          stored.relations(),
          stored.outlierThreshold(),
          stored.onOutlier(),
          stored.rows());
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new DataException("JSON", 0, "", "the text is no input contract: " + e.getMessage());
    }
  }

  /**
   * Reads an attachment.
   *
   * @param content what {@link #toBytes()} wrote
   * @return the contract
   * @throws DataException if it is not a contract
   */
  public static InputContract fromBytes(byte[] content) {
    return fromJson(new String(content, StandardCharsets.UTF_8));
  }

  private record Stored(
      int format,
      List<FieldContract.Stored> fields,
      List<Relation> relations,
      double outlierThreshold,
      RuleAction onOutlier,
      long rows) {}

  /**
   * The contract as canonical JSON.
   *
   * @return the text
   */
  public String toJson() {
    return CanonicalJson.write(
        new Stored(
            FORMAT,
            fields.stream().map(FieldContract::facts).toList(),
            relations,
            outlierThreshold,
            onOutlier,
            rows));
  }

  /**
   * The contract as an attachment.
   *
   * @return {@link #toJson()} in UTF-8
   */
  public byte[] toBytes() {
    return toJson().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The rules of each field.
   *
   * @return the rules in schema order
   */
  public List<FieldContract> fields() {
    return fields;
  }

  /**
   * The rules of a field.
   *
   * @param name its name
   * @return the rules
   * @throws IllegalArgumentException if the contract has no such field
   */
  public FieldContract field(String name) {
    return fields.stream()
        .filter(f -> f.field().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the contract has no field '"
                        + name
                        + "'; it has "
                        + fields.stream().map(FieldContract::field).toList()));
  }

  /**
   * The relations between numbers.
   *
   * @return the relations
   */
  public List<Relation> relations() {
    return relations;
  }

  /**
   * The score above which a row is an outlier.
   *
   * @return the score
   */
  public double outlierThreshold() {
    return outlierThreshold;
  }

  /**
   * What happens to an outlier.
   *
   * @return the action
   */
  public RuleAction onOutlier() {
    return onOutlier;
  }

  /**
   * The number of rows that it was learned from.
   *
   * @return the rows
   */
  public long rows() {
    return rows;
  }

  /**
   * This contract with the rules of one field changed.
   *
   * @param name the field
   * @param edit makes the new rules of the old; keeps the field
   * @return a copy
   * @throws IllegalArgumentException if the contract has no such field
   */
  public InputContract with(String name, UnaryOperator<FieldContract> edit) {
    FieldContract before = field(name);
    List<FieldContract> changed = new ArrayList<>(fields);
    changed.set(fields.indexOf(before), edit.apply(before));
    return new InputContract(changed, relations, outlierThreshold, onOutlier, rows);
  }

  /**
   * This contract with other relations.
   *
   * @param all the relations
   * @return a copy
   * @throws IllegalArgumentException if one names a field that the contract has not, or that is not
   *     numeric
   */
  public InputContract withRelations(List<Relation> all) {
    return new InputContract(fields, all, outlierThreshold, onOutlier, rows);
  }

  /**
   * This contract with another threshold for outliers.
   *
   * @param score the score above which a row is an outlier; infinity for none
   * @return a copy
   */
  public InputContract withOutlierThreshold(double score) {
    return new InputContract(fields, relations, score, onOutlier, rows);
  }

  /**
   * This contract with another action for a rule, in every field and relation that has the rule and
   * does not ignore it.
   *
   * @param rule the rule
   * @param action what happens where it is broken
   * @return a copy
   * @throws IllegalArgumentException if the rule does not know the action, or a field has no
   *     typical value to impute
   */
  public InputContract on(Rule rule, RuleAction action) {
    rule.check(action);
    if (rule == Rule.OUTLIER) {
      return new InputContract(fields, relations, outlierThreshold, action, rows);
    }
    if (rule == Rule.RELATION) {
      return withRelations(
          relations.stream()
              .map(
                  r ->
                      r.action() == RuleAction.IGNORE
                          ? r
                          : new Relation(r.left(), r.right(), action))
              .toList());
    }
    return new InputContract(
        fields.stream()
            .map(f -> f.action(rule) == RuleAction.IGNORE ? f : f.on(rule, action))
            .toList(),
        relations,
        outlierThreshold,
        onOutlier,
        rows);
  }

  /**
   * Binds the contract to the rows of a task, by field name.
   *
   * @param features how a row becomes features; fields that the contract does not know are not
   *     checked
   * @param <X> the row
   * @return the bound contract
   * @throws IllegalArgumentException if a field of the contract is missing or of another type, or
   *     rows would have to be changed and the features cannot
   */
  public <X> BoundContract<X> bind(Features<X> features) {
    return new BoundContract<>(this, features);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InputContract that && toJson().equals(that.toJson());
  }

  @Override
  public int hashCode() {
    return toJson().hashCode();
  }

  @Override
  public String toString() {
    return "InputContract[" + fields.size() + " fields, " + relations.size() + " relations]";
  }
}
