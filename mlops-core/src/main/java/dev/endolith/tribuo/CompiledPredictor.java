package dev.endolith.tribuo;

import dev.endolith.data.Features;
import dev.endolith.explain.ModelStructure;
import dev.endolith.explain.Structured;
import dev.endolith.model.Execution;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Asks a model's translation. Thread-safe; allocates only what it returns. */
final class CompiledPredictor<X, Y> implements Predictor<X, Y>, Structured<X> {
  private final Predictor<X, Y> original;
  private final Features<X> features;
  private final Evaluator evaluator;
  private final Function<double[], Prediction<Y>> answer;
  private final int outputs;
  private final Execution execution;
  private final Scratch scratch;
  private final boolean[] known;
  private final int[] categories;
  private final List<Map<String, Integer>> codes = new ArrayList<>();

  CompiledPredictor(
      Predictor<X, Y> original,
      Features<X> features,
      Columns columns,
      Evaluator evaluator,
      int outputs,
      Function<double[], Prediction<Y>> answer,
      Execution execution) {
    this.original = original;
    this.features = features;
    this.evaluator = evaluator;
    this.outputs = outputs;
    this.answer = answer;
    this.execution = execution;
    this.scratch = new Scratch(columns.size());
    this.known = new boolean[columns.size()];
    int[] found = new int[columns.size()];
    int count = 0;
    for (int i = 0; i < known.length; i++) {
      known[i] = columns.isNumeric(i) && columns.isKnown(i);
      if (!columns.isNumeric(i)) {
        found[count++] = i;
        codes.add(columns.codes(i));
      }
    }
    this.categories = java.util.Arrays.copyOf(found, count);
  }

  @Override
  public Prediction<Y> predict(X x) {
    double[] row = scratch.take();
    Prediction<Y> prediction = predict(x, row);
    scratch.giveBack(row);
    return prediction;
  }

  @Override
  public List<Prediction<Y>> predictAll(List<? extends X> rows) {
    List<Prediction<Y>> answers = new ArrayList<>(rows.size());
    double[] row = scratch.take();
    for (X x : rows) {
      answers.add(predict(x, row));
    }
    scratch.giveBack(row);
    return answers;
  }

  private Prediction<Y> predict(X x, double[] row) {
    if (!fill(x, row)) {
      return original.predict(x); // how a model takes a row of which it knows nothing is its own
    }
    double[] scores = new double[outputs];
    evaluator.scores(row, scores);
    return answer.apply(scores);
  }

  @Override
  public ModelStructure structure() {
    return evaluator.structure();
  }

  @Override
  public double[] cells(X x) {
    double[] row = new double[known.length];
    fill(x, row);
    return row;
  }

  @Override
  public String fieldName(int position) {
    return features.schema().field(position).name();
  }

  /** Makes a row's cells; says whether the model knows any of them. */
  private boolean fill(X x, double[] row) {
    features.numbers(x, row);
    boolean some = false;
    for (int i = 0; i < known.length; i++) {
      if (Double.isFinite(row[i])) {
        some |= known[i];
      } else {
        row[i] = Double.NaN;
      }
    }
    for (int i = 0; i < categories.length; i++) {
      String value = features.category(x, categories[i]);
      Integer code = value == null ? null : codes.get(i).get(value);
      row[categories[i]] = code == null ? Columns.UNKNOWN : code;
      some |= code != null;
    }
    return some;
  }

  @Override
  public Execution execution() {
    return execution;
  }

  @Override
  public void close() {
    original.close();
  }
}
