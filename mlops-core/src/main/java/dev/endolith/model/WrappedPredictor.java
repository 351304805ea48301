package dev.endolith.model;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A model whose answers are changed. */
record WrappedPredictor<X, Y>(Predictor<X, Y> model, UnaryOperator<Prediction<Y>> change)
    implements Predictor<X, Y> {
  @Override
  public Prediction<Y> predict(X x) {
    return change.apply(model.predict(x));
  }

  @Override
  public List<Prediction<Y>> predictAll(List<? extends X> rows) {
    return model.predictAll(rows).stream().map(change).toList();
  }

  @Override
  public Execution execution() {
    return model.execution();
  }

  @Override
  public Optional<Predictor<X, Y>> original() {
    return model.original().map(original -> new WrappedPredictor<>(original, change));
  }

  @Override
  public void close() {
    model.close();
  }
}
