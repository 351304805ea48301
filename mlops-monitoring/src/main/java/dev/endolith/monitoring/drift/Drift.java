package dev.endolith.monitoring.drift;

import dev.endolith.data.Dataset;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.profile.ReferenceColumn;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Decides, column by column, whether data is still distributed as its reference.
 *
 * <p>The effect of a column is its PSI in some ten bins, with the missing as one more, less what
 * chance alone makes of it; it has a 95 % interval ({@link Psi}). Against the minimum effect δ that
 * the user names, a column
 *
 * <ul>
 *   <li><b>drifted</b> if the difference is both clear (its p-value, adjusted for the number of
 *       columns, is below α) and, by the best estimate, of a size that matters (the effect is at
 *       least δ); the reason says whether its whole interval is;
 *   <li>did <b>not drift</b> if the whole interval lies below δ: shown, as in a test of equivalence
 *       (J. Hauck and S. Anderson, Journal of Pharmacokinetics and Biopharmaceutics 12, 1984), with
 *       at least fifty values on each side;
 *   <li>is <b>undecided</b> if it did not drift by that rule and the interval reaches δ, or if
 *       values may have moved inside bins by as much as matters. {@link
 *       ColumnDrift#minimumDetectableEffect()} says what a window of this size would have shown.
 * </ul>
 *
 * <p>With the size alone small samples alarm on noise, with the p-value alone large ones alarm on
 * trifles, and a test that found nothing has not shown that there is nothing. To ask for the whole
 * interval above δ would miss most changes in small windows: a difference that is clear needs no
 * second proof of its size.
 *
 * <p><b>The test</b> is chosen by the column. Numbers that fill more than twelve bins:
 * Kolmogorov-Smirnov on all bins of the profile (up to 256), the most powerful of the usual ones
 * for shifts; its p-value is conservative with bins and ties, so binning cannot make a false alarm.
 * Numbers of fewer steps, and categories: χ² with rare ones pooled, as Kolmogorov-Smirnov is weak
 * on few steps. Two values: Fisher's exact test up to 20 000 rows or with a rare value, where χ² is
 * not to be trusted, else χ². Where values are missing, the missing share is tested in the same way
 * and the smaller p-value doubled.
 *
 * <p><b>Binning</b> hides what happens inside bins. No false drift follows from that; "no drift"
 * does not follow either if what is hidden may matter: a distance between distribution functions of
 * D implies a PSI of at least 4·D² (Pinsker's inequality, twice), so nothing is called stable whose
 * {@link ColumnDrift#binningError()} exceeds √δ/2. With 256 bins that never happens, with the few
 * of a small reference it may.
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

  /** The normal law's 80 % point: the stated power. */
  private static final double POWER = 0.8416;

  private final double alpha;
  private final double minimumEffect;
  private final Correction correction;
  private final Set<String> ignored;

  private Drift(Builder builder) {
    this.alpha = builder.alpha;
    this.minimumEffect = builder.minimumEffect;
    this.correction = builder.correction;
    this.ignored = builder.ignored;
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
    List<ColumnCounts> columns = new ArrayList<>();
    for (int i = 0; i < reference.columns().size(); i++) {
      columns.add(
          ColumnCounts.of(reference.columns().get(i), current.counts(i), current.missing(i)));
    }
    return judge(columns, reference.rows(), current.rows());
  }

  /**
   * Compares counts with those of an earlier window, or of several that were merged, on the same
   * reference's bins: whether something changed since then, and not since the model was trained.
   *
   * @param before how it was
   * @param current the counts that are judged
   * @return the report, in which {@code before} is the reference
   * @throws IllegalArgumentException if the two were counted on different references
   */
  public DriftReport between(WindowProfile before, WindowProfile current) {
    ReferenceProfile reference = before.reference();
    if (!reference.digest().equals(current.reference().digest())) {
      throw new IllegalArgumentException(
          "windows are compared on the same reference, these were counted on "
              + reference.digest().abbreviated()
              + " and "
              + current.reference().digest().abbreviated());
    }
    List<ColumnCounts> columns = new ArrayList<>();
    for (int i = 0; i < reference.columns().size(); i++) {
      columns.add(
          ColumnCounts.of(
              reference.columns().get(i),
              before.counts(i),
              before.missing(i),
              current.counts(i),
              current.missing(i)));
    }
    return judge(columns, before.rows(), current.rows());
  }

  DriftReport judge(List<ColumnCounts> counted, long referenceRows, long currentRows) {
    List<ColumnFindings> findings =
        counted.stream()
            .filter(counts -> !ignored.contains(counts.name()))
            .map(ColumnFindings::of)
            .toList();
    double[] adjusted =
        correction.adjust(findings.stream().mapToDouble(ColumnFindings::pValue).toArray());
    // a lone column among those that did not change must pass the strictest threshold
    double level = correction == Correction.NONE ? alpha : alpha / Math.max(1, findings.size());
    Map<Integer, Double> detectable = new HashMap<>();
    List<ColumnDrift> columns = new ArrayList<>();
    for (int i = 0; i < adjusted.length; i++) {
      ColumnFindings found = findings.get(i);
      int degrees = found.degrees();
      double least =
          degrees < 1 || !found.psi().enoughData()
              ? Double.NaN
              : detectable(
                  found.unit(),
                  detectable.computeIfAbsent(
                      degrees, k -> NoncentralChiSquare.detectable(k, level)));
      columns.add(decide(found, adjusted[i], least));
    }
    columns.sort(
        Comparator.comparingDouble((ColumnDrift c) -> Double.isNaN(c.effect()) ? 0 : -c.effect())
            .thenComparing(ColumnDrift::name));
    return new DriftReport(
        overall(columns),
        referenceRows,
        currentRows,
        alpha,
        minimumEffect,
        correction,
        global(columns),
        columns);
  }

  /** What would be clear, and estimated above the least effect. */
  private double detectable(double unit, double noncentrality) {
    double clear = noncentrality * unit;
    // the deviation of PSI is 2·√(PSI·unit): solved for the PSI that lies that far above δ
    double part = POWER * Math.sqrt(unit);
    double root = part + Math.sqrt(part * part + minimumEffect);
    return minimumEffect == 0 ? clear : Math.max(clear, root * root);
  }

  private static Map<GlobalTest, Double> global(List<ColumnDrift> columns) {
    double[] p =
        columns.stream()
            .filter(column -> column.role() != ReferenceColumn.Role.LABEL)
            .mapToDouble(ColumnDrift::pValue)
            .toArray();
    Map<GlobalTest, Double> global = new EnumMap<>(GlobalTest.class);
    for (GlobalTest test : GlobalTest.values()) {
      global.put(test, test.combine(p));
    }
    return global;
  }

  private static Verdict overall(List<ColumnDrift> columns) {
    boolean decided = false;
    boolean undecided = false;
    for (ColumnDrift column : columns) {
      if (column.role() != ReferenceColumn.Role.LABEL) {
        if (column.verdict() == Verdict.DRIFT) {
          return Verdict.DRIFT;
        }
        decided |= column.verdict() == Verdict.NO_DRIFT;
        undecided |=
            column.verdict() == Verdict.UNDECIDED && !Double.isNaN(column.adjustedPValue());
      }
    }
    return decided && !undecided ? Verdict.NO_DRIFT : Verdict.UNDECIDED;
  }

  private ColumnDrift decide(ColumnFindings found, double adjusted, double detectable) {
    double low = found.effectLow();
    double high = found.effectHigh();
    boolean few = Math.min(found.allReference(), found.allCurrent()) < LEAST_ROWS;
    boolean hidden = found.binningError() > Math.sqrt(minimumEffect) / 2;
    Verdict verdict;
    String reason;
    if (Double.isNaN(adjusted) || !found.psi().enoughData()) {
      verdict = Verdict.UNDECIDED;
      reason = "one side has no values";
    } else if (adjusted < alpha && found.effect() >= minimumEffect) {
      verdict = Verdict.DRIFT;
      reason =
          low >= minimumEffect
              ? "the difference is clear and its whole interval is of a size that matters"
              : "the difference is clear and by the best estimate of a size that matters";
    } else if (few) {
      verdict = Verdict.UNDECIDED;
      reason = "fewer than " + LEAST_ROWS + " values on one side";
    } else if (high >= minimumEffect) {
      verdict = Verdict.UNDECIDED;
      reason =
          found.effect() >= minimumEffect
              ? "the size would matter, but the difference may be chance"
              : "the interval covers both sides of the least effect that matters";
    } else if (hidden) {
      verdict = Verdict.UNDECIDED;
      reason =
          String.format(
              Locale.ROOT,
              "up to %.3g of the rows may have moved inside bins unseen",
              found.binningError());
    } else {
      verdict = Verdict.NO_DRIFT;
      reason = "the whole interval is below the least effect that matters";
    }
    return new ColumnDrift(
        found.column().name(),
        found.column().role(),
        verdict,
        found.effect(),
        low,
        high,
        detectable,
        found.binningError(),
        found.psi(),
        found.test(),
        found.pValue(),
        adjusted,
        found.n(),
        found.m(),
        found.unseen(),
        found.missing(),
        found.bins(),
        Double.isNaN(adjusted)
            ? reason
            : String.format(
                Locale.ROOT,
                "%s: PSI beyond chance %.3g (95 %% interval %.3g to %.3g), least effect %.3g;"
                    + " adjusted p %.2g of %s, α %.2g; n %d, m %d",
                reason,
                found.effect(),
                low,
                high,
                minimumEffect,
                adjusted,
                found.test().method(),
                alpha,
                found.allReference(),
                found.allCurrent()));
  }

  /** Sets up a {@link Drift}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private double alpha = 0.01;
    private boolean budgeted;
    private double minimumEffect = 0.1;
    private Correction correction = Correction.BENJAMINI_HOCHBERG;
    private Set<String> ignored = Set.of();

    private Builder() {}

    /**
     * Sets the level that adjusted p-values are compared with. Replaces a budget.
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
      this.budgeted = false;
      return this;
    }

    /**
     * Sets the level from a budget of false alarms over columns and windows, in place of {@link
     * #alpha}.
     *
     * @param budget the false alarms that one is ready to bear
     * @param every how often a window is judged, positive
     * @return this
     * @throws IllegalArgumentException if {@code every} is not positive
     */
    public Builder budget(AlarmBudget budget, Duration every) {
      this.alpha = budget.alpha(every);
      this.budgeted = true;
      return this;
    }

    /**
     * Sets the effect that a difference must have.
     *
     * @param minimumEffect a PSI beyond chance, at least 0; 0.1 by default, which banking practice
     *     calls a change worth a look; 0.25 is a large one. With 0 any clear difference is drift,
     *     and nothing is ever shown to be stable
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
     * Leaves columns out: they are not in the report, and the p-values of the others are not
     * adjusted for them.
     *
     * @param names all columns to leave out; those that there are not do no harm; none by default
     * @return this
     */
    public Builder ignore(Collection<String> names) {
      this.ignored = Set.copyOf(names);
      return this;
    }

    /**
     * Makes the comparison.
     *
     * @return the comparison
     * @throws IllegalStateException if there is a budget and no correction that would keep it
     */
    public Drift build() {
      if (budgeted && correction == Correction.NONE) {
        throw new IllegalStateException(
            "a budget of alarms cannot be kept over columns with the correction NONE;"
                + " take another, such as BENJAMINI_HOCHBERG");
      }
      return new Drift(this);
    }
  }
}
