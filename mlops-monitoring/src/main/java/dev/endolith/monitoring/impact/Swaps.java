package dev.endolith.monitoring.impact;

import dev.endolith.data.Features;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.monitoring.profile.ReferenceColumn;
import dev.endolith.monitoring.profile.ReferenceProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Scores rows with one column's values taken from either side. */
final class Swaps<X, Y> {
  /** So many values stand for a column of a profile. */
  private static final int PROFILED = 2_000;

  private final Features<X> features;
  private final Predictor<X, Y> model;
  private final ToDoubleFunction<? super Prediction<Y>> score;

  Swaps(
      Features<X> features, Predictor<X, Y> model, ToDoubleFunction<? super Prediction<Y>> score) {
    this.features = features;
    this.model = model;
    this.score = score;
  }

  Impact measure(List<? extends X> reference, List<? extends X> current, int sample, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<X> before = draw(reference, sample, random);
    List<X> now = draw(current, sample, random);
    double[] plain = scores(now);
    List<Row> rows = now.stream().map(x -> Row.copyOf(features, x)).toList();
    Schema schema = features.schema();
    List<ColumnImpact> columns = new ArrayList<>();
    for (int field = 0; field < schema.size(); field++) {
      // the whole of both sides, not only what is drawn: quantiles cost no predictions
      columns.add(
          column(
              schema.field(field).name(),
              field,
              sorted(reference, field),
              sorted(current, field),
              now,
              rows,
              plain,
              random.split()));
    }
    return new Impact(
        Arrays.stream(scores(before)).average().orElse(Double.NaN),
        Arrays.stream(plain).average().orElse(Double.NaN),
        now.size(),
        columns);
  }

  /** The same where the reference is a profile, for some columns. */
  Impact measure(
      ReferenceProfile reference,
      List<? extends X> current,
      Collection<String> names,
      int sample,
      long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<X> now = draw(current, sample, random);
    double[] plain = scores(now);
    List<Row> rows = now.stream().map(x -> Row.copyOf(features, x)).toList();
    Schema schema = features.schema();
    List<ColumnImpact> columns = new ArrayList<>();
    for (int field = 0; field < schema.size(); field++) {
      String name = schema.field(field).name();
      Cell[] before = reference.column(name).map(Swaps::cells).orElse(new Cell[0]);
      SplittableRandom own = random.split(); // a column's figures do not depend on the others
      if (names.contains(name) && before.length > 0) {
        columns.add(column(name, field, before, sorted(current, field), now, rows, plain, own));
      }
    }
    return new Impact(
        reference.column(ReferenceProfile.SCORE).map(ReferenceColumn::mean).orElse(Double.NaN),
        Arrays.stream(plain).average().orElse(Double.NaN),
        now.size(),
        columns);
  }

  /** What stands for a column of a profile: some thousand values, the missing among them. */
  private static Cell[] cells(ReferenceColumn column) {
    List<Cell> cells = new ArrayList<>();
    long[] counts = column.counts();
    double all = column.missing() + (double) Arrays.stream(counts).sum();
    int missing = (int) Math.rint(column.missing() / all * PROFILED);
    if (column.kind() == ReferenceColumn.Kind.NUMBER) {
      for (double value : column.quantiles(Math.max(1, PROFILED - missing))) {
        cells.add(new Cell(value, null));
      }
    } else {
      for (int i = 0; i < column.values().size(); i++) { // others have no name
        int many = (int) Math.rint(counts[i] / all * PROFILED);
        cells.addAll(Collections.nCopies(many, new Cell(Double.NaN, column.values().get(i))));
      }
    }
    cells.addAll(Collections.nCopies(missing, new Cell(Double.NaN, null)));
    return cells.stream().sorted().toArray(Cell[]::new);
  }

  private ColumnImpact column(
      String name,
      int field,
      Cell[] before,
      Cell[] after,
      List<X> now,
      List<Row> rows,
      double[] plain,
      SplittableRandom random) {
    int n = now.size();
    int[] strata = shuffled(n, random);
    double sum = 0;
    double squares = 0;
    double absolute = 0;
    double sensitivity = 0;
    for (int i = 0; i < n; i++) {
      double u = (strata[i] + random.nextDouble()) / n;
      Cell was = before[(int) (u * before.length)];
      Cell is = after[(int) (u * after.length)];
      double scoreNow = rescored(now.get(i), rows.get(i), field, is, plain[i]);
      double scoreThen =
          was.equals(is) ? scoreNow : rescored(now.get(i), rows.get(i), field, was, plain[i]);
      double change = scoreNow - scoreThen;
      sum += change;
      squares += change * change;
      absolute += Math.abs(change);
      sensitivity += Math.abs(scoreNow - plain[i]);
    }
    double mean = sum / n;
    double error = n < 2 ? Double.NaN : Math.sqrt(Math.max(0, squares / n - mean * mean) / (n - 1));
    return new ColumnImpact(name, absolute / n, mean, error, sensitivity / n);
  }

  private double rescored(X x, Row row, int field, Cell cell, double plain) {
    Schema schema = row.schema();
    if (cell.equals(Cell.of(row, field))) {
      return plain;
    }
    double[] numbers = new double[schema.size()];
    @Nullable String[] categories = new String[schema.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i == field ? cell.number() : row.number(i);
      categories[i] = i == field ? cell.category() : row.category(i);
    }
    return score.applyAsDouble(
        model.predict(features.with(x, Row.of(schema, numbers, categories))));
  }

  private double[] scores(List<X> rows) {
    return model.predictAll(rows).stream().mapToDouble(score).toArray();
  }

  private Cell[] sorted(List<? extends X> rows, int field) {
    boolean numeric = features.schema().field(field).type().numeric();
    return rows.stream()
        .map(
            x ->
                numeric
                    ? new Cell(features.number(x, field), null)
                    : new Cell(Double.NaN, features.category(x, field)))
        .sorted()
        .toArray(Cell[]::new);
  }

  /** Rows without repetition, in random order. */
  static <X> List<X> draw(List<? extends X> rows, int most, SplittableRandom random) {
    int[] order = shuffled(rows.size(), random);
    List<X> drawn = new ArrayList<>();
    for (int i = 0; i < Math.min(most, order.length); i++) {
      drawn.add(rows.get(order[i]));
    }
    return drawn;
  }

  private static int[] shuffled(int n, SplittableRandom random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** A value: a number, or a category; missing ones are last. */
  private record Cell(double number, @Nullable String category) implements Comparable<Cell> {
    static Cell of(Row row, int field) {
      return new Cell(row.number(field), row.category(field));
    }

    @Override
    public int compareTo(Cell other) {
      int byNumber = Double.compare(number, other.number);
      if (byNumber != 0 || Objects.equals(category, other.category)) {
        return byNumber;
      }
      if (category == null || other.category == null) {
        return category == null ? 1 : -1;
      }
      return category.compareTo(other.category);
    }
  }
}
