package dev.endolith.data;

import dev.endolith.error.DataException;
import java.util.List;

/** A row that is not of the format, after which the next can still be read. */
record BrokenRow(DataException why) implements RawRow {
  @Override
  public String source() {
    return why.source();
  }

  @Override
  public long line() {
    return why.line();
  }

  @Override
  public List<String> columns() {
    throw why;
  }

  @Override
  public String text(String column) {
    throw why;
  }
}
