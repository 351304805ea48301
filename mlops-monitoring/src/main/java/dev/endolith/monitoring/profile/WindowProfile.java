package dev.endolith.monitoring.profile;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.error.DataException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How many rows fell into each bin of a {@link ReferenceProfile}: exact integers. {@link #merge
 * Merging} is addition, so it is associative and commutative, and profiles that were counted apart
 * (by thread, node or day) and merged in any order have the same bytes.
 *
 * <p>Counting a row costs one search per numeric column and one look-up per category, and allocates
 * nothing. Memory is 8 bytes a bin, so some 2 KiB per column of numbers, however many rows are
 * counted. Mutable, confined to one thread.
 */
public final class WindowProfile {
  private static final int FORMAT = 1;

  /** No count that is read is greater, so that sums of counts do not overflow. */
  private static final long MOST_READ = 1L << 53;

  /** The field of a column that the rows lack. */
  private static final int ABSENT = -1;

  private final ReferenceProfile reference;
  private final ReferenceColumn[] columns;
  private final BinSearch search;
  private final int[] named; // the features that are not numbers
  private final long[][] counts; // per column its bins, then how many are missing
  private final int score;
  private final int answer;
  private final int label;
  private long rows;
  private @Nullable Schema schema;
  private final int[] fields;
  private final double[] values; // of the row that is being counted, and their bins
  private final int[] bins;
  private final int[] namedBins;

  private WindowProfile(ReferenceProfile reference) {
    this.reference = reference;
    this.columns = reference.columns().toArray(ReferenceColumn[]::new);
    this.counts = new long[columns.length][];
    for (int i = 0; i < columns.length; i++) {
      counts[i] = new long[columns[i].bins() + 1];
    }
    this.search = reference.search();
    this.named =
        IntStream.range(0, columns.length)
            .filter(i -> columns[i].role() == ReferenceColumn.Role.FEATURE && !numeric(i))
            .toArray();
    this.values = new double[search.lanes()];
    Arrays.fill(values, Double.NaN);
    this.bins = new int[search.lanes()];
    this.namedBins = new int[named.length];
    this.score = position(ReferenceProfile.SCORE);
    this.answer = position(ReferenceProfile.ANSWER);
    this.label = position(ReferenceProfile.LABEL);
    this.fields = new int[columns.length];
  }

  /**
   * A profile that has counted nothing.
   *
   * @param reference whose bins are counted
   * @return the profile
   */
  public static WindowProfile empty(ReferenceProfile reference) {
    return new WindowProfile(reference);
  }

  /**
   * The profile of the features of a dataset. Labels are not counted, as they are not what a model
   * answered.
   *
   * @param reference whose bins are counted
   * @param data the rows
   * @param <X> the row
   * @param <Y> the label
   * @return the profile
   */
  public static <X, Y> WindowProfile of(ReferenceProfile reference, Dataset<X, Y> data) {
    WindowProfile profile = new WindowProfile(reference);
    Features<X> features = data.task().features();
    for (Example<X, Y> example : data) {
      profile.count(features, example.x());
    }
    return profile;
  }

  /**
   * Reads what {@link #toJson()} wrote.
   *
   * @param reference the reference that it was counted on
   * @param json the text
   * @return the profile
   * @throws DataException if the text is not a profile on that reference
   */
  public static WindowProfile fromJson(ReferenceProfile reference, String json) {
    Saved saved = CanonicalJson.read(json, Saved.class);
    if (saved.format != FORMAT
        || saved.counts == null
        || !reference.digest().hex().equals(saved.reference)) {
      throw ReferenceProfile.broken(
          "the text must be a window profile of format "
              + FORMAT
              + " on the reference "
              + reference.digest().abbreviated());
    }
    WindowProfile profile = new WindowProfile(reference);
    boolean sound = saved.counts.length == profile.counts.length && credible(saved.rows);
    for (int i = 0; sound && i < saved.counts.length; i++) {
      sound =
          saved.counts[i] != null
              && saved.counts[i].length == profile.counts[i].length
              && Arrays.stream(saved.counts[i]).allMatch(WindowProfile::credible);
    }
    if (!sound) {
      throw ReferenceProfile.broken("a window profile must have a count of each bin");
    }
    profile.rows = saved.rows;
    for (int i = 0; i < saved.counts.length; i++) {
      profile.counts[i] = saved.counts[i].clone();
    }
    return profile;
  }

  private static boolean credible(long count) {
    return count >= 0 && count <= MOST_READ;
  }

  /**
   * Counts the features of a row. A column that the row's schema lacks counts as missing.
   *
   * @param row the row
   */
  public void count(Row row) {
    bind(row.schema());
    for (int lane = 0; lane < values.length; lane++) {
      int field = field(search.column(lane));
      values[lane] = field >= 0 ? row.number(field) : Double.NaN;
    }
    for (int i = 0; i < named.length; i++) {
      int field = fields[named[i]];
      namedBins[i] = bin(named[i], field >= 0 ? row.category(field) : null);
    }
    count();
  }

  /**
   * Counts the features of a row. A column that the schema lacks counts as missing. If the row's
   * own code throws, nothing of it is counted.
   *
   * @param features how the row becomes features
   * @param row the row
   * @param <X> the row
   */
  public <X> void count(Features<X> features, X row) {
    bind(features.schema());
    for (int lane = 0; lane < values.length; lane++) {
      int field = field(search.column(lane));
      values[lane] = field >= 0 ? features.number(row, field) : Double.NaN;
    }
    for (int i = 0; i < named.length; i++) {
      int field = fields[named[i]];
      namedBins[i] = bin(named[i], field >= 0 ? features.category(row, field) : null);
    }
    count();
  }

  /** Counts the values and the bins that were gathered. */
  private void count() {
    search.find(values, bins);
    for (int lane = 0; lane < bins.length; lane++) {
      int column = search.column(lane);
      if (column != BinSearch.NONE) {
        long[] cells = counts[column];
        cells[Double.isNaN(values[lane]) ? cells.length - 1 : bins[lane]]++;
      }
    }
    for (int i = 0; i < named.length; i++) {
      counts[named[i]][namedBins[i]]++;
    }
    rows++;
  }

  private int field(int column) {
    return column == BinSearch.NONE ? ABSENT : fields[column];
  }

  /**
   * Counts what a model answered. Without effect if the reference knows no model.
   *
   * @param scored the answer's score, see {@link Scores}; NaN if there is none
   * @param answered the name of the answered label, or the predicted number
   */
  public void countAnswer(double scored, String answered) {
    if (score >= 0) {
      countNumber(score, scored);
    }
    if (answer >= 0) {
      countCategory(answer, answered);
    }
  }

  /**
   * Counts a label. Without effect if the reference knows no labels.
   *
   * @param truth the name of the true label, or the true number
   */
  public void countLabel(String truth) {
    if (label < 0) {
      return;
    }
    if (!numeric(label)) {
      countCategory(label, truth);
      return;
    }
    double number;
    try {
      number = Double.parseDouble(truth);
    } catch (NumberFormatException e) {
      number = Double.NaN;
    }
    countNumber(label, number);
  }

  private void countNumber(int column, double value) {
    long[] cells = counts[column];
    cells[Double.isNaN(value) ? cells.length - 1 : columns[column].bin(value)]++;
  }

  private void countCategory(int column, @Nullable String value) {
    counts[column][bin(column, value)]++;
  }

  /** The bin of a category, or where the missing are counted. */
  private int bin(int column, @Nullable String value) {
    return value == null ? columns[column].bins() : columns[column].bin(value);
  }

  private boolean numeric(int column) {
    return columns[column].kind() == ReferenceColumn.Kind.NUMBER;
  }

  @SuppressWarnings("ReferenceEquality") // rows of one log share their schema; comparing it is slow
  private void bind(Schema rowSchema) {
    if (schema == rowSchema) {
      return;
    }
    for (int i = 0; i < columns.length; i++) {
      ReferenceColumn column = columns[i];
      if (column.role() != ReferenceColumn.Role.FEATURE) {
        continue; // scores, answers and labels do not come from the row
      }
      int field = rowSchema.position(column.name()).orElse(ABSENT);
      boolean same = field >= 0 && rowSchema.field(field).type().numeric() == numeric(i);
      fields[i] = same ? field : ABSENT;
    }
    schema = rowSchema;
  }

  private int position(String name) {
    for (int i = 0; i < columns.length; i++) {
      if (columns[i].name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The sum of two profiles.
   *
   * @param other a profile on the same reference
   * @return a new profile
   * @throws IllegalArgumentException if {@code other} was counted on another reference
   * @throws ArithmeticException if a count exceeds {@link Long#MAX_VALUE}
   */
  public WindowProfile merge(WindowProfile other) {
    if (!reference.digest().equals(other.reference.digest())) {
      throw new IllegalArgumentException(
          "profiles to be merged must be counted on the same reference, were on "
              + reference.digest().abbreviated()
              + " and "
              + other.reference.digest().abbreviated());
    }
    WindowProfile sum = new WindowProfile(reference);
    sum.rows = Math.addExact(rows, other.rows);
    for (int i = 0; i < counts.length; i++) {
      for (int bin = 0; bin < counts[i].length; bin++) {
        sum.counts[i][bin] = Math.addExact(counts[i][bin], other.counts[i][bin]);
      }
    }
    return sum;
  }

  /**
   * The reference whose bins are counted.
   *
   * @return the reference
   */
  public ReferenceProfile reference() {
    return reference;
  }

  /**
   * How many rows were counted.
   *
   * @return the number of rows
   */
  public long rows() {
    return rows;
  }

  /**
   * How many rows fell into each bin of a column.
   *
   * @param column the column's position in {@link ReferenceProfile#columns()}
   * @return a copy, one count per bin of the column
   */
  public long[] counts(int column) {
    return Arrays.copyOf(counts[column], counts[column].length - 1);
  }

  /**
   * How many rows have no value in a column.
   *
   * @param column the column's position in {@link ReferenceProfile#columns()}
   * @return the number
   */
  public long missing(int column) {
    return counts[column][counts[column].length - 1];
  }

  /**
   * The counts as canonical JSON.
   *
   * @return the text; equal for equal counts on the same reference
   */
  public String toJson() {
    return CanonicalJson.write(new Saved(FORMAT, reference.digest().hex(), rows, counts));
  }

  /**
   * The counts as bytes: half of the JSON or less, as most counts take one or two and a run of
   * empty bins takes two.
   *
   * @return the bytes; equal for equal counts on the same reference
   */
  public byte[] toBytes() {
    Varints.Writer out = new Varints.Writer();
    out.number(FORMAT);
    out.raw(HexFormat.of().parseHex(reference.digest().hex()));
    out.number(rows);
    for (long[] cells : counts) {
      for (int i = 0; i < cells.length; i++) {
        out.number(cells[i]);
        if (cells[i] == 0) {
          int from = i;
          while (i + 1 < cells.length && cells[i + 1] == 0) {
            i++;
          }
          out.number((long) i - from); // so many more
        }
      }
    }
    return out.bytes();
  }

  /**
   * Reads what {@link #toBytes()} wrote.
   *
   * @param reference the reference that it was counted on
   * @param bytes the bytes
   * @return the profile
   * @throws DataException if the bytes are not a profile on that reference
   */
  public static WindowProfile read(ReferenceProfile reference, byte[] bytes) {
    Varints.Reader in = new Varints.Reader("a window profile", bytes);
    if (in.number() != FORMAT
        || !HexFormat.of().formatHex(in.raw(32)).equals(reference.digest().hex())) {
      throw in.broken(
          "they must be of format "
              + FORMAT
              + " on the reference "
              + reference.digest().abbreviated());
    }
    WindowProfile profile = new WindowProfile(reference);
    profile.rows = in.count(MOST_READ);
    for (long[] cells : profile.counts) {
      for (int i = 0; i < cells.length; i++) {
        cells[i] = in.count(MOST_READ);
        if (cells[i] == 0) {
          i += (int) in.count(cells.length - 1L - i);
        }
      }
    }
    in.end();
    return profile;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WindowProfile that
        && rows == that.rows
        && reference.equals(that.reference)
        && Arrays.deepEquals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return List.of(rows, Arrays.deepHashCode(counts)).hashCode();
  }

  @Override
  public String toString() {
    return "WindowProfile[" + rows + " rows, " + columns.length + " columns]";
  }

  /** A profile as JSON. */
  @SuppressWarnings("ArrayRecordComponent") // read and written only
  private record Saved(int format, String reference, long rows, long[][] counts) {}
}
