package dev.endolith.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * Features that tell the label.
 *
 * Each row is answered from the other rows: those of the same value of the feature, or, where there is
 * none and the feature is a number, those of the nearest value. Leaving the row itself out is what
 * makes an identifier, whose every value is seen once, tell nothing. A missing value is a value: that
 * something is missing may tell the label too. For labels the answer is the most frequent one, for
 * numbers the mean.
 */
final class ToldLabels {
  private ToldLabels() {}

  static <X, Y> void find(
      Dataset<X, Y> data, double limit, List<Leak> leaks, List<String> unchecked) {
    if (data.isEmpty()) {
      unchecked.add("labels in features, because there are no rows");
      return;
    }
    boolean numbers = data.task() instanceof Regression;
    double[] labels = new double[data.size()];
    Map<String, Integer> names = new HashMap<>();
    for (int i = 0; i < labels.length; i++) {
      Y label = data.examples().get(i).y();
      labels[i] =
          numbers
              ? (Double) label
              : names.computeIfAbsent(data.task().labelName(label), name -> names.size());
    }
    double unexplained = numbers ? squares(labels) : errors(labels, names.size());
    if (numbers ? unexplained == 0 : unexplained < Leakage.LEAST_ERRORS) {
      unchecked.add("labels in features, because almost all rows have one label");
      return;
    }
    Schema schema = data.task().features().schema();
    for (int field = 0; field < schema.size(); field++) {
      Groups groups = Groups.of(data, field);
      double left = numbers ? groups.squares(labels) : groups.errors(labels, names.size());
      double explained = 1 - left / unexplained;
      if (explained >= limit) {
        leaks.add(
            new Leak.TargetInFeature(
                schema.field(field).name(), explained, equal(data, field), data.size()));
      }
    }
  }

  private static <X, Y> boolean equal(Dataset<X, Y> data, int field) {
    Features<X> features = data.task().features();
    boolean numeric = features.schema().field(field).type().numeric();
    for (Example<X, Y> row : data) {
      String label = data.task().labelName(row.y());
      boolean same;
      if (!numeric) {
        same = label.equals(features.category(row.x(), field));
      } else {
        double value = features.number(row.x(), field);
        same =
            row.y() instanceof Double number
                ? number == value
                : row.y() instanceof Boolean flag && value == (flag ? 1 : 0);
      }
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static double errors(double[] labels, int kinds) {
    int[] counts = new int[kinds];
    for (double label : labels) {
      counts[(int) label]++;
    }
    return labels.length - (double) Arrays.stream(counts).max().orElse(0);
  }

  private static double squares(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
  }

  /** Rows by a feature's value; for numbers the groups are in the values' order, NaN last. */
  private static final class Groups {
    private final int[][] rows;
    private final double @Nullable [] values;

    private Groups(int[][] rows, double @Nullable [] values) {
      this.rows = rows;
      this.values = values;
    }

    static <X, Y> Groups of(Dataset<X, Y> data, int field) {
      Features<X> features = data.task().features();
      int n = data.size();
      if (features.schema().field(field).type().numeric()) {
        double[] column = new double[n];
        for (int i = 0; i < n; i++) {
          column[i] = features.number(data.examples().get(i).x(), field) + 0.0;
        }
        Integer[] order = new Integer[n];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> column[i]));
        int[][] rows = new int[n][];
        double[] values = new double[n];
        int groups = 0;
        for (int from = 0; from < n; ) {
          int to = from;
          while (to < n && Double.compare(column[order[to]], column[order[from]]) == 0) {
            to++;
          }
          values[groups] = column[order[from]];
          rows[groups++] = Arrays.stream(order, from, to).mapToInt(i -> i).toArray();
          from = to;
        }
        return new Groups(Arrays.copyOf(rows, groups), Arrays.copyOf(values, groups));
      }
      Map<String, int[]> counts = new HashMap<>();
      String[] column = new String[n];
      for (int i = 0; i < n; i++) {
        String value = features.category(data.examples().get(i).x(), field);
        column[i] = value == null ? "" : "=" + value; // no value is mistaken for a missing one
        counts.computeIfAbsent(column[i], v -> new int[1])[0]++;
      }
      Map<String, int[]> rows = new HashMap<>();
      counts.forEach((value, count) -> rows.put(value, new int[count[0]]));
      for (int i = n - 1; i >= 0; i--) {
        int[] left = counts.get(column[i]);
        int[] group = rows.get(column[i]);
        if (left != null && group != null) {
          group[--left[0]] = i;
        }
      }
      return new Groups(rows.values().toArray(new int[0][]), null);
    }

    double errors(double[] labels, int kinds) {
      int[] all = new int[kinds];
      for (double label : labels) {
        all[(int) label]++;
      }
      double errors = 0;
      for (int g = 0; g < rows.length; g++) {
        int[] counts = new int[kinds];
        int[] from = rows[g].length > 1 ? rows[g] : neighbours(g);
        for (int row : from) {
          counts[(int) labels[row]]++;
        }
        int[] known = from.length == 0 ? all : counts;
        boolean self = from.length == 0 || rows[g].length > 1;
        for (int row : rows[g]) {
          int truth = (int) labels[row];
          known[truth] -= self ? 1 : 0;
          int most = 0;
          for (int k = 1; k < kinds; k++) {
            most = known[k] > known[most] ? k : most;
          }
          errors += most == truth ? 0 : 1;
          known[truth] += self ? 1 : 0;
        }
      }
      return errors;
    }

    double squares(double[] labels) {
      double sum = Arrays.stream(labels).sum();
      double squares = 0;
      for (int g = 0; g < rows.length; g++) {
        int[] from = rows[g].length > 1 ? rows[g] : neighbours(g);
        double known =
            from.length == 0 ? sum : Arrays.stream(from).mapToDouble(r -> labels[r]).sum();
        int count = from.length == 0 ? labels.length : from.length;
        boolean self = from.length == 0 || rows[g].length > 1;
        for (int row : rows[g]) {
          double mean = self ? (known - labels[row]) / Math.max(1, count - 1) : known / count;
          squares += (labels[row] - mean) * (labels[row] - mean);
        }
      }
      return squares;
    }

    /** The rows of the nearest values on either side; none for a category. */
    private int[] neighbours(int group) {
      double[] column = values;
      if (column == null || Double.isNaN(column[group])) {
        return new int[0];
      }
      int[] below = group > 0 ? rows[group - 1] : new int[0];
      int[] above =
          group + 1 < rows.length && !Double.isNaN(column[group + 1])
              ? rows[group + 1]
              : new int[0];
      if (below.length > 0 && above.length > 0) {
        double down = column[group] - column[group - 1];
        double up = column[group + 1] - column[group];
        if (down < up) {
          return below;
        } else if (up < down) {
          return above;
        }
      }
      int[] both = Arrays.copyOf(below, below.length + above.length);
      System.arraycopy(above, 0, both, below.length, above.length);
      return both;
    }
  }
}
