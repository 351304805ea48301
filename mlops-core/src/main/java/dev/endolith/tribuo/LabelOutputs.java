package dev.endolith.tribuo;

import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import dev.endolith.error.SchemaMismatchException;
import dev.endolith.model.Classified;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.tribuo.Model;
import org.tribuo.OutputFactory;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;

/** Labels by name. */
final class LabelOutputs<Y> implements Outputs<Y, Label> {
  private final LabelFactory factory = new LabelFactory();

  @Override
  public OutputFactory<Label> factory() {
    return factory;
  }

  @Override
  public Label output(Task<?, Y> task, Y label) {
    return new Label(task.labelName(label));
  }

  @Override
  public Function<org.tribuo.Prediction<Label>, Prediction<Y>> answers(
      Task<?, Y> task, Model<Label> model) {
    if (!(task instanceof Classification<?, Y> classes)) {
      throw new IllegalArgumentException("a model of labels cannot answer a regression");
    }
    List<String> names = classes.labels().stream().map(classes::labelName).toList();
    TreeSet<String> unknown = new TreeSet<>();
    model.getOutputIDInfo().getDomain().forEach(label -> unknown.add(label.getLabel()));
    names.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new SchemaMismatchException(
          "model",
          "labels " + unknown,
          "the model answers labels "
              + unknown
              + ", which the task does not have: it has "
              + names);
    }
    return given -> {
      Map<String, Label> scored = given.getOutputScores();
      double[] scores = new double[names.size()];
      for (int i = 0; i < scores.length; i++) {
        Label label = scored.get(names.get(i));
        // a label that no training row had is not in the model: its probability is 0
        scores[i] = label == null ? 0 : label.getScore();
      }
      return Classified.of(classes, scores);
    };
  }

  @Override
  public <X> Predictor<X, Y> predictor(Task<X, Y> task, Model<Label> model) {
    return ModelCompiler.labels(task, model);
  }
}
