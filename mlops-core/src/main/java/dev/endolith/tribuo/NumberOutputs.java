package dev.endolith.tribuo;

import dev.endolith.data.Task;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import java.util.function.Function;
import org.tribuo.Model;
import org.tribuo.OutputFactory;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;

/** One number. */
final class NumberOutputs implements Outputs<Double, Regressor> {
  private static final String DIMENSION = "value";

  private final RegressionFactory factory = new RegressionFactory();

  @Override
  public OutputFactory<Regressor> factory() {
    return factory;
  }

  @Override
  public Regressor output(Task<?, Double> task, Double label) {
    return new Regressor(DIMENSION, label);
  }

  @Override
  public Function<org.tribuo.Prediction<Regressor>, Prediction<Double>> answers(
      Task<?, Double> task, Model<Regressor> model) {
    return given -> new Regressed(given.getOutput().getValues()[0]);
  }

  @Override
  public <X> Predictor<X, Double> predictor(Task<X, Double> task, Model<Regressor> model) {
    return ModelCompiler.numbers(task, model);
  }
}
