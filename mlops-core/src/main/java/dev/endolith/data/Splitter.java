package dev.endolith.data;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;

/**
 * Parts a dataset in two, reproducibly: the same rows and the same settings give the same parts.
 * Immutable and thread-safe.
 *
 * <p>Rows of one key, and without a key rows of the same features, are always in one part, so that
 * no row is judged that was trained on. With {@link #random} and {@link #grouped} a row's part
 * depends on the seed and its key alone: rows that come later move no row from one part to the
 * other. Sizes are then as close to the share as chance allows.
 *
 * @param <X> the row
 */
public sealed interface Splitter<X> permits HashSplitter, StratifiedSplitter, TimeSplitter {
  /**
   * Its name in records.
   *
   * @return for example {@code random}
   */
  String method();

  /**
   * Its settings, as text, for records.
   *
   * @return settings by name
   */
  Map<String, String> settings();

  /**
   * Says where each row goes.
   *
   * @param data the rows
   * @param <R> the row
   * @param <Y> the label
   * @return one number per row: 0 first part, 1 second part, -1 left out
   * @throws IllegalStateException if it needs a time and the task declares none
   */
  <R extends X, Y> int[] parts(Dataset<R, Y> data);

  /**
   * By chance.
   *
   * @param share the expected share of the first part, in (0, 1)
   * @param seed the seed
   * @return the splitter
   * @throws IllegalArgumentException if {@code share} is not in (0, 1)
   */
  static Splitter<Object> random(double share, long seed) {
    return new HashSplitter<>(share, seed, "", null);
  }

  /**
   * By chance, with the same share of every label in both parts; for a regression of every tenth of
   * the labels by size.
   *
   * @param share the share of the first part, in (0, 1)
   * @param seed the seed
   * @return the splitter
   * @throws IllegalArgumentException if {@code share} is not in (0, 1)
   */
  static Splitter<Object> stratified(double share, long seed) {
    return new StratifiedSplitter(share, seed);
  }

  /**
   * By chance, with no group in both parts.
   *
   * @param name what the group is, for records, for example {@code customer}
   * @param group reads the group from a row
   * @param share the expected share of groups in the first part, in (0, 1)
   * @param seed the seed
   * @param <X> the row
   * @return the splitter
   * @throws IllegalArgumentException if {@code share} is not in (0, 1), or {@code name} is blank
   */
  static <X> Splitter<X> grouped(
      String name, Function<? super X, String> group, double share, long seed) {
    return new HashSplitter<>(share, seed, SplitRules.name(name), group);
  }

  /**
   * By the task's time of a row: what happened before an instant first, the rest second.
   *
   * @param cut the first instant of the second part
   * @param gap rows of this long before the cut are left out, because their labels were not known
   *     at the cut; zero or more
   * @return the splitter
   * @throws IllegalArgumentException if {@code gap} is negative
   */
  static Splitter<Object> byTime(Instant cut, Duration gap) {
    return new TimeSplitter(cut, 0, gap);
  }

  /**
   * By the task's time of a row, with the cut where a share of the rows lies before it. Rows of one
   * instant are in one part.
   *
   * @param share the share of rows before the cut, the gap included, in (0, 1)
   * @param gap rows of this long before the cut are left out; zero or more
   * @return the splitter
   * @throws IllegalArgumentException if {@code share} is not in (0, 1) or {@code gap} is negative
   */
  static Splitter<Object> byTime(double share, Duration gap) {
    return new TimeSplitter(null, SplitRules.share(share), gap);
  }
}
