package dev.endolith.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.endolith.error.DataException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of CSV after its header. Where each column stands is looked up once per file. */
final class CsvRows implements Iterator<RawRow> {
  private final String name;
  private final char separator;
  private final Iterator<CsvRecord> records;
  private final Map<String, Integer> positions = new HashMap<>();
  private List<String> header = List.of();
  private long line = 1;
  private boolean begun;

  CsvRows(String name, Reader in, char separator) {
    this.name = name;
    this.separator = separator;
    this.records =
        CsvReader.builder()
            .fieldSeparator(separator)
            .allowUnclosedQuote(false)
            .skipEmptyLines(true)
            // told here, so that the rows after such a one can be read
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .ofCsvRecord(in)
            .iterator();
  }

  @Override
  public boolean hasNext() {
    try {
      if (!begun && records.hasNext()) {
        header = List.copyOf(records.next().getFields());
        for (int i = 0; i < header.size(); i++) {
          if (positions.put(header.get(i), i) != null) {
            throw new DataException(
                name,
                1,
                header.get(i),
                name + ", line 1: the header names column '" + header.get(i) + "' twice");
          }
        }
      }
      begun = true;
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
      CsvRecord row = records.next();
      line = row.getStartingLineNumber();
      if (row.getFieldCount() != header.size()) {
        return new BrokenRow(wrongCount(row));
      }
      return new CsvRow(row);
    } catch (CsvParseException e) {
      throw broken(); // its own message may quote a cell
    } catch (UncheckedIOException e) {
      throw unreadable(e);
    }
  }

  private DataException wrongCount(CsvRecord row) {
    return new DataException(
        name,
        line,
        "",
        name
            + ", line "
            + line
            + ": the row is not well-formed CSV for separator '"
            + separator
            + "': it has too few or too many cells: "
            + row.getFieldCount()
            + ", the header has "
            + header.size());
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

  private final class CsvRow implements RawRow {
    private final CsvRecord row;

    CsvRow(CsvRecord row) {
      this.row = row;
    }

    @Override
    public String source() {
      return name;
    }

    @Override
    public long line() {
      return row.getStartingLineNumber();
    }

    @Override
    public List<String> columns() {
      return header;
    }

    @Override
    public @Nullable String text(String column) {
      Integer position = positions.get(column);
      if (position == null) {
        throw RowReader.noColumn(this, column);
      }
      String text = row.getField(position);
      return text.isEmpty() ? null : text;
    }
  }
}
