package dev.endolith.tribuo;

import dev.endolith.data.Features;
import dev.endolith.data.RowBuffers;
import dev.endolith.explain.ModelStructure;
import dev.endolith.explain.Structured;
import dev.endolith.model.Execution;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Asks a model's translation. Thread-safe; allocates only what it returns. */
final class CompiledPredictor<X, Y> implements Predictor<X, Y>, Structured<X> {
  private final Predictor<X, Y> original;
  private final Features<X> features;
  private final Evaluator evaluator;
  private final Function<double[], Prediction<Y>> answer;
  private final int outputs;
  private final Execution execution;
  private final boolean[] known;
  private final boolean knowsNumbers;
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
    this.known = new boolean[columns.size()];
    boolean some = false;
    int[] found = new int[columns.size()];
    int count = 0;
    for (int i = 0; i < known.length; i++) {
      known[i] = columns.isNumeric(i) && columns.isKnown(i);
      some |= known[i];
      if (!columns.isNumeric(i)) {
        found[count++] = i;
        codes.add(columns.codes(i));
      }
    }
    this.knowsNumbers = some;
    this.categories = java.util.Arrays.copyOf(found, count);
  }

  @Override
  public Prediction<Y> predict(X x) {
    double[] row = RowBuffers.take(known.length);
    Prediction<Y> prediction = predict(x, row);
    RowBuffers.giveBack(row);
    return prediction;
  }

  @Override
  public List<Prediction<Y>> predictAll(List<? extends X> rows) {
    List<Prediction<Y>> answers = new ArrayList<>(rows.size());
    double[] row = RowBuffers.take(known.length);
    for (X x : rows) {
      answers.add(predict(x, row));
    }
    RowBuffers.giveBack(row);
    return answers;
  }

  private Prediction<Y> predict(X x, double[] row) {
    features.numbers(x, row);
    boolean knowsCategory = categories(x, row);
    double[] scores = new double[outputs];
    boolean some = knowsCategory || knowsNumbers;
    if (!some || !evaluator.whole(row, scores)) {
      boolean knowsNumber = clean(row);
      if (!knowsCategory && !knowsNumber) {
        return original.predict(x); // how a model takes a row of which it knows nothing is its own
      }
      evaluator.scores(row, scores);
    }
    return answer.apply(scores);
  }

  @Override
  public ModelStructure structure() {
    return evaluator.structure();
  }

  @Override
  public double[] cells(X x) {
    double[] row = new double[known.length];
    features.numbers(x, row);
    clean(row);
    categories(x, row);
    return row;
  }

  @Override
  public String fieldName(int position) {
    return features.schema().field(position).name();
  }

  /** Puts the codes of a row's categories into its cells; says whether the model knows any. */
  private boolean categories(X x, double[] row) {
    boolean some = false;
    for (int i = 0; i < categories.length; i++) {
      String value = features.category(x, categories[i]);
      Integer code = value == null ? null : codes.get(i).get(value);
      row[categories[i]] = code == null ? Columns.UNKNOWN : code;
      some |= code != null;
    }
    return some;
  }

  /** Makes NaN of what is not finite; says whether the model knows any of the others. */
  private boolean clean(double[] row) {
    boolean some = false;
    for (int i = 0; i < known.length; i++) {
      if (Double.isFinite(row[i])) {
        some |= known[i];
      } else {
        row[i] = Double.NaN;
      }
    }
    return some;
  }

  @Override
  public Execution execution() {
    return execution;
  }

  @Override
  public Optional<Predictor<X, Y>> original() {
    // without its native library there is an original in name only
    return Double.isNaN(execution.maxDifference()) ? Optional.empty() : Optional.of(original);
  }

  @Override
  public void close() {
    original.close();
  }
}
