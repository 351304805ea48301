package dev.endolith.examples.bench;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.Task;
import dev.endolith.examples.bench.CompiledBenchmark.Level;
import dev.endolith.model.Predictor;
import dev.endolith.model.TrainedModel;
import dev.endolith.onnx.OnnxBinding;
import dev.endolith.onnx.OnnxModel;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.Served;
import dev.endolith.tribuo.Tribuo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.classification.xgboost.XGBoostClassificationTrainer;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Models of other makers: 50 rounds of XGBoost for 20 numbers and 3 labels as flat arrays and in
 * XGBoost4J, one row; and a linear model in ONNX through a deployment, through DJL and in a bare
 * session.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FormatsBenchmark {
  private static final int FIELDS = 20;
  private static final int ROUNDS = 50;
  private static final int ROWS = 2_000;

  private static final Features<double[]> NUMBERS = new NumberRow(FIELDS);
  private static final Classification<double[], Level> TASK =
      Task.classify(NUMBERS, Level.class).build();

  private Predictor<double[], Level> boosted;
  private Model<Label> xgboost;
  private org.tribuo.Example<Label> example;
  private Deployment<double[], Level> onnx;
  private OrtEnvironment environment;
  private OrtSession session;
  private ai.djl.Model djl;
  private ai.djl.inference.Predictor<NDList, NDList> djlPredictor;
  private NDManager djlManager;
  private float[][] tensor;
  private double[] row;

  /**
   * Trains both models.
   *
   * @throws OrtException if the runtime does not take the file
   * @throws IOException if the disk fails
   * @throws MalformedModelException if DJL does not take the file
   */
  @Setup
  public void train() throws OrtException, IOException, MalformedModelException {
    Random random = new Random(1);
    List<Example<double[], Level>> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double[] x = random.doubles(FIELDS).map(u -> 10 * u - 3).toArray();
      rows.add(new Example<>(x, x[0] > 4 ? Level.LOW : x[1] > 2 ? Level.MIDDLE : Level.HIGH));
    }
    row = rows.get(0).x();
    TrainedModel<double[], Level> model =
        Tribuo.<double[], Level>classifier(new XGBoostClassificationTrainer(ROUNDS))
            .train(Dataset.of(TASK, DataOrigin.named("made up"), rows), 1);
    boosted = model.predictor();
    if (!boosted.execution().compiled()) {
      throw new IllegalStateException(boosted.execution().reason());
    }
    xgboost = CompiledBenchmark.original(model.content());
    example = Tribuo.examples(NUMBERS).apply(row);
    exportLinear(rows);
  }

  /** Tribuo writes the file; its inputs are in the order of its own ids, and so are its scores. */
  private void exportLinear(List<Example<double[], Level>> rows)
      throws OrtException, IOException, MalformedModelException {
    LabelFactory labels = new LabelFactory();
    MutableDataset<Label> data =
        new MutableDataset<>(new SimpleDataSourceProvenance("made up", labels), labels);
    for (Example<double[], Level> one : rows) {
      org.tribuo.Example<Label> unlabelled = Tribuo.examples(NUMBERS).apply(one.x());
      org.tribuo.impl.ArrayExample<Label> labelled =
          new org.tribuo.impl.ArrayExample<>(new Label(one.y().name()));
      unlabelled.forEach(labelled::add);
      data.add(labelled);
    }
    LinearSGDModel linear = new LogisticRegressionTrainer().train(data);
    byte[] file = linear.exportONNXModel("dev.endolith.bench", 1).toByteArray();
    String[] columns = new String[FIELDS];
    for (int i = 0; i < FIELDS; i++) {
      columns[i] = linear.getFeatureIDMap().get(i).getName();
    }
    String[] classes = new String[linear.getOutputIDInfo().size()];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = linear.getOutputIDInfo().getOutput(i).getLabel();
    }
    // first, as it insists on making the runtime's one environment itself
    djl = inDjl(file);
    djlPredictor = djl.newPredictor(new NoopTranslator());
    djlManager = djl.getNDManager().newSubManager();
    OnnxBinding binding =
        OnnxBinding.builder().numbers("input", columns).scores("output", classes).build();
    Predictor<double[], Level> predictor = OnnxModel.of(file).model(TASK, binding).predictor();
    onnx = Deployment.fixed("onnx", TASK, predictor);
    environment = OrtEnvironment.getEnvironment();
    session = environment.createSession(file, new OrtSession.SessionOptions());
    tensor = new float[1][FIELDS];
    for (int i = 0; i < FIELDS; i++) {
      tensor[0][i] = (float) row[NUMBERS.schema().position(columns[i]).orElseThrow()];
    }
    String same = onnx.predict(row).value().name();
    String original = linear.predict(example).getOutput().getLabel();
    if (!same.equals(original)) {
      throw new IllegalStateException("ONNX answers " + same + ", Tribuo " + original);
    }
  }

  /** Opens a file in DJL, which takes a folder. */
  private static ai.djl.Model inDjl(byte[] file) throws IOException, MalformedModelException {
    System.setProperty("ai.djl.offline", "true"); // it would look for what it could download
    System.setProperty("OPT_OUT_TRACKING", "true");
    Path folder = Files.createTempDirectory("bench-djl");
    Path content = Files.write(folder.resolve("linear.onnx"), file);
    ai.djl.Model model = ai.djl.Model.newInstance("linear", "OnnxRuntime");
    model.load(folder, "linear");
    Files.delete(content);
    Files.delete(folder);
    return model;
  }

  /**
   * Closes the models.
   *
   * @throws OrtException if the runtime fails
   */
  @TearDown
  public void close() throws OrtException {
    session.close();
    djlPredictor.close();
    djlManager.close();
    djl.close();
    onnx.close();
    boosted.close();
  }

  /**
   * The booster as flat arrays.
   *
   * @return the answer
   */
  @Benchmark
  public Object boostedFlat() {
    return boosted.predict(row);
  }

  /**
   * The booster in XGBoost4J, with an example that is there already.
   *
   * @return the answer
   */
  @Benchmark
  public Object boostedNative() {
    return xgboost.predict(example);
  }

  /**
   * The linear model in ONNX, through a deployment.
   *
   * @return the answer
   */
  @Benchmark
  public Served<Level> onnxDeployed() {
    return onnx.predict(row);
  }

  /**
   * The same file in a bare session: a tensor in, a tensor out.
   *
   * @return the scores
   * @throws OrtException if the runtime fails
   */
  @Benchmark
  public Object onnxBare() throws OrtException {
    try (OnnxTensor input = OnnxTensor.createTensor(environment, tensor);
        OrtSession.Result result = session.run(Map.of("input", input))) {
      return result.get(0).getValue();
    }
  }

  /**
   * The same file in DJL with its plainest translator: a tensor in, a tensor out.
   *
   * @return the scores
   * @throws TranslateException if DJL fails
   */
  @Benchmark
  public Object onnxInDjl() throws TranslateException {
    try (NDManager request = djlManager.newSubManager();
        NDList scores = djlPredictor.predict(new NDList(request.create(tensor)))) {
      return scores.singletonOrThrow().toFloatArray();
    }
  }

  static final class Rows implements Suite {
    private static final double TIMES_FASTER = 50;
    private static final double ONNX_RATIO = 1.3;

    @Override
    public String name() {
      return "serving-formats";
    }

    @Override
    public List<Class<?>> benchmarks() {
      return List.of(FormatsBenchmark.class);
    }

    @Override
    public List<Row> rows(Map<String, Score> scores) {
      Score flat = Bench.score(scores, "boostedFlat");
      Score original = Bench.score(scores, "boostedNative");
      Score deployed = Bench.score(scores, "onnxDeployed");
      Score bare = Bench.score(scores, "onnxBare");
      Score djl = Bench.score(scores, "onnxInDjl");
      return List.of(
          new Row(
              "XGBoost 50x3 as flat arrays beside XGBoost4J",
              flat.ns(),
              flat.bytes(),
              original.ns(),
              flat.ns() / original.ns(),
              "at least 50 times as fast",
              TIMES_FASTER * flat.ns() <= original.ns()),
          new Row(
              "ONNX 20x3 through a deployment, beside a session",
              deployed.ns(),
              deployed.bytes() - bare.bytes(),
              bare.ns(),
              deployed.ns() / bare.ns(),
              "at most 1.3 times a bare session",
              deployed.ns() <= ONNX_RATIO * bare.ns()),
          new Row(
              "ONNX 20x3 through a deployment, beside DJL",
              deployed.ns(),
              deployed.bytes() - djl.bytes(),
              djl.ns(),
              deployed.ns() / djl.ns(),
              "no slower than DJL",
              deployed.ns() <= djl.ns()));
    }
  }
}
