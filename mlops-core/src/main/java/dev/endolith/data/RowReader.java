package dev.endolith.data;

import dev.endolith.error.DataException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all readers of labelled rows share: computed columns, conditions, and what becomes of bad
 * rows. Confined to one thread.
 *
 * @param <X> the row
 * @param <Y> the label
 * @param <R> the reader
 */
public abstract sealed class RowReader<X, Y, R extends RowReader<X, Y, R>>
    permits FileReader, JdbcReader {
  private final Task<X, Y> task;
  private final Map<String, Supplier<Function<RawRow, @Nullable String>>> derived =
      new LinkedHashMap<>();
  private final List<Predicate<RawRow>> conditions = new ArrayList<>();
  private boolean distinct;
  private BadRows badRows = BadRows.fail();
  @Nullable DataOrigin origin;

  RowReader(Task<X, Y> task) {
    this.task = task;
  }

  abstract R self();

  /**
   * Adds a column that is computed from the others, row by row from the top. The supplier is asked
   * once for each reading, so that a function may remember earlier rows.
   *
   * @param column the column's name; hides one of the same name in the source
   * @param compute gives the function from a row of the source to the cell
   * @return this
   */
  public R derive(String column, Supplier<Function<RawRow, @Nullable String>> compute) {
    derived.put(column, compute);
    return self();
  }

  /**
   * Keeps only rows that fulfil a condition, which sees the source's columns.
   *
   * @param condition which rows to keep
   * @return this
   */
  public R where(Predicate<RawRow> condition) {
    conditions.add(condition);
    return self();
  }

  /**
   * Keeps only the first of rows that are the same in every column of the source.
   *
   * @return this
   */
  public R distinct() {
    this.distinct = true;
    return self();
  }

  /**
   * Says what becomes of rows that break a rule of the format or of the task. What makes the rest
   * of the source unreadable, such as a quote that does not close, always ends the reading.
   *
   * @param policy {@link BadRows#fail()} by default
   * @return this
   */
  public R badRows(BadRows policy) {
    this.badRows = policy;
    return self();
  }

  /**
   * Names where the data came from.
   *
   * @param from the origin
   * @return this
   */
  public R origin(DataOrigin from) {
    this.origin = from;
    return self();
  }

  /** Reads all rows. */
  Dataset<X, Y> read(DataOrigin from, Iterator<RawRow> rows) {
    List<Example<X, Y>> examples = new ArrayList<>();
    ReadReport report = pass(from, rows, examples::add);
    return Dataset.read(task, from, examples, report);
  }

  /** Hands each row on as it is read, and holds none. */
  ReadReport pass(DataOrigin from, Iterator<RawRow> rows, Consumer<? super Example<X, Y>> each) {
    Map<String, Function<RawRow, @Nullable String>> functions = new LinkedHashMap<>();
    derived.forEach((column, compute) -> functions.put(column, compute.get()));
    Set<Digest> seen = new HashSet<>();
    List<BadRow> bad = new ArrayList<>();
    long read = 0;
    long good = 0;
    long repeated = 0;
    long filtered = 0;
    while (rows.hasNext()) {
      RawRow raw = rows.next();
      read++;
      Example<X, Y> next = null;
      try {
        if (raw instanceof BrokenRow broken) {
          throw broken.why();
        }
        if (distinct && !seen.add(identity(raw))) {
          repeated++;
        } else if (!fulfils(raw)) {
          filtered++;
        } else {
          RawRow row = functions.isEmpty() ? raw : DerivedRow.of(raw, functions);
          next = new Example<>(task.features().read(row), task.readLabel(row));
        }
      } catch (DataException e) {
        setAside(e, bad);
      }
      if (next != null) { // what becomes of it is no fault of the row
        good++;
        each.accept(next);
      }
    }
    if (good == 0) {
      throw new DataException(
          from.name(),
          0,
          "",
          from.name()
              + " holds no "
              + (bad.isEmpty() ? "" : "good ")
              + "row; "
              + (bad.isEmpty()
                  ? "a header and at least one row is needed"
                  : bad.size() + " were set aside, the first because: " + bad.get(0).reason()));
    }
    return new ReadReport(read, good, filtered, repeated, bad);
  }

  private boolean fulfils(RawRow raw) {
    for (Predicate<RawRow> condition : conditions) {
      if (!condition.test(raw)) {
        return false;
      }
    }
    return true;
  }

  private void setAside(DataException e, List<BadRow> bad) {
    if (!(badRows instanceof BadRows.Quarantine quarantine)) {
      throw e;
    }
    if (bad.size() == quarantine.most()) {
      throw new DataException(
          e.source(),
          e.line(),
          e.column(),
          e.source()
              + " holds more than "
              + quarantine.most()
              + " bad rows, which is all that the quarantine may hold; the first: "
              + bad.get(0).reason()
              + "; the last: "
              + e.getMessage());
    }
    bad.add(new BadRow(e.source(), e.line(), e.column(), String.valueOf(e.getMessage())));
  }

  static DataException noColumn(RawRow row, String column) {
    return row.bad(column, "there is no such column; the columns are " + row.columns());
  }

  private static Digest identity(RawRow row) {
    StringBuilder cells = new StringBuilder();
    for (String column : row.columns()) {
      String text = row.text(column);
      cells.append(column.length()).append(':').append(column);
      cells.append(text == null ? -1 : text.length()).append(':').append(text);
    }
    return Digest.ofText(cells.toString());
  }

  /**
   * A row with computed columns, each computed once and in order, so that state advances by row.
   */
  private record DerivedRow(RawRow raw, Map<String, @Nullable String> cells) implements RawRow {
    static DerivedRow of(RawRow raw, Map<String, Function<RawRow, @Nullable String>> functions) {
      Map<String, @Nullable String> cells = new LinkedHashMap<>();
      functions.forEach((column, function) -> cells.put(column, function.apply(raw)));
      return new DerivedRow(raw, cells);
    }

    @Override
    public String source() {
      return raw.source();
    }

    @Override
    public long line() {
      return raw.line();
    }

    @Override
    public List<String> columns() {
      List<String> columns = new ArrayList<>(raw.columns());
      columns.addAll(cells.keySet());
      return columns;
    }

    @Override
    public @Nullable String text(String column) {
      return cells.containsKey(column) ? cells.get(column) : raw.text(column);
    }
  }
}
