package dev.endolith.explain;

import dev.endolith.data.Classification;
import dev.endolith.data.Features;
import dev.endolith.data.Regression;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.explain.Explanation.Contribution;
import dev.endolith.explain.Explanation.Method;
import dev.endolith.model.Classified;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Contributions of any model, by asking it rows that are mixed with a background. Immutable. */
final class SampledExplainer<X, Y> implements Explainer<X> {
  /** Of the distance at which a sample's weight in LIME fell to 1/e, per root of fields. */
  private static final double LIME_WIDTH = 0.75;

  private static final double RIDGE = 1e-9;
  private static final int MOST_FIELDS_AS_BITS = 62;

  private final Method method;
  private final Features<X> features;
  private final Predictor<X, Y> model;
  private final int outputs;
  private final List<Row> background = new ArrayList<>();
  private final int budget;
  private final long seed;

  SampledExplainer(
      Method method,
      Task<X, Y> task,
      Predictor<X, Y> model,
      List<? extends X> background,
      int budget,
      long seed) {
    this.method = method;
    this.features = task.features();
    this.model = model;
    this.budget = budget;
    this.seed = seed;
    this.outputs =
        task instanceof Classification<X, Y> c
            ? c.labels().size()
            : task instanceof Regression<?> ? 1 : 0;
    background.forEach(row -> this.background.add(Row.copyOf(features, row)));
    int fields = features.schema().size();
    int least = method == Method.PERMUTATION ? 1 : 2 * fields;
    if (background.isEmpty() || budget < least || fields > MOST_FIELDS_AS_BITS) {
      throw new IllegalArgumentException(
          "an explanation needs a row of background, at most 62 fields and at least "
              + least
              + " samples; was given "
              + background.size()
              + ", "
              + fields
              + " and "
              + budget);
    }
  }

  @Override
  public Explanation explain(X x, int output) {
    if (output < 0 || output >= outputs) {
      throw new IllegalArgumentException("output must be in [0, " + outputs + "), was " + output);
    }
    Game game = new Game(x, output);
    SplittableRandom random = new SplittableRandom(seed);
    double[] values =
        switch (method) {
          case PERMUTATION -> permutation(game, random);
          case KERNEL -> kernel(game, random);
          default -> lime(game, random);
        };
    List<Contribution> contributions = new ArrayList<>();
    Schema schema = features.schema();
    for (int f = 0; f < schema.size(); f++) {
      contributions.add(new Contribution(schema.field(f).name(), values[f]));
    }
    return new Explanation(method, false, game.value(0), game.value(game.all()), contributions);
  }

  /** The mean score where the fields of a subset are the row's and the others the background's. */
  private final class Game {
    private final X asked;
    private final Row row;
    private final int output;
    private final Map<Long, Double> known = new HashMap<>();

    Game(X asked, int output) {
      this.asked = asked;
      this.row = Row.copyOf(features, asked);
      this.output = output;
    }

    long all() {
      return (1L << features.schema().size()) - 1;
    }

    double value(long subset) {
      Double before = known.get(subset);
      if (before != null) {
        return before;
      }
      List<X> rows = new ArrayList<>();
      for (Row other : background) {
        rows.add(MixedRow.of(features, asked, mixed(subset, other)));
      }
      double sum = 0;
      for (Prediction<Y> answer : model.predictAll(rows)) {
        sum += score(answer);
      }
      double mean = sum / rows.size();
      known.put(subset, mean);
      return mean;
    }

    private Row mixed(long subset, Row other) {
      Schema schema = features.schema();
      double[] numbers = new double[schema.size()];
      @Nullable String[] categories = new @Nullable String[schema.size()];
      for (int f = 0; f < numbers.length; f++) {
        Row from = (subset >> f & 1) == 1 ? row : other;
        if (schema.field(f).type().numeric()) {
          numbers[f] = from.number(f);
        } else {
          categories[f] = from.category(f);
        }
      }
      return Row.of(schema, numbers, categories);
    }

    private double score(Prediction<Y> answer) {
      if (answer instanceof Classified<Y> classified) {
        return classified.score(output);
      }
      return ((Regressed) answer).number();
    }
  }

  private double[] permutation(Game game, SplittableRandom random) {
    int n = features.schema().size();
    double[] values = new double[n];
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    for (int k = 0; k < budget; k++) {
      for (int i = n - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
      }
      for (int direction = 0; direction < 2; direction++) {
        long subset = 0;
        double before = game.value(0);
        for (int i = 0; i < n; i++) {
          int field = direction == 0 ? order[i] : order[n - 1 - i];
          subset |= 1L << field;
          double after = game.value(subset);
          values[field] += (after - before) / (2.0 * budget);
          before = after;
        }
      }
    }
    return values;
  }

  private double[] kernel(Game game, SplittableRandom random) {
    int n = features.schema().size();
    double base = game.value(0);
    double total = game.value(game.all()) - base;
    if (n == 1) {
      return new double[] {total};
    }
    // the last field takes what is left, so that the sum is exact (theorem 2's constraint)
    LeastSquares fit = new LeastSquares(n - 1);
    boolean every = n < 31 && (1L << n) - 2 <= budget;
    long count = every ? (1L << n) - 2 : budget;
    double[] bySize = new double[n];
    for (int s = 1; s < n; s++) {
      bySize[s] = bySize[s - 1] + 1.0 / (s * (n - s));
    }
    long subset = 0;
    for (long i = 0; i < count; i++) {
      if (every) {
        subset = i + 1;
      } else {
        subset = i % 2 == 1 ? game.all() & ~subset : drawn(n, bySize, random); // in pairs
      }
      int size = Long.bitCount(subset);
      double weight = every ? TreeShapley.weight(size - 1, n - size - 1) : 1;
      int last = (int) (subset >> (n - 1) & 1);
      double[] row = new double[n - 1];
      for (int f = 0; f < n - 1; f++) {
        row[f] = (subset >> f & 1) - last;
      }
      fit.add(row, game.value(subset) - base - last * total, weight);
    }
    double[] found = fit.solve(every ? 0 : RIDGE);
    double[] values = java.util.Arrays.copyOf(found, n);
    values[n - 1] = total;
    for (double value : found) {
      values[n - 1] -= value;
    }
    return values;
  }

  /** A subset, its size by the kernel's weight of all subsets of that size. */
  private static long drawn(int n, double[] bySize, SplittableRandom random) {
    double u = random.nextDouble() * bySize[n - 1];
    int size = 1;
    while (bySize[size] < u) {
      size++;
    }
    long subset = 0;
    while (Long.bitCount(subset) < size) {
      subset |= 1L << random.nextInt(n);
    }
    return subset;
  }

  private double[] lime(Game game, SplittableRandom random) {
    int n = features.schema().size();
    LeastSquares fit = new LeastSquares(n + 1);
    double width = LIME_WIDTH * Math.sqrt(n);
    for (int i = 0; i < budget; i++) {
      long subset = i == 0 ? game.all() : random.nextLong() & game.all();
      double[] row = new double[n + 1];
      for (int f = 0; f < n; f++) {
        row[f] = subset >> f & 1;
      }
      row[n] = 1;
      double changed = n - Long.bitCount(subset);
      fit.add(row, game.value(subset), Math.exp(-changed * changed / (width * width)));
    }
    return java.util.Arrays.copyOf(fit.solve(RIDGE), n);
  }
}
