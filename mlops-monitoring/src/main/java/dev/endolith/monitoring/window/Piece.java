package dev.endolith.monitoring.window;

import java.time.Instant;
import java.util.Objects;

/**
 * A window that is over. Immutable, if its content is.
 *
 * @param index how many pieces were closed before it
 * @param from when it begins: for time the beginning of the span, for rows the earliest row
 * @param to when it ends: for time the end of the span, exclusive, for rows the latest row
 * @param rows how many rows it has
 * @param complete whether all of it was seen; the first piece of time is not, as rows may have come
 *     before anyone looked, nor is one that was closed early
 * @param emptyBefore how many pieces of time without a row lie between the one before and this
 * @param content what was made of its rows
 * @param <A> what is made of rows
 */
public record Piece<A>(
    long index,
    Instant from,
    Instant to,
    long rows,
    boolean complete,
    long emptyBefore,
    A content) {
  /**
   * Checks that nothing is missing.
   *
   * @param index how many pieces were closed before it
   * @param from when it begins
   * @param to when it ends
   * @param rows how many rows it has
   * @param complete whether all of it was seen
   * @param emptyBefore how many pieces of time without a row lie between the one before and this
   * @param content what was made of its rows
   */
  public Piece {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    Objects.requireNonNull(content, "content");
  }
}
