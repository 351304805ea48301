package dev.endolith.monitoring.impact;

import dev.endolith.data.Features;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Training-serving skew: the same things, read by the training's path and by the serving's, should
 * give the same features. Unlike drift it needs no statistics: any row that differs is a fault of
 * one of the paths. Immutable.
 *
 * @param rows how many pairs were compared
 * @param columns the columns that differ, most pairs first
 */
public record Skew(int rows, List<Column> columns) {
  private static final double TOLERANCE = 1e-6;

  /**
   * A column that differs.
   *
   * @param name the column
   * @param differing in how many pairs
   * @param missing in how many of them only one side is missing
   */
  public record Column(String name, int differing, int missing) {}

  /**
   * Copies the columns.
   *
   * @param rows the pairs
   * @param columns the columns that differ
   */
  public Skew {
    columns = List.copyOf(columns);
  }

  /**
   * Compares pairs. Numbers are equal within a millionth of the greater one, as a float is not a
   * double; an infinity equals itself alone.
   *
   * @param features how rows are read
   * @param training things as training saw them
   * @param serving the same things in the same order, as serving saw them
   * @param <X> the row
   * @return the columns that differ
   * @throws IllegalArgumentException if the lists differ in size
   */
  public static <X> Skew between(
      Features<X> features, List<? extends X> training, List<? extends X> serving) {
    if (training.size() != serving.size()) {
      throw new IllegalArgumentException(
          "skew compares pairs: training has "
              + training.size()
              + " rows and serving "
              + serving.size()
              + "; join them by their key first");
    }
    List<Column> columns = new ArrayList<>();
    for (int field = 0; field < features.schema().size(); field++) {
      boolean numeric = features.schema().field(field).type().numeric();
      int differing = 0;
      int missing = 0;
      for (int i = 0; i < training.size(); i++) {
        X one = training.get(i);
        X other = serving.get(i);
        boolean differs;
        boolean half;
        if (numeric) {
          double a = features.number(one, field);
          double b = features.number(other, field);
          half = Double.isNaN(a) != Double.isNaN(b);
          differs = half || differ(a, b);
        } else {
          String a = features.category(one, field);
          String b = features.category(other, field);
          half = (a == null) != (b == null);
          differs = !Objects.equals(a, b);
        }
        differing += differs ? 1 : 0;
        missing += half ? 1 : 0;
      }
      if (differing > 0) {
        columns.add(new Column(features.schema().field(field).name(), differing, missing));
      }
    }
    columns.sort(Comparator.comparingInt((Column c) -> -c.differing).thenComparing(Column::name));
    return new Skew(training.size(), columns);
  }

  private static boolean differ(double a, double b) {
    boolean close = // what is infinite is close to nothing else, however great a tolerance it makes
        Double.isFinite(a)
            && Double.isFinite(b)
            && Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
    return Double.compare(a, b) != 0 && !close;
  }
}
