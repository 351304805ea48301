package dev.endolith.model;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Classification;
import dev.endolith.data.Dataset;
import dev.endolith.data.Splitter;
import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.DataException;
import dev.endolith.error.SchemaMismatchException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Stores a model together with its calibrator. Pass it to the workspace's builder beside the format
 * of the model inside. Immutable and thread-safe.
 */
public final class CalibratedFormat implements ModelFormat {
  private final ModelFormat inner;

  private CalibratedFormat(ModelFormat inner) {
    this.inner = inner;
  }

  /**
   * The format of calibrated models.
   *
   * @param inner the format of the model inside
   * @return the format, named {@code calibrated-} and the inner name
   */
  public static CalibratedFormat around(ModelFormat inner) {
    return new CalibratedFormat(inner);
  }

  @Override
  public String name() {
    return "calibrated-" + inner.name();
  }

  /**
   * A trainer that trains on most rows and calibrates on the others, split with the same share of
   * labels.
   *
   * @param trainer trains the model inside; its models are of the inner format
   * @param share the share of rows to train on, in (0, 1)
   * @param fit {@link Calibrator#platt} or {@link Calibrator#isotonic}
   * @param <X> the row
   * @param <Y> the label
   * @return the trainer
   * @throws IllegalArgumentException if {@code share} is not in (0, 1)
   */
  public <X, Y> Trainer<X, Y> trainer(
      Trainer<X, Y> trainer, double share, Function<Outcomes, Calibrator> fit) {
    Splitter.stratified(share, 0); // refuses a wrong share at once
    return (data, seed) -> {
      Dataset.Split<X, Y> split = data.split(Splitter.stratified(share, seed));
      TrainedModel<X, Y> model = trainer.train(split.first(), seed);
      Calibrator calibrator = fit.apply(Outcomes.of(model.predictor(), split.second()));
      Map<String, String> parameters = new HashMap<>(model.parameters());
      parameters.put("calibrator", calibrator.getClass().getSimpleName());
      parameters.put("calibration.rows", Integer.toString(split.second().size()));
      return new TrainedModel<>(
          calibrator.around(classification(data.task()), model.predictor()),
          name(),
          CanonicalJson.write(
                  new Stored(
                      calibrator.toJson(), Base64.getEncoder().encodeToString(model.content())))
              .getBytes(StandardCharsets.UTF_8),
          parameters);
    };
  }

  @Override
  public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
    try {
      Stored stored = CanonicalJson.read(new String(content, StandardCharsets.UTF_8), Stored.class);
      Calibrator calibrator = Calibrator.fromJson(stored.calibrator());
      Predictor<X, Y> model = inner.load(Base64.getDecoder().decode(stored.model()), task);
      return calibrator.around(classification(task), model);
    } catch (DataException | IllegalArgumentException e) {
      throw new ArtifactRefusedException(
          name(), "well-formed", "the content is not a calibrated model", e);
    }
  }

  private static <X, Y> Classification<X, Y> classification(Task<X, Y> task) {
    if (task instanceof Classification<X, Y> classes && classes.labels().size() == 2) {
      return classes;
    }
    throw new SchemaMismatchException(
        "model", "two labels", "a calibrated model answers a classification of two labels");
  }

  private record Stored(String calibrator, String model) {}
}
