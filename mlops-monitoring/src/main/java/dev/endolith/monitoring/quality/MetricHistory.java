package dev.endolith.monitoring.quality;

import dev.endolith.data.CanonicalJson;
import dev.endolith.error.DataException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What figures were, over time: those of {@link QualityReport#metrics()}, or any others. Immutable;
 * holds the latest {@value #MOST_POINTS} points.
 */
public final class MetricHistory {
  /** Older points are forgotten. */
  public static final int MOST_POINTS = 1_000;

  /** A history without points. */
  public static final MetricHistory EMPTY = new MetricHistory(List.of());

  private static final int FORMAT = 1;

  private final List<Point> points;

  private MetricHistory(List<Point> points) {
    this.points = points;
  }

  /**
   * A figure at a time.
   *
   * @param at when
   * @param value the figure
   */
  public record Value(Instant at, double value) {}

  /**
   * Figures at a time.
   *
   * @param at when
   * @param values by name
   */
  public record Point(Instant at, Map<String, Double> values) {
    /**
     * Copies the values.
     *
     * @param at when
     * @param values by name
     */
    public Point {
      values = Map.copyOf(values);
    }

    /**
     * The figures.
     *
     * @return by name, sorted
     */
    @Override
    public Map<String, Double> values() {
      return new TreeMap<>(values);
    }
  }

  /**
   * This history and a point more.
   *
   * @param at when
   * @param values the figures by name
   * @return a copy, points by time
   */
  public MetricHistory plus(Instant at, Map<String, Double> values) {
    List<Point> all = new ArrayList<>(points);
    all.add(new Point(at, values));
    all.sort(Comparator.comparing(Point::at)); // stable
    return new MetricHistory(
        List.copyOf(all.subList(Math.max(0, all.size() - MOST_POINTS), all.size())));
  }

  /**
   * The points.
   *
   * @return oldest first
   */
  public List<Point> points() {
    return points;
  }

  /**
   * One figure over time.
   *
   * @param metric its name
   * @return its values, oldest first; points without it are left out
   */
  public List<Value> values(String metric) {
    List<Value> found = new ArrayList<>();
    for (Point point : points) {
      Double value = point.values.get(metric);
      if (value != null) {
        found.add(new Value(point.at, value));
      }
    }
    return found;
  }

  /**
   * Reads what {@link #toJson()} wrote.
   *
   * @param json the text
   * @return the history
   * @throws DataException if the text is not a history
   */
  public static MetricHistory fromJson(String json) {
    Saved saved = CanonicalJson.read(json, Saved.class);
    MetricHistory history = EMPTY;
    if (saved.format() != FORMAT || saved.points() == null) {
      throw new DataException(
          "JSON", 0, "", "the text must be a history of metrics of format " + FORMAT);
    }
    for (Point point : saved.points()) {
      history = history.plus(point.at(), point.values());
    }
    return history;
  }

  /**
   * The history as canonical JSON.
   *
   * @return the text
   */
  public String toJson() {
    return CanonicalJson.write(new Saved(FORMAT, points));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MetricHistory that && points.equals(that.points);
  }

  @Override
  public int hashCode() {
    return points.hashCode();
  }

  @Override
  public String toString() {
    return "MetricHistory[" + points.size() + " points]";
  }

  private record Saved(int format, List<Point> points) {}
}
