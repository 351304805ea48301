package dev.endolith.serving.http;

import dev.endolith.data.Anomaly;
import dev.endolith.data.Classification;
import dev.endolith.data.Clustering;
import dev.endolith.data.MultiOutput;
import dev.endolith.data.Task;
import dev.endolith.data.TensorSpec;
import dev.endolith.data.TensorTask;
import dev.endolith.data.Tensors;
import dev.endolith.model.AnomalyScored;
import dev.endolith.model.Classified;
import dev.endolith.model.Clustered;
import dev.endolith.model.Prediction;
import dev.endolith.model.Regressed;
import dev.endolith.serving.Served;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The output tensors of a task: {@code label}, {@code scores} where there are some, {@code
 * prediction_id} and {@code version}. Immutable.
 */
final class ModelOutputs<Y> {
  private static final String LABEL = "label";
  private static final String SCORES = "scores";
  private static final String PREDICTION_ID = "prediction_id";
  private static final String VERSION = "version";

  private final Task<?, Y> task;
  private final List<Output> outputs = new ArrayList<>();

  ModelOutputs(Task<?, Y> task) {
    this.task = task;
    if (task instanceof Classification<?, Y> classes) {
      outputs.add(new Output(LABEL, Datatype.BYTES, 0));
      outputs.add(new Output(SCORES, Datatype.FP64, classes.labels().size()));
    } else if (task instanceof Anomaly<?>) {
      outputs.add(new Output(LABEL, Datatype.BOOL, 0));
      outputs.add(new Output(SCORES, Datatype.FP64, 1));
    } else if (task instanceof Clustering<?>) {
      outputs.add(new Output(LABEL, Datatype.INT64, 0));
    } else if (task instanceof TensorTask tensors) {
      tensors
          .outputs()
          .forEach(s -> outputs.add(new Output(s.name(), TensorExchange.datatype(s.type()), 0)));
    } else if (task instanceof MultiOutput<?, ?>) {
      outputs.add(new Output(LABEL, Datatype.BYTES, 0)); // all components, as JSON
    } else {
      outputs.add(new Output(LABEL, Datatype.FP64, 0));
    }
    // an output of the model's own of that name comes first
    if (spec(PREDICTION_ID) == null) {
      outputs.add(new Output(PREDICTION_ID, Datatype.BYTES, 0));
    }
    if (spec(VERSION) == null) {
      outputs.add(new Output(VERSION, Datatype.INT64, 0));
    }
  }

  List<Output> all() {
    return outputs;
  }

  /** What a client needs to read the scores. */
  Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    if (task instanceof Classification<?, Y> classes) {
      properties.put(
          "labels", String.join(",", classes.labels().stream().map(classes::labelName).toList()));
    }
    return properties;
  }

  Output named(String name) {
    return outputs.stream()
        .filter(o -> o.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.bad(
                    "there is no output "
                        + Problem.shown(name)
                        + "; outputs are "
                        + outputs.stream().map(Output::name).toList()));
  }

  /** What a task of tensors says of an output; null for those that are ours. */
  @Nullable TensorSpec spec(String name) {
    return task instanceof TensorTask tensors
        ? tensors.outputs().stream().filter(s -> s.name().equals(name)).findFirst().orElse(null)
        : null;
  }

  WireTensor tensor(Output output, List<Served<Y>> answers) {
    if (spec(output.name()) != null && answers.get(0).value() instanceof Tensors answered) {
      return TensorExchange.answered(output.name(), answered.get(output.name()));
    }
    WireTensor tensor =
        output.columns() == 0
            ? new WireTensor(output.name(), output.datatype(), answers.size())
            : new WireTensor(output.name(), output.datatype(), answers.size(), output.columns());
    for (int row = 0; row < answers.size(); row++) {
      Served<Y> answer = answers.get(row);
      switch (output.name()) {
        case LABEL -> label(tensor, row, answer.prediction());
        case SCORES -> scores(tensor, row, answer.prediction());
        case PREDICTION_ID -> tensor.set(row, answer.id().toString());
        default -> tensor.set(row, answer.version());
      }
    }
    return tensor;
  }

  private void label(WireTensor tensor, int row, Prediction<Y> prediction) {
    if (prediction instanceof Regressed number) {
      tensor.set(row, number.number());
    } else if (prediction instanceof AnomalyScored anomaly) {
      tensor.set(row, anomaly.anomalous() ? 1L : 0L);
    } else if (prediction instanceof Clustered cluster) {
      tensor.set(row, (long) cluster.cluster());
    } else {
      tensor.set(row, task.labelName(prediction.value()));
    }
  }

  private static void scores(WireTensor tensor, int row, Prediction<?> prediction) {
    if (prediction instanceof Classified<?> classified) {
      int labels = tensor.length(1);
      for (int label = 0; label < labels; label++) {
        tensor.set(row * labels + label, classified.score(label));
      }
    } else if (prediction instanceof AnomalyScored anomaly) {
      tensor.set(row, anomaly.score());
    }
  }

  /**
   * An output.
   *
   * @param columns the second dimension, 0 if there is only the one of rows
   */
  record Output(String name, Datatype datatype, int columns) {}
}
