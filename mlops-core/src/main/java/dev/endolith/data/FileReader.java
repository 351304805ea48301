package dev.endolith.data;

import dev.endolith.error.DataException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads labelled rows from a file; made by {@link Csv#reader} and {@link JsonLines#reader}.
 * Confined to one thread.
 *
 * @param <X> the row
 * @param <Y> the label
 */
public final class FileReader<X, Y> {
  private final Task<X, Y> task;
  private final Format format;
  private final Map<String, Supplier<Function<RawRow, @Nullable String>>> derived =
      new LinkedHashMap<>();
  private final List<Predicate<RawRow>> conditions = new ArrayList<>();
  private boolean distinct;
  private @Nullable DataOrigin origin;

  FileReader(Task<X, Y> task, Format format) {
    this.task = task;
    this.format = format;
  }

  /**
   * Adds a column that is computed from the others, row by row from the top. The supplier is asked
   * once for each file, so that a function may remember earlier rows.
   *
   * @param column the column's name; hides one of the same name in the file
   * @param compute gives the function from a row of the file to the cell
   * @return this
   */
  public FileReader<X, Y> derive(
      String column, Supplier<Function<RawRow, @Nullable String>> compute) {
    derived.put(column, compute);
    return this;
  }

  /**
   * Keeps only rows that fulfil a condition, which sees the file's columns.
   *
   * @param condition which rows to keep
   * @return this
   */
  public FileReader<X, Y> where(Predicate<RawRow> condition) {
    conditions.add(condition);
    return this;
  }

  /**
   * Keeps only the first of rows that are the same in every column of the file.
   *
   * @return this
   */
  public FileReader<X, Y> distinct() {
    this.distinct = true;
    return this;
  }

  /**
   * Names where the data came from.
   *
   * @param origin the origin; by default the file's name
   * @return this
   */
  public FileReader<X, Y> origin(DataOrigin origin) {
    this.origin = origin;
    return this;
  }

  /**
   * Reads a file.
   *
   * @param file the file, UTF-8
   * @return the rows, in the file's order
   * @throws DataException if the file is missing, or a row breaks a rule of the format or the task
   */
  public Dataset<X, Y> read(Path file) {
    String name = String.valueOf(file.getFileName());
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return read(origin == null ? DataOrigin.named(name) : origin, in);
    } catch (NoSuchFileException e) {
      throw new DataException(
          name, 0, "", "the file '" + name + "' does not exist; check the path that was given", e);
    } catch (IOException e) {
      throw new DataException(name, 0, "", "the file '" + name + "' cannot be read", e);
    }
  }

  /**
   * Reads a text.
   *
   * @param from where the text came from
   * @param in the text; not closed
   * @return the rows, in the text's order
   * @throws DataException if a row breaks a rule of the format or the task
   */
  public Dataset<X, Y> read(DataOrigin from, Reader in) {
    Map<String, Function<RawRow, @Nullable String>> functions = new LinkedHashMap<>();
    derived.forEach((column, compute) -> functions.put(column, compute.get()));
    Set<Digest> seen = new HashSet<>();
    List<Example<X, Y>> examples = new ArrayList<>();
    Iterator<RawRow> rows = format.rows(from.name(), in);
    while (rows.hasNext()) {
      RawRow raw = rows.next();
      if ((distinct && !seen.add(identity(raw)))
          || !conditions.stream().allMatch(c -> c.test(raw))) {
        continue;
      }
      RawRow row = functions.isEmpty() ? raw : DerivedRow.of(raw, functions);
      examples.add(new Example<>(task.features().read(row), task.readLabel(row)));
    }
    if (examples.isEmpty()) {
      throw new DataException(
          from.name(),
          0,
          "",
          from.name() + " holds no row; a header and at least one row is needed");
    }
    return Dataset.of(task, from, examples);
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

  /** The rows of a text; rows are made as they are asked for. */
  @FunctionalInterface
  interface Format {
    Iterator<RawRow> rows(String name, Reader in);
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
