package dev.endolith.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.endolith.error.DataException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads labelled rows from CSV with a header line. Columns are found by name, so their order does
 * not matter and more columns than needed may stand there. The first row that breaks a rule ends
 * the reading with its line, column and rule.
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
    Iterator<NamedCsvRecord> records =
        CsvReader.builder()
            .fieldSeparator(separator)
            .allowUnclosedQuote(false)
            .skipEmptyLines(true)
            .ofNamedCsvRecord(in)
            .iterator();
    return new Iterator<>() {
      private long line = 1;

      @Override
      public boolean hasNext() {
        try {
          return records.hasNext();
        } catch (CsvParseException e) {
          throw broken(); // its own message may quote a cell
        } catch (UncheckedIOException e) {
          throw unreadable(e);
        }
      }

      @Override
      public RawRow next() {
        try {
          NamedCsvRecord row = records.next();
          if (row.getFieldCount() != row.getHeader().size()) {
            throw broken();
          }
          line = row.getStartingLineNumber();
          return new CsvRow(name, row);
        } catch (CsvParseException e) {
          throw broken(); // its own message may quote a cell
        } catch (UncheckedIOException e) {
          throw unreadable(e);
        }
      }

      private DataException broken() {
        return new DataException(
            name,
            line + 1,
            "",
            name
                + ", after line "
                + line
                + ": the row is not well-formed CSV for separator '"
                + separator
                + "': it has too few or too many cells, or a quote that does not close");
      }

      private DataException unreadable(UncheckedIOException e) {
        IOException cause = e.getCause();
        return new DataException(
            name,
            line + 1,
            "",
            name + ", after line " + line + ": the text cannot be read as UTF-8",
            cause);
      }
    };
  }

  private record CsvRow(String source, NamedCsvRecord row) implements RawRow {
    @Override
    public long line() {
      return row.getStartingLineNumber();
    }

    @Override
    public List<String> columns() {
      return row.getHeader();
    }

    @Override
    public @Nullable String text(String column) {
      String text = row.findField(column).orElse(null);
      if (text == null) {
        throw FileReader.noColumn(this, column);
      }
      return text.isEmpty() ? null : text;
    }
  }
}
