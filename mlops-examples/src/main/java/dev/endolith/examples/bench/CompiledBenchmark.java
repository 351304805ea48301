package dev.endolith.examples.bench;

import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.model.TrainedModel;
import dev.endolith.tribuo.Tribuo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.protos.core.ModelProto;

/** A logistic regression of 20 numbers and 3 labels: translated, in Tribuo, and as bare arrays. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CompiledBenchmark {
  private static final int FIELDS = 20;
  private static final int LABELS = 3;

  /** What is told apart. */
  public enum Level {
    /** The first. */
    LOW,
    /** The second. */
    MIDDLE,
    /** The third. */
    HIGH
  }

  private static final Features<double[]> NUMBERS = new NumberRow(FIELDS);

  private static final Classification<double[], Level> TASK =
      Task.classify(NUMBERS, Level.class).build();

  private Predictor<double[], Level> compiled;
  private Model<Label> tribuo;
  private org.tribuo.Example<Label> example;
  private double[] row;
  private final double[] weights = new double[LABELS * (FIELDS + 1)];

  /** Trains a model. */
  @Setup
  public void train() {
    Random random = new Random(1);
    List<Example<double[], Level>> rows = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      double[] x = random.doubles(FIELDS).map(u -> 10 * u - 3).toArray();
      rows.add(new Example<>(x, x[0] > 4 ? Level.LOW : x[1] > 2 ? Level.MIDDLE : Level.HIGH));
    }
    TrainedModel<double[], Level> model =
        Tribuo.<double[], Level>classifier(new LogisticRegressionTrainer())
            .train(Dataset.of(TASK, DataOrigin.named("made up"), rows), 1);
    compiled = model.predictor();
    if (!compiled.execution().compiled()) {
      throw new IllegalStateException(compiled.execution().reason());
    }
    tribuo = original(model.content());
    row = rows.get(0).x();
    example = Tribuo.examples(NUMBERS).apply(row);
    Arrays.setAll(weights, i -> random.nextGaussian());
  }

  /** The model as its own library reads it. */
  static Model<Label> original(byte[] content) {
    try {
      return Model.deserialize(ModelProto.parseFrom(content)).castModel(Label.class);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException("what was just stored can be read", e);
    }
  }

  /**
   * The translation.
   *
   * @return the answer
   */
  @Benchmark
  public Prediction<Level> compiledLinear() {
    return compiled.predict(row);
  }

  /**
   * Tribuo, with an example that is there already.
   *
   * @return the answer
   */
  @Benchmark
  public org.tribuo.Prediction<Label> tribuoLinear() {
    return tribuo.predict(example);
  }

  /**
   * The products and the exponentials alone.
   *
   * @return the answer
   */
  @Benchmark
  public Prediction<Level> bareLinear() {
    double[] scores = new double[LABELS];
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < LABELS; k++) {
      int from = k * (FIELDS + 1);
      double sum = weights[from + FIELDS];
      for (int i = 0; i < FIELDS; i++) {
        sum += weights[from + i] * row[i];
      }
      scores[k] = sum;
      most = Math.max(most, sum);
    }
    double total = 0;
    for (int k = 0; k < LABELS; k++) {
      scores[k] = Math.exp(scores[k] - most);
      total += scores[k];
    }
    for (int k = 0; k < LABELS; k++) {
      scores[k] /= total;
    }
    return Classified.of(TASK, scores);
  }

  /**
   * A batch of 32 rows.
   *
   * @return the answers
   */
  @Benchmark
  public List<Prediction<Level>> compiledBatch() {
    return compiled.predictAll(java.util.Collections.nCopies(32, row));
  }

  static List<Row> rows(Map<String, Suite.Score> scores) {
    Suite.Score compiled = Bench.score(scores, "compiledLinear");
    Suite.Score bare = Bench.score(scores, "bareLinear");
    Suite.Score tribuo = Bench.score(scores, "tribuoLinear");
    Suite.Score batch = Bench.score(scores, "compiledBatch");
    CompiledBenchmark here = new CompiledBenchmark();
    here.train();
    String difference = ", difference " + here.compiled.execution().maxDifference();
    return List.of(
        new Row(
            "compiled linear 20x3 beside bare arithmetic",
            compiled.ns(),
            compiled.bytes() - bare.bytes(),
            bare.ns(),
            compiled.ns() / bare.ns(),
            "at most 1.5 times, 0 bytes more",
            compiled.ns() <= 1.5 * bare.ns() && compiled.bytes() - bare.bytes() < 1),
        new Row(
            "compiled linear 20x3 beside Tribuo" + difference,
            compiled.ns(),
            compiled.bytes() - tribuo.bytes(),
            tribuo.ns(),
            compiled.ns() / tribuo.ns(),
            "at least 3 times as fast",
            3 * compiled.ns() <= tribuo.ns()),
        new Row(
            "compiled linear 20x3, a row of a batch of 32",
            batch.ns() / 32,
            batch.bytes() / 32,
            bare.ns(),
            batch.ns() / 32 / bare.ns(),
            "at most 1.5 times",
            batch.ns() / 32 <= 1.5 * bare.ns()));
  }
}
