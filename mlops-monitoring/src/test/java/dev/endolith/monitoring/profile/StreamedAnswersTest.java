package dev.endolith.monitoring.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.data.Classification;
import dev.endolith.data.Csv;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.ReadReport;
import dev.endolith.data.Regression;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import dev.endolith.monitoring.World;
import dev.endolith.monitoring.World.Mood;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  @Test
  void build_noAnswers_isAProfileWithoutErrors() {
    Dataset<World.Order, Boolean> rows = new World(6).rows(50, Mood.USUAL);
    ReferenceProfile profile = streamed(rows, rows.slice(0, 0), World.MODEL);

    assertThat(profile.errors().orElseThrow().mean()).isNaN();
    assertThat(profile.column(ReferenceProfile.SCORE).orElseThrow().counts()).containsOnly(0L);
  }
}
