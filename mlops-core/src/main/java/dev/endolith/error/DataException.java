package dev.endolith.error;

import org.jspecify.annotations.Nullable;

/** A row, file or schema that breaks a rule. */
public final class DataException extends EndolithException {
  private static final long serialVersionUID = 1L;

  /** The name of the data source. */
  private final String source;

  /** The one-based line, 0 where none applies. */
  private final long line;

  /** The column, empty where none applies. */
  private final String column;

  /**
   * Creates the fault.
   *
   * @param source the name of the data source
   * @param line the one-based line, 0 where none applies
   * @param column the column, empty where none applies
   * @param message what happened, with which values, and the way out
   */
  public DataException(String source, long line, String column, String message) {
    this(source, line, column, message, null);
  }

  /**
   * Creates the fault with its cause.
   *
   * @param source the name of the data source
   * @param line the one-based line, 0 where none applies
   * @param column the column, empty where none applies
   * @param message what happened, with which values, and the way out
   * @param cause the underlying failure
   */
  public DataException(
      String source, long line, String column, String message, @Nullable Throwable cause) {
    super(message, false, cause);
    this.source = source;
    this.line = line;
    this.column = column;
  }

  /**
   * Returns the name of the data source.
   *
   * @return the name of the data source
   */
  public String source() {
    return source;
  }

  /**
   * Returns the one-based line, 0 where none applies.
   *
   * @return the one-based line, 0 where none applies
   */
  public long line() {
    return line;
  }

  /**
   * Returns the column, empty where none applies.
   *
   * @return the column, empty where none applies
   */
  public String column() {
    return column;
  }
}
