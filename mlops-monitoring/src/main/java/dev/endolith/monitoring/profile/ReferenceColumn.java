package dev.endolith.monitoring.profile;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What one column looked like. Immutable and thread-safe.
 *
 * <p>A column of numbers has bins between quantiles of its values, lowest first, with open outer
 * bins. A value on which several quantiles fall (one that at least a bin's share of the rows has)
 * is a bin of its own: a constant c gives {below c, c, above c}, and a column of few values one bin
 * per value. Any other value that equals an edge belongs to the bin above it.
 *
 * <p>A column of categories has a bin per value, most frequent first, and one for all others last:
 * for those beyond the cap and for those that were never seen.
 */
public final class ReferenceColumn {
  /** What a column holds. */
  public enum Kind {
    /** Numbers. */
    NUMBER,
    /** Words. */
    CATEGORY
  }

  /** What a column is to the model. */
  public enum Role {
    /** What it is asked. */
    FEATURE,
    /**
     * How it scores: the positive label's score of two, the greatest score of several, the
     * predicted number of a regression.
     */
    SCORE,
    /** Which of several labels it answers. */
    ANSWER,
    /** What is true. */
    LABEL
  }

  /** A longer category would let one row decide how large a profile is; it counts as "other". */
  static final int MAX_CATEGORY_LENGTH = 200;

  private final String name;
  private final Role role;
  private final Kind kind;
  private final double[] edges;
  private final boolean[] masses;
  private final double[] cuts;
  private final List<String> values;
  private final Map<String, Integer> positions = new HashMap<>();
  private final long[] counts;
  private final long missing;
  private final double[] moments;
  private final ColumnDetails details;

  private ReferenceColumn(Saved saved, ColumnDetails details) {
    this.details = details;
    this.name = saved.name;
    this.role = saved.role;
    this.kind = saved.kind;
    this.edges = saved.edges.clone();
    this.masses = new boolean[edges.length];
    for (int mass : saved.masses) {
      masses[mass] = true;
    }
    this.cuts = cuts(edges, masses);
    this.values = List.copyOf(saved.values);
    for (int i = 0; i < values.size(); i++) {
      positions.put(values.get(i), i);
    }
    this.counts = saved.counts.clone();
    this.missing = saved.missing;
    this.moments = new double[] {saved.min, saved.max, saved.mean, saved.deviation};
  }

  /** Made of all values, NaN where one is missing; the array is sorted. */
  static ReferenceColumn ofNumbers(String name, Role role, double[] values, int mostBins) {
    Arrays.sort(values); // NaN last
    int size = values.length;
    while (size > 0 && Double.isNaN(values[size - 1])) {
      size--;
    }
    Edges edges = Edges.of(i -> values[(int) i], size, mostBins);
    double[] cuts = cuts(edges.edges, edges.masses);
    long[] counts = new long[cuts.length + 1];
    double sum = 0;
    int finite = 0;
    int distinct = 0;
    for (int i = 0; i < size; i++) {
      counts[bin(cuts, values[i])]++;
      distinct += i == 0 || values[i] + 0.0 != values[i - 1] + 0.0 ? 1 : 0;
      if (Double.isFinite(values[i])) {
        sum += values[i];
        finite++;
      }
    }
    double mean = sum / finite;
    double squares = 0;
    for (int i = 0; i < size; i++) {
      if (Double.isFinite(values[i])) {
        squares += (values[i] - mean) * (values[i] - mean);
      }
    }
    int lowest = 0;
    while (lowest < size && values[lowest] == Double.NEGATIVE_INFINITY) {
      lowest++;
    }
    return new ReferenceColumn(
        new Saved(
            name,
            role,
            Kind.NUMBER,
            edges.edges,
            edges.positions(),
            List.of(),
            counts,
            (long) values.length - size,
            size == 0 ? Double.NaN : values[0] + 0.0,
            size == 0 ? Double.NaN : values[size - 1] + 0.0,
            mean,
            finite < 2 ? Double.NaN : Math.sqrt(squares / (finite - 1))),
        new ColumnDetails(lowest, (long) size - finite - lowest, distinct, 0, 0));
  }

  /** Made of ascending values that count for several, as a sketch holds them. */
  static ReferenceColumn ofWeighted(
      String name,
      Role role,
      WeightedValues values,
      int mostBins,
      long missing,
      double min,
      double max,
      double mean,
      double deviation,
      ColumnDetails details) {
    Edges edges = Edges.of(values::at, values.count(), mostBins);
    double[] cuts = cuts(edges.edges, edges.masses);
    long[] counts = new long[cuts.length + 1];
    for (int i = 0; i < values.size(); i++) {
      counts[bin(cuts, values.value(i))] += values.weight(i);
    }
    boolean empty = values.size() == 0;
    return new ReferenceColumn(
        new Saved(
            name,
            role,
            Kind.NUMBER,
            edges.edges,
            edges.positions(),
            List.of(),
            counts,
            missing,
            Double.isNaN(min) && !empty ? values.value(0) : min,
            Double.isNaN(max) && !empty ? values.value(values.size() - 1) : max,
            mean,
            deviation),
        details);
  }

  /** Quantiles, each once, and which of them came more than once. */
  @SuppressWarnings("ArrayRecordComponent") // made for one column
  private record Edges(double[] edges, boolean[] masses) {
    static Edges of(Quantiles.Sorted values, long size, int mostBins) {
      // more bins than a quarter of the rows would describe the sample's noise
      int bins = (int) Math.max(2, Math.min(mostBins, size / 4));
      double[] edges = new double[bins - 1];
      boolean[] mass = new boolean[bins - 1];
      int used = 0;
      for (int k = 1; k < bins && size > 0; k++) {
        double edge = Quantiles.of(values, size, (double) k / bins) + 0.0; // no negative zero
        if (used > 0 && edges[used - 1] == edge) {
          mass[used - 1] = true;
        } else {
          edges[used++] = edge;
        }
      }
      if (size > 0 && values.at(0) == values.at(size - 1)) {
        mass[0] = true; // two bins have one quantile only
      }
      return new Edges(Arrays.copyOf(edges, used), Arrays.copyOf(mass, used));
    }

    int[] positions() {
      return IntStream.range(0, masses.length).filter(k -> masses[k]).toArray();
    }
  }

  /** Made of how often each value occurred; null is a missing one. */
  static ReferenceColumn ofCategories(
      String name, Role role, List<String> known, Map<@Nullable String, Long> seen, int most) {
    Map<@Nullable String, Long> present = new HashMap<>(seen);
    present.remove(null);
    long all = present.values().stream().mapToLong(Long::longValue).sum();
    return ofCategories(
        name, role, known, seen, most, all, new ColumnDetails(0, 0, present.size(), 0, 0));
  }

  /** Made of how often the most frequent values occurred, of so many in all. */
  static ReferenceColumn ofCategories(
      String name,
      Role role,
      List<String> known,
      Map<@Nullable String, Long> seen,
      int most,
      long all,
      ColumnDetails details) {
    Map<String, Long> counted = new LinkedHashMap<>();
    known.forEach(value -> counted.put(value, 0L));
    seen.forEach(
        (value, count) -> {
          if (value != null) {
            counted.merge(value, count, Long::sum);
          }
        });
    List<String> kept =
        counted.entrySet().stream()
            .filter(entry -> entry.getKey().length() <= MAX_CATEGORY_LENGTH)
            .sorted(
                Comparator.comparingLong((Map.Entry<String, Long> e) -> -e.getValue())
                    .thenComparing(Map.Entry::getKey))
            .limit(most)
            .map(Map.Entry::getKey)
            .toList();
    long[] counts = new long[kept.size() + 1];
    for (int i = 0; i < kept.size(); i++) {
      counts[i] = counted.getOrDefault(kept.get(i), 0L);
    }
    counts[kept.size()] = all - Arrays.stream(counts).sum();
    return new ReferenceColumn(
        new Saved(
            name,
            role,
            Kind.CATEGORY,
            new double[0],
            new int[0],
            kept,
            counts,
            seen.getOrDefault(null, 0L),
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN),
        details);
  }

  /** The same column with other counts, of its bins and then of the missing. */
  ReferenceColumn recounted(long[] counted, long missingNow) {
    Saved old = saved();
    return new ReferenceColumn(
        new Saved(
            old.name,
            old.role,
            old.kind,
            old.edges,
            old.masses,
            old.values,
            counted,
            missingNow,
            old.min,
            old.max,
            old.mean,
            old.deviation),
        details.exactly());
  }

  static ReferenceColumn read(Saved saved, ColumnDetails details) {
    boolean sound =
        saved.name != null
            && saved.role != null
            && saved.kind != null
            && saved.edges != null
            && saved.masses != null
            && saved.values != null
            && saved.counts != null
            && Arrays.stream(saved.masses).allMatch(k -> k >= 0 && k < saved.edges.length)
            && Arrays.stream(saved.counts).allMatch(c -> c >= 0)
            && saved.counts.length
                == 1
                    + (saved.kind == Kind.CATEGORY
                        ? saved.values.size()
                        : saved.edges.length + saved.masses.length);
    for (int k = 1; sound && k < saved.edges.length; k++) {
      sound = saved.edges[k - 1] < saved.edges[k];
    }
    if (!sound) {
      throw new IllegalArgumentException(
          "a column's edges must ascend and its counts be one per bin");
    }
    return new ReferenceColumn(saved, details);
  }

  Saved saved() {
    int[] at = new int[edges.length];
    int used = 0;
    for (int k = 0; k < masses.length; k++) {
      if (masses[k]) {
        at[used++] = k;
      }
    }
    return new Saved(
        name,
        role,
        kind,
        edges,
        Arrays.copyOf(at, used),
        values,
        counts,
        missing,
        moments[0],
        moments[1],
        moments[2],
        moments[3]);
  }

  /*
   * A point mass c is the bin [c, next double above c), so that one rule places every value: its bin
   * is the number of cuts that it reaches.
   */
  private static double[] cuts(double[] edges, boolean[] masses) {
    double[] cuts = new double[edges.length * 2];
    int used = 0;
    for (int k = 0; k < edges.length; k++) {
      cuts[used++] = edges[k];
      if (masses[k]) {
        cuts[used++] = Math.nextUp(edges[k]);
      }
    }
    return Arrays.copyOf(cuts, used);
  }

  /*
   * The number of cuts that are at most the value. Every step of the search is taken whatever the
   * value, so that the processor has nothing to guess.
   */
  private static int bin(double[] cuts, double value) {
    int low = 0;
    int left = cuts.length;
    while (left > 1) {
      int half = left >>> 1;
      low = cuts[low + half - 1] <= value ? low + half : low;
      left -= half;
    }
    return left == 1 && cuts[low] <= value ? low + 1 : low;
  }

  /** The bin of a number that is not NaN. */
  int bin(double value) {
    return bin(cuts, value);
  }

  /** Writes the cuts, one fewer than there are bins, from a position on. */
  void copyCuts(double[] into, int from) {
    System.arraycopy(cuts, 0, into, from, cuts.length);
  }

  /** The bin of a category. */
  int bin(String value) {
    return positions.getOrDefault(value, values.size());
  }

  /**
   * The column's name: the field's, or {@code (score)}, {@code (answer)}, {@code (label)}, which no
   * field can have.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * What it is to the model.
   *
   * @return the role
   */
  public Role role() {
    return role;
  }

  /**
   * What it holds.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The number of bins.
   *
   * @return at least 1
   */
  public int bins() {
    return counts.length;
  }

  /**
   * How many rows of the reference fall into each bin.
   *
   * @return a copy
   */
  public long[] counts() {
    return counts.clone();
  }

  /**
   * How many rows of the reference have no value.
   *
   * @return the number
   */
  public long missing() {
    return missing;
  }

  /**
   * The categories that have a bin of their own.
   *
   * @return the values in bin order; empty for numbers
   */
  public List<String> values() {
    return values;
  }

  /**
   * The edges between bins of numbers.
   *
   * @return a copy, ascending; empty for categories
   */
  public double[] edges() {
    return edges.clone();
  }

  /**
   * The least value.
   *
   * @return the value; NaN without one, or for categories
   */
  public double min() {
    return moments[0];
  }

  /**
   * The greatest value.
   *
   * @return the value; NaN without one, or for categories
   */
  public double max() {
    return moments[1];
  }

  /**
   * The mean of the finite values.
   *
   * @return the mean; NaN without one, or for categories
   */
  public double mean() {
    return moments[2];
  }

  /**
   * The standard deviation of the finite values, with n − 1.
   *
   * @return the deviation; NaN for fewer than two, or for categories
   */
  public double deviation() {
    return moments[3];
  }

  /**
   * Values that are distributed as the column was: its quantiles at evenly spread ranks, evenly
   * spread inside bins. All are finite: infinities stand at the ends of what is finite, and with
   * them the values beyond the outermost edge on their side, as how far those reach is not known.
   * Where all edges are whole numbers, so are the values.
   *
   * @param many how many, at least 1
   * @return the values, ascending; none for categories, and for a column without a finite value
   * @throws IllegalArgumentException if {@code many} is below 1
   */
  public double[] quantiles(int many) {
    if (many < 1) {
      throw new IllegalArgumentException("many must be at least 1, was " + many);
    }
    return kind == Kind.CATEGORY
        ? new double[0]
        : new BinQuantiles(cuts, min(), max()).of(counts, many);
  }

  /**
   * What is known beside the bins.
   *
   * @return infinities, distinct values, and what sketching cost
   */
  public ColumnDetails details() {
    return details;
  }

  /**
   * What falls into bins that stand side by side, for people.
   *
   * @param first the first bin
   * @param last the last bin
   * @return for example {@code 18 to 25}, {@code below 18}, {@code = 0}, or a category
   */
  public String describe(int first, int last) {
    if (kind == Kind.CATEGORY) {
      return first == values.size() ? "other" : values.get(first);
    }
    if (first == 0 && last == cuts.length) {
      return "all";
    }
    if (first == 0) {
      return "below " + number(edge(last));
    }
    if (first == last && isMass(last)) {
      return "= " + number(cuts[last - 1]);
    }
    String from = (isMass(first - 1) ? "above " : "from ") + number(edge(first - 1));
    return last == cuts.length ? from : number(edge(first - 1)) + " to " + number(edge(last));
  }

  /** Whether a bin holds one value only, so that its upper cut is the next double above it. */
  private boolean isMass(int bin) {
    return bin > 0 && bin < cuts.length && cuts[bin] == Math.nextUp(cuts[bin - 1]);
  }

  private double edge(int cut) {
    return isMass(cut) ? cuts[cut - 1] : cuts[cut];
  }

  private static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e7) {
      return Long.toString((long) value);
    }
    return String.format(Locale.ROOT, "%.4g", value);
  }

  @Override
  public String toString() {
    return "ReferenceColumn[" + name + ", " + bins() + " bins]"; // no values
  }

  /** A column as JSON. */
  @SuppressWarnings("ArrayRecordComponent") // read and written only
  record Saved(
      String name,
      Role role,
      Kind kind,
      double[] edges,
      int[] masses,
      List<String> values,
      long[] counts,
      long missing,
      double min,
      double max,
      double mean,
      double deviation) {}
}
