package dev.endolith.monitoring.quality;

import dev.endolith.contract.InputContract;
import dev.endolith.data.Dataset;
import dev.endolith.data.DatasetSource;
import dev.endolith.data.Digest;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.error.DataException;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What data must be like. Written by hand, read from JSON, or {@linkplain #infer inferred from a
 * reference} and then edited. Immutable and thread-safe.
 *
 * <pre>{@code
 * Expectations expectations = Expectations.builder()
 *     .fail(Check.rows(1_000, 1_000_000))
 *     .fail(Check.fresh("day", Duration.ofDays(2)))
 *     .quarantine(Check.range("age", 0, 130))
 *     .warn(Check.missing("income", 0.05))
 *     .build();
 * QualityReport report = expectations.check(data, QualityContext.of(clock));
 * }</pre>
 */
public final class Expectations {
  private final List<Expectation> all;
  private final double quarantineLimit;

  Expectations(List<Expectation> all, double quarantineLimit) {
    this.all = List.copyOf(all);
    this.quarantineLimit = quarantineLimit;
    Set<String> texts = new HashSet<>();
    for (Expectation expectation : all) {
      if (!texts.add(expectation.check().text())) {
        throw new IllegalArgumentException(
            "each rule is expected once, '" + expectation.check().text() + "' is twice");
      }
    }
    if (!(quarantineLimit >= 0 && quarantineLimit <= 1)) {
      throw new IllegalArgumentException(
          "quarantineLimit must be in [0, 1], was " + quarantineLimit);
    }
  }

  /**
   * Starts without expectations.
   *
   * @return a builder
   */
  public static ExpectationsBuilder builder() {
    return new ExpectationsBuilder();
  }

  /**
   * What data like the reference keeps. Everything that is inferred warns only, as a learned rule
   * is a guess until somebody has read it:
   *
   * <ul>
   *   <li>there are rows (which fails);
   *   <li>a number is in the range that was seen, a word is one of those that were seen where all
   *       of them are known; one row in a hundred may be another;
   *   <li>a column without missing values has none, but for the share that n rows without one do
   *       not exclude (4.6/n at 99 %, Hanley and Lippman-Hand 1983); in others at most half as many
   *       more are missing, and 2 %;
   *   <li>columns are distributed as they were.
   * </ul>
   *
   * @param reference the reference
   * @return the expectations; check them with {@link QualityContext#withReference}
   */
  public static Expectations infer(ReferenceProfile reference) {
    return Inference.infer(reference);
  }

  /**
   * The rules of a contract, so that data is checked as requests are: what the contract rejects is
   * quarantined, what it flags or repairs is warned of, what it ignores is left out. The outlier
   * score stays with the contract.
   *
   * @param contract the contract
   * @return the expectations
   */
  public static Expectations of(InputContract contract) {
    return ContractRules.read(contract);
  }

  /**
   * Puts the rules that a contract can hold into one, so that requests are checked as data is:
   * ranges, whole numbers, categories, presence, and one column being at most another. What is
   * quarantined or fails is rejected, what is warned of is flagged. Rules for fields that the
   * contract does not have are left out.
   *
   * @param contract the contract
   * @return the contract with these rules in the place of its own
   */
  public InputContract tighten(InputContract contract) {
    return ContractRules.write(this, contract);
  }

  /**
   * Reads what {@link #toJson()} wrote, or somebody edited. Nothing is passed over in silence: an
   * unknown word is an error that names it.
   *
   * @param json the text
   * @return the expectations
   * @throws DataException if the text is not such JSON, or a rule is impossible
   */
  public static Expectations fromJson(String json) {
    return CheckJson.read(json);
  }

  /**
   * The expectations as canonical JSON.
   *
   * @return the text; equal for equal expectations
   */
  public String toJson() {
    return CheckJson.write(this);
  }

  /**
   * The digest of {@link #toJson()}.
   *
   * @return the digest
   */
  public Digest digest() {
    return Digest.ofText(toJson());
  }

  /**
   * The expectations.
   *
   * @return in their order
   */
  public List<Expectation> all() {
    return all;
  }

  /**
   * The share of rows that may be set aside before the data as a whole fails.
   *
   * @return in [0, 1]
   */
  public double quarantineLimit() {
    return quarantineLimit;
  }

  /**
   * These expectations with each one changed.
   *
   * @param edit makes the new of the old
   * @return a copy
   */
  public Expectations with(UnaryOperator<Expectation> edit) {
    return new Expectations(all.stream().map(edit).toList(), quarantineLimit);
  }

  /**
   * Begins to check rows that come one by one.
   *
   * @param features how a row becomes features
   * @param context what the check needs beside them
   * @param <X> the row
   * @return the inspection, which has seen nothing
   * @throws IllegalArgumentException if a rule needs a reference or known values that the context
   *     lacks
   */
  public <X> Inspection<X> inspect(Features<X> features, QualityContext context) {
    return new Inspection<>(this, features, context, null);
  }

  /**
   * Begins to check rows that the caller counts into a profile as well, so that rules of
   * distribution need not count them again.
   *
   * @param features how a row becomes features
   * @param context what the check needs beside them
   * @param window the profile, into which the caller counts every row, of the context's reference
   * @param <X> the row
   * @return the inspection, which has seen nothing; its state is without the profile
   * @throws IllegalArgumentException as {@link #inspect(Features, QualityContext)}
   */
  public <X> Inspection<X> inspect(
      Features<X> features, QualityContext context, WindowProfile window) {
    return new Inspection<>(this, features, context, window);
  }

  /**
   * Those of the expectations that can be asked of such rows: columns are there and of a type that
   * the rule is about, values that it names are known, and there is a reference where it needs one.
   * What is left out no rows could keep.
   *
   * @param features how a row becomes features
   * @param context what a check would have beside them
   * @return the expectations that are left
   */
  public Expectations possible(Features<?> features, QualityContext context) {
    return new Expectations(
        all.stream().filter(e -> possible(e, features, context)).toList(), quarantineLimit);
  }

  private static boolean possible(
      Expectation expectation, Features<?> features, QualityContext context) {
    try {
      return builder().add(expectation).build().inspect(features, context).possible();
    } catch (IllegalArgumentException e) {
      return false; // the context lacks what it needs
    }
  }

  /**
   * Checks data in one pass.
   *
   * @param data the rows
   * @param context what the check needs beside them
   * @param <X> the row
   * @return what was found
   * @throws IllegalArgumentException as {@link #inspect}
   */
  public <X> QualityReport check(Dataset<X, ?> data, QualityContext context) {
    Inspection<X> inspection = inspect(data.task().features(), context);
    for (Example<X, ?> example : data) {
      inspection.add(example.x());
    }
    return inspection.report();
  }

  /**
   * Checks data and sets rows aside.
   *
   * @param data the rows
   * @param context what the check needs beside them
   * @param <X> the row
   * @param <Y> the label
   * @return the other rows, and what was found; the rows are the data itself if none is set aside
   * @throws IllegalArgumentException as {@link #inspect}
   */
  public <X, Y> Sifted<X, Y> sift(Dataset<X, Y> data, QualityContext context) {
    Inspection<X> inspection = inspect(data.task().features(), context);
    BitSet aside = new BitSet(data.size());
    for (int i = 0; i < data.size(); i++) {
      aside.set(i, setsAside(inspection.add(data.examples().get(i).x())));
    }
    QualityReport report = inspection.report();
    if (aside.isEmpty()) {
      return new Sifted<>(data, report);
    }
    int[] next = {0}; // rows are asked in order, each once
    return new Sifted<>(
        data.where("keeps " + digest().abbreviated(), x -> !aside.get(next[0]++)), report);
  }

  /**
   * A source whose rows are checked: those that break a rule are set aside, and data that fails is
   * not handed on.
   *
   * @param source the source
   * @param context what the check needs beside the rows
   * @param <X> the row
   * @param <Y> the label
   * @return the guarded source; it throws {@link DataException} if the data fails, with the {@link
   *     QualityReport#summary()}
   */
  public <X, Y> DatasetSource<X, Y> guard(DatasetSource<X, Y> source, QualityContext context) {
    return instant -> {
      Dataset<X, Y> data = source.knownAt(instant);
      Sifted<X, Y> sifted = sift(data, context);
      if (sifted.report().verdict() == QualityReport.Verdict.FAILED) {
        throw new DataException(
            data.origin().name(),
            0,
            "",
            "the data fails its expectations and is not used: "
                + sifted.report().summary()
                + "; repair the data or edit the expectations");
      }
      return sifted.kept();
    };
  }

  /**
   * The rules of single rows, for serving.
   *
   * @param features how a row becomes features
   * @param context where known values are; nothing else of it is used
   * @param <X> the row
   * @return the rules bound to rows
   * @throws IllegalArgumentException if a rule cannot be asked of such rows
   */
  public <X> RowChecks<X> bind(Features<X> features, QualityContext context) {
    return RowChecks.of(this, features, context);
  }

  /** Whether a row that breaks these is set aside. */
  static boolean setsAside(List<Expectation> broken) {
    return broken.stream().anyMatch(e -> e.severity() == Severity.QUARANTINE);
  }

  boolean measures(Measure measure, String column) {
    for (Expectation expectation : all) {
      if (expectation.check() instanceof DataCheck.Bounded b
          && b.measure() == measure
          && b.column().equals(column)) {
        return true;
      }
      if (expectation.check() instanceof DataCheck.Usual u
          && u.measure() == measure
          && u.column().equals(column)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Expectations that
        && all.equals(that.all)
        && quarantineLimit == that.quarantineLimit;
  }

  @Override
  public int hashCode() {
    return new ArrayList<>(all).hashCode();
  }

  @Override
  public String toString() {
    return "Expectations[" + all.size() + "]";
  }
}
