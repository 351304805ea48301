package dev.endolith.query;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Some of the rows that a query means. Immutable.
 *
 * @param items the rows, in the store's order
 * @param next where the next page begins, for {@link Query#after}; empty if this was the last
 * @param total how many rows match, if the query asked to count
 * @param <R> a row
 */
public record Page<R>(List<R> items, String next, OptionalLong total) {
  /**
   * Copies the rows.
   *
   * @param items the rows, in the store's order
   * @param next where the next page begins, for {@link Query#after}; empty if this was the last
   * @param total how many rows match, if the query asked to count
   */
  public Page {
    items = List.copyOf(items);
  }

  /**
   * Answers a query from rows in memory.
   *
   * @param query the query
   * @param rows all rows, in the store's order
   * @param matches whether a row matches
   * @param position a row's place in the order, as text that no other row has
   * @param <R> a row
   * @return the page
   */
  public static <R> Page<R> of(
      Query<?> query, Iterable<R> rows, Predicate<R> matches, Function<R, String> position) {
    List<R> page = new ArrayList<>();
    boolean begun = query.after().isEmpty();
    boolean more = false;
    long total = 0;
    for (R row : rows) {
      if (matches.test(row)) {
        total++;
        if (begun && page.size() < query.limit()) {
          page.add(row);
        } else if (begun) {
          more = true;
        }
      }
      begun |= position.apply(row).equals(query.after());
    }
    if (!begun) {
      throw badPosition();
    }
    return new Page<>(
        page,
        more ? position.apply(page.get(page.size() - 1)) : "",
        query.counted() ? OptionalLong.of(total) : OptionalLong.empty());
  }

  /**
   * The error for a position that no page gave.
   *
   * @return the error
   */
  public static IllegalArgumentException badPosition() {
    return new IllegalArgumentException(
        "a query goes on after a position that no page gave; give the 'next' of the page before, or"
            + " begin again");
  }
}
