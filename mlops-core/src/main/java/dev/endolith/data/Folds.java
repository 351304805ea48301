package dev.endolith.data;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Parts a dataset several times for cross-validation: in each fold the first part is to train on,
 * the second to judge on. Reproducible, immutable and thread-safe. As with {@link Splitter}, rows
 * of one key or of the same features stay together.
 *
 * @param <X> the row
 */
public sealed interface Folds<X> permits DealtFolds, TimeFolds {
  /**
   * How many folds.
   *
   * @return at least 2
   */
  int count();

  /**
   * Its name in records.
   *
   * @return for example {@code stratified-folds}
   */
  String method();

  /**
   * Its settings, as text, for records.
   *
   * @return settings by name
   */
  Map<String, String> settings();

  /**
   * Says where each row goes in each fold.
   *
   * @param data the rows
   * @param <R> the row
   * @param <Y> the label
   * @return per fold one number per row: 0 to train on, 1 to judge on, -1 left out
   * @throws IllegalArgumentException if there are fewer units or instants than folds
   * @throws IllegalStateException if it needs a time and the task declares none
   */
  <R extends X, Y> List<int[]> parts(Dataset<R, Y> data);

  /**
   * By chance; sizes differ by at most one unit.
   *
   * @param count how many, at least 2
   * @param seed the seed
   * @return the folds
   * @throws IllegalArgumentException if {@code count} is less than 2
   */
  static Folds<Object> random(int count, long seed) {
    return new DealtFolds<>("random-folds", count, seed, "", null);
  }

  /**
   * By chance, with the same share of every label in every fold; for a regression of every tenth of
   * the labels by size.
   *
   * @param count how many, at least 2
   * @param seed the seed
   * @return the folds
   * @throws IllegalArgumentException if {@code count} is less than 2
   */
  static Folds<Object> stratified(int count, long seed) {
    return new DealtFolds<>("stratified-folds", count, seed, "", null);
  }

  /**
   * With no group in two folds. The largest groups are dealt first, each to the smallest fold, so
   * that sizes differ by no more than the largest group.
   *
   * @param name what the group is, for records
   * @param group reads the group from a row
   * @param count how many, at least 2
   * @param seed decides between groups of equal size
   * @param <X> the row
   * @return the folds
   * @throws IllegalArgumentException if {@code count} is less than 2 or {@code name} is blank
   */
  static <X> Folds<X> grouped(
      String name, Function<? super X, String> group, int count, long seed) {
    return new DealtFolds<>("grouped-folds", count, seed, SplitRules.name(name), group);
  }

  /**
   * Forward in time: the rows are cut into {@code count + 1} blocks by time, and each fold is
   * judged on a block and trained on everything before it.
   *
   * @param count how many, at least 2
   * @param gap rows of this long before a judged block are left out; zero or more
   * @return the folds
   * @throws IllegalArgumentException if {@code count} is less than 2 or {@code gap} is negative
   */
  static Folds<Object> forward(int count, Duration gap) {
    return new TimeFolds("forward-folds", count, gap, Duration.ZERO);
  }

  /**
   * Blocks of time, each judged once by a model of all others, purged: rows close to the judged
   * block are left out (López de Prado, 2018, chapter 7). Trains on the future too, so it estimates
   * quality where time matters little.
   *
   * @param count how many, at least 2
   * @param gap rows of this long before a judged block are left out; zero or more
   * @param embargo rows of this long after a judged block are left out; zero or more
   * @return the folds
   * @throws IllegalArgumentException if {@code count} is less than 2, or a span is negative
   */
  static Folds<Object> purged(int count, Duration gap, Duration embargo) {
    return new TimeFolds("purged-folds", count, gap, embargo);
  }
}
