package dev.endolith.tribuo;

import dev.endolith.data.Task;
import dev.endolith.model.Execution;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.VariableInfo;

/** Asks a Tribuo model. Thread-safe, as Tribuo's models are. */
final class TribuoPredictor<X, Y, T extends Output<T>> implements Predictor<X, Y> {
  private final Model<T> model;
  private final T unknown;
  private final ExampleBuilder<X> examples;
  private final Function<org.tribuo.Prediction<T>, Prediction<Y>> answers;

  /** The model's own category features, by field and value: others would be ignored by it. */
  private final Map<String, Map<String, String>> known = new HashMap<>();

  /** Set before the predictor is handed out. */
  private Execution execution = Execution.original("its kind has no translation");

  TribuoPredictor(Task<X, Y> task, Model<T> model, Outputs<Y, T> outputs) {
    this.model = model;
    this.unknown = outputs.factory().getUnknownOutput();
    this.answers = outputs.answers(task, model);
    for (VariableInfo feature : model.getFeatureIDMap()) {
      int is = feature.getName().indexOf(ExampleBuilder.IS);
      if (is > 0) {
        known
            .computeIfAbsent(feature.getName().substring(0, is), field -> new HashMap<>())
            .put(feature.getName().substring(is + 1), feature.getName());
      }
    }
    this.examples = new ExampleBuilder<>(task.features(), this::featureName);
  }

  private @Nullable String featureName(@Nullable String field, @Nullable String value) {
    Map<String, String> values = known.get(field);
    return values == null ? null : values.get(value);
  }

  T unknown() {
    return unknown;
  }

  /** Says why this model answers and not its translation. */
  TribuoPredictor<X, Y, T> because(String reason) {
    execution = Execution.original(reason);
    return this;
  }

  @Override
  public Execution execution() {
    return execution;
  }

  @Override
  public Prediction<Y> predict(X x) {
    return answers.apply(model.predict(examples.example(x, unknown)));
  }
}
