package dev.endolith.data;

import dev.endolith.error.DataException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.Iterator;

/**
 * Reads labelled rows from CSV with a header line. Columns are found by name, so their order does
 * not matter and more columns than needed may stand there. By default the first row that breaks a
 * rule ends the reading with its line, column and rule; {@link FileReader#badRows} says otherwise.
 */
public final class Csv {
  private Csv() {}

  /**
   * Reads a comma-separated file in UTF-8.
   *
   * @param file the file
   * @param task what is predicted
   * @param <X> the row
   * @param <Y> the label
   * @return the rows, in the file's order
   * @throws DataException if the file is missing, or a row breaks a rule of CSV or of the task
   */
  public static <X, Y> Dataset<X, Y> read(Path file, Task<X, Y> task) {
    return reader(task).read(file);
  }

  /**
   * Starts a reader with options.
   *
   * @param task what is predicted
   * @param <X> the row
   * @param <Y> the label
   * @return a reader
   */
  public static <X, Y> FileReader<X, Y> reader(Task<X, Y> task) {
    return reader(task, ',');
  }

  /**
   * Starts a reader with options and another separator.
   *
   * @param task what is predicted
   * @param separator the character between cells
   * @param <X> the row
   * @param <Y> the label
   * @return a reader
   */
  public static <X, Y> FileReader<X, Y> reader(Task<X, Y> task, char separator) {
    return new FileReader<>(task, (name, in) -> rows(name, in, separator));
  }

  private static Iterator<RawRow> rows(String name, Reader in, char separator) {
    return new CsvRows(name, in, separator);
  }
}
