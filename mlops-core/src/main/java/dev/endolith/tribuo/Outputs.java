package dev.endolith.tribuo;

import dev.endolith.data.Task;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import java.util.function.Function;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.OutputFactory;

/** How a task's labels and answers stand in Tribuo. */
interface Outputs<Y, T extends Output<T>> {
  OutputFactory<T> factory();

  /** A label of the task as a Tribuo output. */
  T output(Task<?, Y> task, Y label);

  /** Whether a row of this label is for training. */
  default boolean learnsFrom(Y label) {
    return true;
  }

  /** Makes answers of a model's outputs; refuses a model that cannot answer the task. */
  Function<org.tribuo.Prediction<T>, Prediction<Y>> answers(Task<?, Y> task, Model<T> model);

  /** A model's predictor: its translation where there is one. */
  default <X> Predictor<X, Y> predictor(Task<X, Y> task, Model<T> model) {
    return new TribuoPredictor<>(task, model, this);
  }
}
