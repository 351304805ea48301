package dev.endolith.tribuo;

import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import dev.endolith.data.DataShape;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Field;
import dev.endolith.model.TrainedModel;
import dev.endolith.model.Trainer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.transform.TransformTrainer;
import org.tribuo.transform.Transformation;
import org.tribuo.transform.TransformationMap;
import org.tribuo.transform.transformations.MeanStdDevTransformation;

/** Trains with Tribuo. */
final class TribuoTrainer<X, Y, T extends Output<T>> implements Trainer<X, Y> {
  /** A Tribuo trainer's chance advances with its invocations; a seed chooses one of so many. */
  private static final int INVOCATIONS = 64;

  /** Lines of Tribuo's provenance that hold a time. */
  private static final Pattern TIMES =
      Pattern.compile("(?m)^\\s*(trained-at|[a-z-]*-time) = .*\\R?");

  /** An example or a vector without its values: object, arrays' headers, its place in a list. */
  static final long ROW_BYTES = 88;

  /** A reference or index, and a number. */
  static final long VALUE_BYTES = 12;

  /** A feature's name and statistics in two maps. */
  private static final long FEATURE_BYTES = 400;

  private final org.tribuo.Trainer<T> trainer;
  private final Outputs<Y, T> outputs;
  private final ReentrantLock training = new ReentrantLock();

  TribuoTrainer(org.tribuo.Trainer<T> trainer, Outputs<Y, T> outputs) {
    this.trainer = trainer;
    this.outputs = outputs;
  }

  @Override
  public TrainedModel<X, Y> train(Dataset<X, Y> data, long seed) {
    MutableDataset<T> rows =
        new MutableDataset<>(
            // the fingerprint ties Tribuo's own record to ours
            new SimpleDataSourceProvenance(
                data.origin().name() + ", " + data.fingerprint(), outputs.factory()),
            outputs.factory());
    ExampleBuilder<X> builder =
        new ExampleBuilder<>(data.task().features(), CategoryNames.of(data.task().features()));
    for (Example<X, Y> example : data) {
      if (outputs.learnsFrom(example.y())) {
        rows.add(builder.example(example.x(), outputs.output(data.task(), example.y())));
      }
    }
    if (rows.size() == 0) {
      throw new IllegalArgumentException(data + " has no row to learn from");
    }
    if (rows.getOutputInfo().size() < 2 && outputs instanceof LabelOutputs) {
      throw new IllegalArgumentException(
          "a classification needs rows of at least two labels to learn from, "
              + data
              + " has fewer");
    }
    Model<T> model = train(rows, scaling(data), seed);
    return new TrainedModel<>(
        outputs.predictor(data.task(), model),
        TribuoFormat.NAME,
        model.serialize().toByteArray(),
        Map.of(
            "trainer",
            trainer.getClass().getSimpleName(),
            "configuration",
            trainer.getProvenance().toString(),
            "seed",
            Long.toString(seed),
            TrainedModel.PROVENANCE,
            provenance(model)));
  }

  /**
   * The rows as Tribuo examples, once as given and once scaled, then as sparse vectors, which most
   * trainers make; and the weights of a linear model with their gradients. Trees and kernels keep
   * more: for them this is a lower bound.
   */
  @Override
  public OptionalLong bytesFor(DataShape shape) {
    long example = ROW_BYTES * shape.rows() + VALUE_BYTES * shape.values();
    long weights = shape.features() * (FEATURE_BYTES + 3L * Double.BYTES * shape.labels());
    return OptionalLong.of(3 * example + weights);
  }

  /** Without its times: a training that is killed and done again has the same parameters. */
  private static String provenance(Model<?> model) {
    return TIMES
        .matcher(ProvenanceUtil.formattedProvenanceString(model.getProvenance()))
        .replaceAll("");
  }

  private Model<T> train(MutableDataset<T> rows, TransformationMap scaling, long seed) {
    training.lock(); // a Tribuo trainer counts its invocations
    try {
      trainer.setInvocationCount((int) Math.floorMod(seed, (long) INVOCATIONS));
      if (scaling.getFeatureTransformations().isEmpty()) {
        return trainer.train(rows);
      }
      return new TransformTrainer<>(trainer, scaling).train(rows);
    } finally {
      training.unlock();
    }
  }

  private TransformationMap scaling(Dataset<X, Y> data) {
    Map<String, List<Transformation>> byFeature = new HashMap<>();
    for (Field field : data.task().features().schema().fields()) {
      if (field.type().numeric() && varies(data, field)) {
        byFeature.put(Pattern.quote(field.name()), List.of(new MeanStdDevTransformation()));
      }
    }
    return new TransformationMap(List.of(), byFeature);
  }

  /** A column without variance cannot be scaled to variance 1: Tribuo would divide by zero. */
  private boolean varies(Dataset<X, Y> data, Field field) {
    int position = data.task().features().schema().position(field.name()).orElseThrow();
    double first = Double.NaN;
    for (Example<X, Y> example : data) {
      double value = data.task().features().number(example.x(), position);
      if (Double.isNaN(first)) {
        first = value;
      } else if (Double.isFinite(value) && value != first) {
        return true;
      }
    }
    return false;
  }
}
