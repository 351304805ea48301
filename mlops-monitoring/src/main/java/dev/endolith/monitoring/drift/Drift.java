package dev.endolith.monitoring.drift;

import dev.endolith.data.Dataset;
import dev.endolith.monitoring.drift.ColumnDrift.Bin;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.profile.ReferenceColumn;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Decides, column by column, whether data is still distributed as its reference.
 *
 * <p>A column drifted if the difference is both <b>clear</b> (its p-value, adjusted for the number
 * of columns, is below α) and <b>of a size that matters</b> (its PSI exceeds what chance alone
 * makes of it by at least the minimum effect). With the second alone small samples alarm on noise,
 * with the first alone large ones alarm on trifles. With fewer than fifty values on a side, a
 * column that did not drift is undecided.
 *
 * <pre>{@code
 * DriftReport report = Drift.compare(ReferenceProfile.of(training), today);
 * }</pre>
 *
 * <p>Total: a column without data, constant, or full of NaN is answered like any other. O(bins) per
 * column after counting. Immutable and thread-safe.
 */
public final class Drift {
  /** With fewer values a difference that matters is likely to be missed. */
  private static final int LEAST_ROWS = 50;

  /** The usual number of bins of PSI. */
  private static final int COARSE_BINS = 10;

  private static final KolmogorovSmirnov KS = KolmogorovSmirnov.create();
  private static final ChiSquare CHI_SQUARE = ChiSquare.create();
  private static final Psi PSI = Psi.create();

  private final double alpha;
  private final double minimumEffect;
  private final Correction correction;

  private Drift(Builder builder) {
    this.alpha = builder.alpha;
    this.minimumEffect = builder.minimumEffect;
    this.correction = builder.correction;
  }

  /**
   * Compares rows with a reference, by the defaults.
   *
   * @param reference how it should be
   * @param current the rows that are judged
   * @param <X> the row
   * @param <Y> the label
   * @return the report
   */
  public static <X, Y> DriftReport compare(ReferenceProfile reference, Dataset<X, Y> current) {
    return compare(reference, WindowProfile.of(reference, current));
  }

  /**
   * Compares counts with a reference, by the defaults.
   *
   * @param reference how it should be
   * @param current the counts that are judged
   * @return the report
   * @throws IllegalArgumentException if {@code current} was counted on another reference
   */
  public static DriftReport compare(ReferenceProfile reference, WindowProfile current) {
    return builder().build().judge(reference, current);
  }

  /**
   * Returns a builder with the defaults: α = 0.01, a minimum effect of 0.1, Benjamini–Hochberg.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Compares counts with a reference.
   *
   * @param reference how it should be
   * @param current the counts that are judged
   * @return the report
   * @throws IllegalArgumentException if {@code current} was counted on another reference
   */
  public DriftReport judge(ReferenceProfile reference, WindowProfile current) {
    if (!reference.digest().equals(current.reference().digest())) {
      throw new IllegalArgumentException(
          "the window was counted on the reference "
              + current.reference().digest().abbreviated()
              + ", not on "
              + reference.digest().abbreviated());
    }
    List<Findings> findings = new ArrayList<>();
    for (int i = 0; i < reference.columns().size(); i++) {
      findings.add(Findings.of(reference.columns().get(i), current.counts(i), current.missing(i)));
    }
    double[] adjusted =
        correction.adjust(findings.stream().mapToDouble(Findings::pValue).toArray());
    List<ColumnDrift> columns = new ArrayList<>();
    for (int i = 0; i < adjusted.length; i++) {
      columns.add(decide(findings.get(i), adjusted[i]));
    }
    columns.sort(
        Comparator.comparingDouble((ColumnDrift c) -> Double.isNaN(c.effect()) ? 0 : -c.effect())
            .thenComparing(ColumnDrift::name));
    return new DriftReport(
        overall(columns),
        reference.rows(),
        current.rows(),
        alpha,
        minimumEffect,
        correction,
        columns);
  }

  private static Verdict overall(List<ColumnDrift> columns) {
    Verdict verdict = Verdict.UNDECIDED;
    for (ColumnDrift column : columns) {
      if (column.role() != ReferenceColumn.Role.LABEL) {
        if (column.verdict() == Verdict.DRIFT) {
          return Verdict.DRIFT;
        }
        if (column.verdict() == Verdict.NO_DRIFT) {
          verdict = Verdict.NO_DRIFT;
        }
      }
    }
    return verdict;
  }

  private ColumnDrift decide(Findings found, double adjusted) {
    Verdict verdict;
    if (adjusted < alpha && found.effect >= minimumEffect) {
      verdict = Verdict.DRIFT;
    } else if (Double.isNaN(adjusted) || found.least() < LEAST_ROWS) {
      verdict = Verdict.UNDECIDED;
    } else {
      verdict = Verdict.NO_DRIFT;
    }
    return new ColumnDrift(
        found.column.name(),
        found.column.role(),
        verdict,
        found.effect,
        found.psi,
        found.test,
        found.pValue,
        adjusted,
        found.n,
        found.m,
        found.unseen,
        found.missing,
        found.bins);
  }

  /** What was measured of one column, before the decision. */
  private record Findings(
      ReferenceColumn column,
      long n,
      long m,
      long allReference,
      long allCurrent,
      TestResult psi,
      TestResult test,
      double pValue,
      double effect,
      double unseen,
      double missing,
      List<Bin> bins) {

    /** The smaller side, the missing included: a column of missing values can drift, too. */
    long least() {
      return Math.min(allReference, allCurrent);
    }

    static Findings of(ReferenceColumn column, long[] current, long currentMissing) {
      long[] reference = column.counts();
      boolean numbers = column.kind() == ReferenceColumn.Kind.NUMBER;
      TestResult test =
          numbers ? KS.compareBinned(reference, current) : CHI_SQUARE.compare(reference, current);
      long n = test.referenceSize();
      long m = test.currentSize();
      long[] presence = {n, column.missing()};
      long[] presenceNow = {m, currentMissing};
      double p = test.pValue();
      if (column.missing() + currentMissing > 0) {
        double missingP = CHI_SQUARE.compare(presence, presenceNow).pValue();
        p = Double.isNaN(p) ? missingP : Math.min(1, 2 * Math.min(p, missingP));
      }
      List<Bin> bins = numbers ? coarse(column, reference, current) : each(column, current);
      if (column.missing() + currentMissing > 0) {
        bins.add(new Bin("missing", column.missing(), currentMissing));
      }
      TestResult psi =
          PSI.compare(
              bins.stream().mapToLong(Bin::reference).toArray(),
              bins.stream().mapToLong(Bin::current).toArray());
      double chance =
          (bins.size() - 1)
              * (1.0 / (n + column.missing()) + 1.0 / Math.max(1, m + currentMissing));
      return new Findings(
          column,
          n,
          m,
          n + column.missing(),
          m + currentMissing,
          psi,
          test,
          p,
          psi.statistic() - chance,
          numbers
              ? 0
              : share(current[current.length - 1], m) - share(reference[reference.length - 1], n),
          share(currentMissing, m + currentMissing) - share(column.missing(), n + column.missing()),
          bins);
    }

    private static double share(long part, long whole) {
      return whole == 0 ? 0 : (double) part / whole;
    }

    private static List<Bin> each(ReferenceColumn column, long[] current) {
      long[] reference = column.counts();
      List<Bin> bins = new ArrayList<>();
      for (int i = 0; i < reference.length; i++) {
        if (reference[i] + current[i] > 0) {
          bins.add(new Bin(column.describe(i, i), reference[i], current[i]));
        }
      }
      return bins;
    }

    /*
     * Runs of fine bins with about a tenth of the reference each. A bin that has a tenth alone stays
     * alone, so that what lies beside a point mass is not mixed with it: of a constant remain
     * {below, equal, above}. Runs that are empty on both sides say nothing and are dropped.
     */
    private static List<Bin> coarse(ReferenceColumn column, long[] reference, long[] current) {
      long n = 0;
      for (long count : reference) {
        n += count;
      }
      List<Bin> bins = new ArrayList<>();
      int from = 0;
      long inReference = 0;
      long inCurrent = 0;
      for (int i = 0; i < reference.length; i++) {
        boolean heavy = reference[i] * COARSE_BINS >= n && n > 0;
        if (heavy && from < i) {
          add(bins, column, from, i - 1, inReference, inCurrent);
          from = i;
          inReference = 0;
          inCurrent = 0;
        }
        inReference += reference[i];
        inCurrent += current[i];
        if ((inReference * COARSE_BINS >= n && n > 0) || i == reference.length - 1) {
          add(bins, column, from, i, inReference, inCurrent);
          from = i + 1;
          inReference = 0;
          inCurrent = 0;
        }
      }
      return bins;
    }

    private static void add(
        List<Bin> bins, ReferenceColumn column, int from, int to, long reference, long current) {
      if (reference + current > 0) {
        bins.add(new Bin(column.describe(from, to), reference, current));
      }
    }
  }

  /** Sets up a {@link Drift}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private double alpha = 0.01;
    private double minimumEffect = 0.1;
    private Correction correction = Correction.BENJAMINI_HOCHBERG;

    private Builder() {}

    /**
     * Sets the level that adjusted p-values are compared with.
     *
     * @param alpha in (0, 1); 0.01 by default: of the columns that are called drifted, one in a
     *     hundred may be so by chance
     * @return this
     * @throws IllegalArgumentException if {@code alpha} is not in (0, 1)
     */
    public Builder alpha(double alpha) {
      if (!(alpha > 0 && alpha < 1)) {
        throw new IllegalArgumentException("alpha must be in (0, 1), was " + alpha);
      }
      this.alpha = alpha;
      return this;
    }

    /**
     * Sets the effect that a difference must have.
     *
     * @param minimumEffect a PSI beyond chance, at least 0; 0.1 by default, which banking practice
     *     calls a change worth a look; 0.25 is a large one
     * @return this
     * @throws IllegalArgumentException if {@code minimumEffect} is negative, NaN or infinite
     */
    public Builder minimumEffect(double minimumEffect) {
      if (!(minimumEffect >= 0 && minimumEffect < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "minimumEffect must be finite and at least 0, was " + minimumEffect);
      }
      this.minimumEffect = minimumEffect;
      return this;
    }

    /**
     * Sets how p-values are adjusted for the number of columns.
     *
     * @param correction the correction; {@link Correction#BENJAMINI_HOCHBERG} by default
     * @return this
     */
    public Builder correction(Correction correction) {
      this.correction = correction;
      return this;
    }

    /**
     * Makes the comparison.
     *
     * @return the comparison
     */
    public Drift build() {
      return new Drift(this);
    }
  }
}
