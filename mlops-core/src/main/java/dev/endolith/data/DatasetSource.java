package dev.endolith.data;

import java.time.Instant;

/**
 * Where the loop gets labelled rows for retraining.
 *
 * @param <X> the row
 * @param <Y> the label
 */
@FunctionalInterface
public interface DatasetSource<X, Y> {
  /**
   * The labelled rows that were known at an instant, oldest first.
   *
   * <p>The same instant must give the same rows: a retraining that is resumed after a crash asks
   * again.
   *
   * @param instant no row or label that became known later may be among them
   * @return the rows
   */
  Dataset<X, Y> knownAt(Instant instant);
}
