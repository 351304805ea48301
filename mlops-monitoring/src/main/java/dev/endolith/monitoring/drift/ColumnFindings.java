package dev.endolith.monitoring.drift;

import dev.endolith.monitoring.drift.ColumnDrift.Bin;
import java.util.ArrayList;
import java.util.List;

/** What was measured of one column, before the decision. */
record ColumnFindings(
    ColumnCounts column,
    long n,
    long m,
    TestResult psi,
    TestResult test,
    double pValue,
    double binningError,
    List<Bin> bins) {

  /** The usual number of bins of PSI. */
  private static final int COARSE_BINS = 10;

  /** Up to so many steps a column of numbers is compared like one of categories. */
  private static final int FEW_BINS = 12;

  /** Fisher's test up to this many rows: beyond, χ² is as good unless a category is rare. */
  private static final long EXACT_ROWS = 20_000;

  private static final long RARE = 100;

  private static final KolmogorovSmirnov KS = KolmogorovSmirnov.create();
  private static final ChiSquare CHI_SQUARE = ChiSquare.create();
  private static final FisherExact FISHER = FisherExact.create();
  private static final Psi PSI = Psi.create();

  static ColumnFindings of(ColumnCounts column) {
    long[] reference = column.reference();
    long[] current = column.current();
    int occupied = Counts.occupied(reference, current);
    boolean distance = column.numbers() && occupied > FEW_BINS;
    TestResult test =
        distance ? KS.compareBinned(reference, current) : categories(reference, current, occupied);
    double p = test.pValue();
    long missing = column.referenceMissing();
    long missingNow = column.currentMissing();
    if (missing + missingNow > 0) {
      double missingP =
          categories(
                  new long[] {test.referenceSize(), missing},
                  new long[] {test.currentSize(), missingNow},
                  2)
              .pValue();
      // Bonferroni over the two questions: which values, and whether there is one
      p = Double.isNaN(p) ? missingP : Math.min(1, 2 * Math.min(p, missingP));
    }
    List<Bin> bins = column.numbers() ? coarse(column) : each(column);
    if (missing + missingNow > 0) {
      bins.add(new Bin("missing", missing, missingNow));
    }
    TestResult psi =
        PSI.compare(
            bins.stream().mapToLong(Bin::reference).toArray(),
            bins.stream().mapToLong(Bin::current).toArray());
    return new ColumnFindings(
        column,
        test.referenceSize(),
        test.currentSize(),
        psi,
        test,
        p,
        column.numbers() ? binningError(column, test) : 0,
        bins);
  }

  private static TestResult categories(long[] reference, long[] current, int occupied) {
    if (occupied == 2) {
      long n = Counts.total("reference", reference);
      long m = Counts.total("current", current);
      long least = Long.MAX_VALUE;
      for (int i = 0; i < reference.length; i++) {
        long both = reference[i] + current[i];
        least = both > 0 ? Math.min(least, both) : least;
      }
      if (n > 0 && m > 0 && (n + m <= EXACT_ROWS || least < RARE)) {
        return FISHER.compare(reference, current);
      }
    }
    return CHI_SQUARE.compare(reference, current);
  }

  /** The rows that took part, the missing included: a column of missing values can drift, too. */
  long allReference() {
    return n + column.referenceMissing();
  }

  long allCurrent() {
    return m + column.currentMissing();
  }

  /** How much greater the share of values without a category of their own is. */
  double unseen() {
    long[] reference = column.reference();
    long[] current = column.current();
    return column.numbers()
        ? 0
        : share(current[current.length - 1], m) - share(reference[reference.length - 1], n);
  }

  double missing() {
    return share(column.currentMissing(), allCurrent())
        - share(column.referenceMissing(), allReference());
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  int degrees() {
    return (int) bins.stream().filter(bin -> bin.reference() + bin.current() > 0).count() - 1;
  }

  /** What a PSI of 0 is estimated as, per degree of freedom. */
  double unit() {
    return 1.0 / allReference() + 1.0 / allCurrent();
  }

  double effect() {
    return psi.statistic() - Math.max(0, degrees()) * unit();
  }

  double effectLow() {
    // one bin on both sides leaves nothing that could differ
    return psi.enoughData() && degrees() < 1 ? 0 : psi.effectLow();
  }

  double effectHigh() {
    return psi.enoughData() && degrees() < 1 ? 0 : psi.effectHigh();
  }

  /**
   * How much greater the distance of the distribution functions may be inside a bin than at its
   * edges: within a bin all of one side may lie below all of the other.
   */
  private static double binningError(ColumnCounts column, TestResult test) {
    double n = test.referenceSize();
    double m = test.currentSize();
    if (n == 0 || m == 0) {
      return 0;
    }
    double atEdges = 0;
    double f = 0;
    double g = 0;
    for (int i = 0; i < column.reference().length; i++) {
      f += column.reference()[i];
      g += column.current()[i];
      atEdges = Math.max(atEdges, Math.abs(f / n - g / m));
    }
    double within = atEdges;
    f = 0;
    g = 0;
    for (int i = 0; i < column.reference().length; i++) {
      double nextF = f + column.reference()[i];
      double nextG = g + column.current()[i];
      double possible = Math.max(nextF / n - g / m, nextG / m - f / n);
      if (possible > within && !column.pointMass().test(i)) {
        within = possible;
      }
      f = nextF;
      g = nextG;
    }
    return Math.min(1, within) - atEdges;
  }

  private static List<Bin> each(ColumnCounts column) {
    List<Bin> bins = new ArrayList<>();
    for (int i = 0; i < column.reference().length; i++) {
      add(bins, column, i, i, column.reference()[i], column.current()[i]);
    }
    return bins;
  }

  /*
   * Runs of fine bins with about a tenth of the reference each. A bin that has a tenth alone stays
   * alone, so that what lies beside a point mass is not mixed with it: of a constant remain
   * {below, equal, above}. Runs that are empty on both sides say nothing and are dropped.
   */
  private static List<Bin> coarse(ColumnCounts column) {
    long[] reference = column.reference();
    long n = Counts.total("reference", reference);
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
      inCurrent += column.current()[i];
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
      List<Bin> bins, ColumnCounts column, int from, int to, long reference, long current) {
    if (reference + current > 0) {
      bins.add(new Bin(column.labels().describe(from, to), reference, current));
    }
  }
}
