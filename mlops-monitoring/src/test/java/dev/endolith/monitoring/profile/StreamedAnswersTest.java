package dev.endolith.monitoring.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.data.Classification;
import dev.endolith.data.Csv;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.ReadReport;
import dev.endolith.data.Regression;
import dev.endolith.data.Task;
import dev.endolith.error.DataException;
import dev.endolith.model.Classified;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import dev.endolith.monitoring.World;
import dev.endolith.monitoring.World.Mood;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamedAnswersTest {
  record House(double area, String town) {}

  enum Mood3 {
    LOW,
    MIDDLE,
    HIGH
  }

  private static <X, Y> ReferenceProfile streamed(
      Dataset<X, Y> training, Dataset<X, Y> heldOut, Predictor<X, Y> model) {
    StreamedProfile<X> profile = StreamedProfile.of(training.task().features(), 1);
    StreamedAnswers<X, Y> answers = StreamedAnswers.of(training.task(), model, 1);
    training.forEach(example -> profile.add(example.x()));
    heldOut.forEach(answers::add);
    assertThat(answers.rows()).isEqualTo(heldOut.size());
    return profile.build(answers);
  }

  private static void assertSame(ReferenceColumn actual, ReferenceColumn expected) {
    assertThat(actual.name()).isEqualTo(expected.name());
    assertThat(actual.role()).isEqualTo(expected.role());
    assertThat(actual.edges()).containsExactly(expected.edges());
    assertThat(actual.counts()).containsExactly(expected.counts());
    assertThat(actual.values()).isEqualTo(expected.values());
    assertThat(actual.details()).isEqualTo(expected.details());
  }

  @Test
  void build_fewDistinctScores_isTheExactProfile() {
    Dataset<World.Order, Boolean> training = new World(1).rows(300, Mood.USUAL);
    Dataset<World.Order, Boolean> heldOut = new World(2).rows(400, Mood.USUAL);
    ReferenceProfile exact = ReferenceProfile.of(training, heldOut, World.MODEL);
    ReferenceProfile streamed = streamed(training, heldOut, World.MODEL);

    assertSame(
        streamed.column(ReferenceProfile.SCORE).orElseThrow(),
        exact.column(ReferenceProfile.SCORE).orElseThrow());
    assertSame(
        streamed.column(ReferenceProfile.LABEL).orElseThrow(),
        exact.column(ReferenceProfile.LABEL).orElseThrow());
    assertThat(streamed.columns()).hasSameSizeAs(exact.columns());
    ErrorProfile errors = streamed.errors().orElseThrow();
    ErrorProfile expected = exact.errors().orElseThrow();
    assertThat(errors.mean()).isEqualTo(expected.mean());
    assertThat(errors.bias()).isCloseTo(expected.bias(), within(1e-12));
    assertThat(errors.biasError()).isCloseTo(expected.biasError(), within(1e-12));
    assertThat(ReferenceProfile.fromJson(streamed.toJson())).isEqualTo(streamed);
  }

  @Test
  void build_manyDistinctScores_isWithinTheStatedError() {
    Dataset<World.Order, Boolean> heldOut = new World(3).rows(50_000, Mood.USUAL);
    ReferenceColumn score =
        streamed(heldOut, heldOut, World.MODEL).column(ReferenceProfile.SCORE).orElseThrow();
    double[] scores =
        heldOut.examples().stream()
            .mapToDouble(e -> ((Classified<Boolean>) World.MODEL.predict(e.x())).score(1))
            .sorted()
            .toArray();

    assertThat(score.details().approximate()).isTrue();
    double[] edges = score.edges();
    for (int k = 0; k < edges.length; k++) {
      double edge = edges[k];
      long below = Arrays.stream(scores).filter(value -> value < edge).count();
      double wanted = (k + 1.0) / (edges.length + 1);
      assertThat((double) below / scores.length)
          .isCloseTo(wanted, within(score.details().rankError() + 1e-4));
    }
  }

  @Test
  void build_threeLabels_hasAnswers() {
    Classification<House, Mood3> task =
        Task.classify(House.class, Mood3.class).label("mood").build();
    SplittableRandom random = new SplittableRandom(4);
    List<Example<House, Mood3>> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      rows.add(
          new Example<>(new House(random.nextInt(100), "t"), Mood3.values()[random.nextInt(3)]));
    }
    Predictor<House, Mood3> model =
        house -> Classified.of(task, 0.2, house.area() < 30 ? 0.7 : 0.1, 0.1);
    Dataset<House, Mood3> data = Dataset.of(task, DataOrigin.named("houses"), rows);
    ReferenceProfile exact = ReferenceProfile.of(data, model);
    ReferenceProfile streamed = streamed(data, data, model);

    assertSame(
        streamed.column(ReferenceProfile.ANSWER).orElseThrow(),
        exact.column(ReferenceProfile.ANSWER).orElseThrow());
    assertThat(streamed.errors().orElseThrow().bias()).isNaN();
    assertThat(streamed.errors().orElseThrow().mean())
        .isEqualTo(exact.errors().orElseThrow().mean());
  }

  @Test
  void forEach_fileTooLargeToHold_isProfiledInOnePass(@TempDir Path folder) throws IOException {
    Regression<House> task = Task.regress(House.class).label("price").build();
    Predictor<House, Double> model = house -> new Regressed(3 * house.area());
    StringBuilder csv = new StringBuilder("area,town,price\n");
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 3_000; i++) {
      double area = 50 + random.nextInt(100);
      csv.append(area).append(",t").append(random.nextInt(4)).append(',');
      csv.append(3 * area + random.nextInt(-20, 21)).append('\n');
    }
    Path file = Files.writeString(folder.resolve("houses.csv"), csv);
    StreamedProfile<House> profile = StreamedProfile.of(task.features(), 1);
    StreamedAnswers<House, Double> answers = StreamedAnswers.of(task, model, 1);

    ReadReport report =
        Csv.reader(task)
            .forEach(
                file,
                example -> {
                  profile.add(example.x());
                  answers.add(example);
                });

    ReferenceProfile exact = ReferenceProfile.of(Csv.reader(task).read(file), model);
    ReferenceProfile streamed = profile.build(answers);
    assertThat(report.kept()).isEqualTo(3_000);
    for (int i = 0; i < exact.columns().size(); i++) {
      assertSame(streamed.columns().get(i), exact.columns().get(i));
    }
    ErrorProfile errors = streamed.errors().orElseThrow();
    assertThat(errors.scale()).isEqualTo(exact.errors().orElseThrow().scale());
    assertThat(errors.mean()).isCloseTo(exact.errors().orElseThrow().mean(), within(1e-12));
  }

  private static final Regression<House> PRICES = Task.regress(House.class).label("price").build();

  /** So few distinct scores that all is exact. */
  private static final Predictor<World.Order, Boolean> COARSE =
      order -> {
        double late = Math.rint(200 / (1 + Math.exp(-(order.amount() - 50) / 10))) / 200;
        return Classified.of(World.TASK, 1 - late, late);
      };

  private static Dataset<House, Double> houses(long seed, int rows) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Example<House, Double>> examples = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double area = 50 + random.nextInt(60) / 7.0;
      double price = 3 * area + random.nextInt(-3, 4) / 3.0;
      examples.add(new Example<>(new House(area, "t"), Math.rint(7 * price) / 7));
    }
    return Dataset.of(PRICES, DataOrigin.named("houses"), examples);
  }

  /** Parts of the rows, merged two by two in some order, some of them by way of bytes. */
  private static <X, Y> StreamedAnswers<X, Y> merged(
      Dataset<X, Y> rows, Predictor<X, Y> model, List<Integer> cuts, long seed, Random random) {
    List<StreamedAnswers<X, Y>> parts = new ArrayList<>();
    int from = 0;
    for (int to : cuts) {
      StreamedAnswers<X, Y> part =
          StreamedAnswers.of(rows.task(), model, seed < 0 ? seed - parts.size() : seed);
      rows.slice(from, to).forEach(part::add);
      parts.add(part);
      from = to;
    }
    while (parts.size() > 1) {
      StreamedAnswers<X, Y> one = parts.remove(random.nextInt(parts.size()));
      StreamedAnswers<X, Y> other = parts.get(random.nextInt(parts.size()));
      if (random.nextBoolean()) {
        one = StreamedAnswers.read(rows.task(), model, one.toBytes());
      }
      other.merge(one);
    }
    assertThat(parts.get(0).rows()).isEqualTo(rows.size());
    return parts.get(0);
  }

  private static <X, Y> String profile(Dataset<X, Y> rows, StreamedAnswers<X, Y> answers) {
    return StreamedProfile.of(rows.task().features(), 1).build(answers).toJson();
  }

  private static List<Integer> cuts(Random random, int rows) {
    List<Integer> cuts = new ArrayList<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      cuts.add(random.nextInt(rows + 1)); // some parts are empty
    }
    cuts.add(rows);
    cuts.sort(null);
    return cuts;
  }

  private static <X, Y> void assertMergesExactly(Dataset<X, Y> rows, Predictor<X, Y> model) {
    long seed = Long.getLong("seed", new Random().nextLong());
    Random random = new Random(seed);
    StreamedAnswers<X, Y> whole = StreamedAnswers.of(rows.task(), model, 7);
    rows.forEach(whole::add);
    for (int round = 0; round < 20; round++) {
      List<Integer> cuts = cuts(random, rows.size());
      StreamedAnswers<X, Y> sameSeed = merged(rows, model, cuts, 7, random);
      assertThat(sameSeed.toBytes()).as("-Dseed=%d %s", seed, cuts).isEqualTo(whole.toBytes());
      assertThat(profile(rows, sameSeed)).isEqualTo(profile(rows, whole));
      // parts of different seeds, in two orders
      StreamedAnswers<X, Y> one = merged(rows, model, cuts, -9, random);
      StreamedAnswers<X, Y> other = merged(rows, model, cuts, -9, random);
      assertThat(one.toBytes()).as("-Dseed=%d %s", seed, cuts).isEqualTo(other.toBytes());
      assertThat(profile(rows, one)).isEqualTo(profile(rows, whole));
    }
  }

  @Test
  void merge_fewDistinctScores_givesTheSameBytesInAnyOrder() {
    assertMergesExactly(new World(11).rows(3_000, Mood.USUAL), COARSE);
    assertMergesExactly(houses(12, 3_000), house -> new Regressed(3 * house.area()));
    Classification<House, Mood3> task =
        Task.classify(House.class, Mood3.class).label("mood").build();
    List<Example<House, Mood3>> rows = new ArrayList<>();
    houses(13, 2_000)
        .forEach(e -> rows.add(new Example<>(e.x(), Mood3.values()[e.hashCode() & 1])));
    assertMergesExactly(
        Dataset.of(task, DataOrigin.named("houses"), rows),
        house -> Classified.of(task, 0.2, house.area() < 53 ? 0.7 : 0.1, 0.1));
  }

  @Test
  void merge_manyDistinctScores_keepsCountsAndErrorsAndTheStatedRankError() {
    Dataset<World.Order, Boolean> rows = new World(14).rows(30_000, Mood.USUAL);
    double[] scores =
        rows.examples().stream()
            .mapToDouble(e -> ((Classified<Boolean>) World.MODEL.predict(e.x())).score(1))
            .sorted()
            .toArray();
    StreamedAnswers<World.Order, Boolean> whole = StreamedAnswers.of(World.TASK, World.MODEL, 1);
    rows.forEach(whole::add);
    long seed = Long.getLong("seed", new Random().nextLong());
    Random random = new Random(seed);
    for (int round = 0; round < 5; round++) {
      StreamedAnswers<World.Order, Boolean> merged =
          merged(rows, World.MODEL, cuts(random, rows.size()), -1 - round, random);
      ReferenceProfile profile = StreamedProfile.of(World.TASK.features(), 1).build(merged);
      ReferenceColumn score = profile.column(ReferenceProfile.SCORE).orElseThrow();

      assertThat(merged.errors()).as("-Dseed=%d", seed).isEqualTo(whole.errors());
      assertSame(profile.column(ReferenceProfile.LABEL).orElseThrow(), whole.columns().get(1));
      double[] edges = score.edges();
      for (int k = 0; k < edges.length; k++) {
        double edge = edges[k];
        long below = Arrays.stream(scores).filter(value -> value < edge).count();
        assertThat((double) below / scores.length)
            .as("-Dseed=%d", seed)
            .isCloseTo((k + 1.0) / (edges.length + 1), within(score.details().rankError() + 1e-4));
      }
    }
  }

  @Test
  void merge_ofOtherLabelsOrItself_isRefused_andSoAreOtherBytes() {
    StreamedAnswers<World.Order, Boolean> answers = StreamedAnswers.of(World.TASK, World.MODEL, 1);
    Predictor<House, Double> prices = house -> new Regressed(1);

    assertThatThrownBy(() -> answers.merge(answers)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> answers.merge(StreamedAnswers.of(PRICES, prices, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the same labels");
    assertThatThrownBy(() -> StreamedAnswers.read(PRICES, prices, answers.toBytes()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("of the task's labels");
  }

  @Test
  void exactSum_anyNumbersInAnyOrder_isTheSumRoundedOnce() {
    long seed = Long.getLong("seed", new Random().nextLong());
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      int many = 2 + random.nextInt(200);
      double[] values = new double[many];
      for (int i = 0; i < many; i++) {
        double spread = Math.scalb(2 * random.nextDouble() - 1, -random.nextInt(200));
        values[i] = i % 17 == 3 ? -values[i - 1] : i % 13 == 2 ? 1 - spread : spread;
      }
      BigDecimal total = BigDecimal.ZERO;
      BigDecimal squares = BigDecimal.ZERO;
      ExactSum sum = new ExactSum();
      ExactSum part = new ExactSum();
      for (double value : values) {
        total = total.add(new BigDecimal(value));
        squares = squares.add(new BigDecimal(value).pow(2));
        (random.nextBoolean() ? sum : part).add(value);
      }
      sum.merge(part);
      BigDecimal n = BigDecimal.valueOf(many);

      assertThat(sum.mean(many))
          .as("-Dseed=%d", seed)
          .isEqualTo(total.divide(n, MathContext.DECIMAL128).doubleValue());
      assertThat(sum.spread(many))
          .as("-Dseed=%d", seed)
          .isEqualTo(
              squares
                  .multiply(n)
                  .subtract(total.pow(2))
                  .divide(n, MathContext.DECIMAL128)
                  .doubleValue());
    }
  }

  @Test
  void build_noAnswers_isAProfileWithoutErrors() {
    Dataset<World.Order, Boolean> rows = new World(6).rows(50, Mood.USUAL);
    ReferenceProfile profile = streamed(rows, rows.slice(0, 0), World.MODEL);

    assertThat(profile.errors().orElseThrow().mean()).isNaN();
    assertThat(profile.column(ReferenceProfile.SCORE).orElseThrow().counts()).containsOnly(0L);
  }
}
