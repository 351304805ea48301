package dev.endolith.data;

import dev.endolith.error.DataException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One row as it stands in a file: texts by column name, and where it stands. */
public interface RawRow {
  /**
   * The name of the data source, for messages.
   *
   * @return a name, not a path
   */
  String source();

  /**
   * The line in the source.
   *
   * @return the one-based line
   */
  long line();

  /**
   * The names of the columns.
   *
   * @return the names, in the source's order
   */
  List<String> columns();

  /**
   * The text in a column.
   *
   * @param column the column's name
   * @return the text, or null where the cell is missing or empty
   * @throws DataException if the source has no such column
   */
  @Nullable String text(String column);

  /**
   * The text in a column that must not be empty.
   *
   * @param column the column's name
   * @return the text
   * @throws DataException if the source has no such column or the cell is empty
   */
  default String required(String column) {
    String text = text(column);
    if (text == null) {
      throw bad(column, "the cell is empty and the field is not nullable");
    }
    return text;
  }

  /**
   * An error about this row.
   *
   * @param column the column that breaks a rule
   * @param rule the rule, and the way out
   * @return the error, to be thrown
   */
  default DataException bad(String column, String rule) {
    return new DataException(
        source(),
        line(),
        column,
        source() + ", line " + line() + ", column '" + column + "': " + rule);
  }
}
