package dev.endolith.query;

/**
 * A question to a store: which rows, how many at a time, from where on. Immutable.
 *
 * @param where which rows
 * @param limit how many at most
 * @param after goes on after the page that had this as its {@link Page#next}; empty for the first
 * @param counted whether all rows that match are counted too, which costs a look at each
 * @param <F> the fields
 */
public record Query<F extends QueryField<F>>(
    Filter<F> where, int limit, String after, boolean counted) {
  /** How many rows a page has at most. */
  public static final int MAX_LIMIT = 1_000;

  private static final int DEFAULT_LIMIT = 100;

  /**
   * Checks sizes.
   *
   * @param where which rows
   * @param limit how many at most
   * @param after goes on after the page that had this as its {@link Page#next}; empty for the first
   * @param counted whether all rows that match are counted too, which costs a look at each
   * @throws IllegalArgumentException if the limit is not 1 to {@link #MAX_LIMIT}, or the filter is
   *     deeper than {@link Filter#MAX_DEPTH} or larger than {@link Filter#MAX_SIZE}
   */
  public Query {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "a page has 1 to " + MAX_LIMIT + " rows, asked were " + limit);
    }
    int size = size(where, 1);
    if (size > Filter.MAX_SIZE) {
      throw new IllegalArgumentException(
          "a filter has at most " + Filter.MAX_SIZE + " parts and values, had " + size);
    }
  }

  /**
   * All rows, 100 at a time.
   *
   * @param <F> the fields
   * @return the query
   */
  public static <F extends QueryField<F>> Query<F> all() {
    return where(new Filter.All<F>());
  }

  /**
   * The rows that match, 100 at a time.
   *
   * @param filter which rows
   * @param <F> the fields
   * @return the query
   */
  public static <F extends QueryField<F>> Query<F> where(Filter<F> filter) {
    return new Query<>(filter, DEFAULT_LIMIT, "", false);
  }

  /**
   * The same rows, so many at a time.
   *
   * @param rows how many at most, 1 to {@link #MAX_LIMIT}
   * @return the query
   */
  public Query<F> limit(int rows) {
    return new Query<>(where, rows, after, counted);
  }

  /**
   * The page after another.
   *
   * @param next what the other page had as its {@link Page#next}
   * @return the query
   */
  public Query<F> after(String next) {
    return new Query<>(where, limit, next, counted);
  }

  /**
   * The same rows, and how many there are.
   *
   * @return the query
   */
  public Query<F> count() {
    return new Query<>(where, limit, after, true);
  }

  private static int size(Filter<?> filter, int depth) {
    if (depth > Filter.MAX_DEPTH) {
      throw new IllegalArgumentException(
          "filters are nested at most " + Filter.MAX_DEPTH + " deep; give a list to one And or Or");
    }
    int size = 1;
    if (filter instanceof Filter.In<?> in) {
      size += in.values().size();
    } else if (filter instanceof Filter.And<?> and) {
      for (Filter<?> part : and.parts()) {
        size += size(part, depth + 1);
      }
    } else if (filter instanceof Filter.Or<?> or) {
      for (Filter<?> part : or.parts()) {
        size += size(part, depth + 1);
      }
    } else if (filter instanceof Filter.Not<?> not) {
      size += size(not.part(), depth + 1);
    }
    return size;
  }
}
