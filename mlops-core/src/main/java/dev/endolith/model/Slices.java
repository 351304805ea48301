package dev.endolith.model;

import dev.endolith.data.Dataset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Judges a model on parts of the rows: by the values of a category, or by a condition. Confined to
 * one thread.
 *
 * @param <X> the row
 */
public final class Slices<X> {
  /** What is left of a category's values beyond this many is one slice. */
  public static final int MOST_VALUES = 50;

  private final Dataset<X, ?> data;
  private final Outcomes outcomes;
  private final Map<String, int[]> slices = new LinkedHashMap<>();
  private int least = 30;
  private double confidence = 0.95;

  private Slices(Dataset<X, ?> data, Outcomes outcomes) {
    this.data = data;
    this.outcomes = outcomes;
  }

  /**
   * Starts with all rows.
   *
   * @param data the rows
   * @param outcomes a model's answers to them, in row order
   * @param <X> the row
   * @return slices, none yet
   * @throws IllegalArgumentException if there is not one answer per row
   */
  public static <X> Slices<X> of(Dataset<X, ?> data, Outcomes outcomes) {
    if (data.size() != outcomes.size()) {
      throw new IllegalArgumentException(
          "there must be one answer per row, were "
              + outcomes.size()
              + " answers and "
              + data.size()
              + " rows");
    }
    return new Slices<>(data, outcomes);
  }

  /**
   * Adds a slice for each value of a category. The {@value #MOST_VALUES} most frequent values have
   * one each; the rest are one slice named {@code name=(others)}.
   *
   * @param name the category's name
   * @param value reads it from a row
   * @return this
   */
  public Slices<X> by(String name, Function<? super X, String> value) {
    Map<String, List<Integer>> rows = new LinkedHashMap<>();
    for (int i = 0; i < data.size(); i++) {
      rows.computeIfAbsent(value.apply(data.examples().get(i).x()), v -> new ArrayList<>()).add(i);
    }
    List<Map.Entry<String, List<Integer>>> byFrequency = new ArrayList<>(rows.entrySet());
    byFrequency.sort(
        Comparator.<Map.Entry<String, List<Integer>>>comparingInt(e -> -e.getValue().size())
            .thenComparing(Map.Entry::getKey));
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < byFrequency.size(); i++) {
      if (i < MOST_VALUES) {
        put(name + "=" + byFrequency.get(i).getKey(), byFrequency.get(i).getValue());
      } else {
        others.addAll(byFrequency.get(i).getValue());
      }
    }
    if (!others.isEmpty()) {
      put(name + "=(others)", others);
    }
    return this;
  }

  /**
   * Adds a slice of the rows that fulfil a condition.
   *
   * @param name what the condition is
   * @param condition which rows
   * @return this
   */
  public Slices<X> where(String name, Predicate<? super X> condition) {
    List<Integer> rows = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      if (condition.test(data.examples().get(i).x())) {
        rows.add(i);
      }
    }
    put(name, rows);
    return this;
  }

  private void put(String name, List<Integer> rows) {
    slices.put(name, rows.stream().mapToInt(i -> i).toArray());
  }

  /**
   * Says how many rows a slice needs for an estimate.
   *
   * @param rows 2 or more; 30 by default
   * @return this
   * @throws IllegalArgumentException if {@code rows} is less than 2
   */
  public Slices<X> minRows(int rows) {
    if (rows < 2) {
      throw new IllegalArgumentException("minRows must be at least 2, was " + rows);
    }
    this.least = rows;
    return this;
  }

  /**
   * Says with which confidence all intervals hold together.
   *
   * @param level in (0, 1); 0.95 by default
   * @return this
   * @throws IllegalArgumentException if {@code level} is not in (0, 1)
   */
  public Slices<X> confidence(double level) {
    Share.confidence(level);
    this.confidence = level;
    return this;
  }

  /**
   * Judges every slice.
   *
   * @param metric the metric
   * @return the slices in the order in which they were added, those of a category by frequency
   */
  public List<Slice> judge(Metric metric) {
    double whole = metric.compute(outcomes);
    long judged = slices.values().stream().filter(rows -> rows.length >= least).count();
    double level = 1 - (1 - confidence) / Math.max(1, judged);
    List<Slice> result = new ArrayList<>();
    slices.forEach(
        (name, rows) -> {
          if (rows.length < least) {
            result.add(new Slice(name, rows.length, Optional.empty(), false));
            return;
          }
          Estimate estimate = Evaluator.estimate(metric, outcomes.select(rows), level);
          boolean worse =
              metric.direction() == Metric.Direction.HIGHER_IS_BETTER
                  ? estimate.high() < whole
                  : estimate.low() > whole;
          result.add(new Slice(name, rows.length, Optional.of(estimate), worse));
        });
    return List.copyOf(result);
  }
}
