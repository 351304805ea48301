package dev.endolith.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.Workspace;
import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.SchemaMismatchException;
import dev.endolith.model.Classified;
import dev.endolith.model.Predictor;
import dev.endolith.registry.ModelVersion;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Models that were trained by Tribuo alone. */
class TribuoImportTest {
  record Point(double x, String color) {}

  record Other(double y, String color) {}

  private static final Classification<Point, String> TASK =
      Task.classify(Point.class, String.class).map("LEFT", "LEFT").map("RIGHT", "RIGHT").build();

  private static Model<Label> trained() {
    Random random = new Random(1);
    LabelFactory labels = new LabelFactory();
    MutableDataset<Label> rows =
        new MutableDataset<>(new SimpleDataSourceProvenance("elsewhere", labels), labels);
    for (int i = 0; i < 500; i++) {
      double x = random.nextGaussian();
      rows.add(
          new ArrayExample<>(
              new Label(x > 0 ? "RIGHT" : "LEFT"),
              new String[] {"x", random.nextBoolean() ? "color=red" : "color=blue"},
              new double[] {x, 1}));
    }
    return new LogisticRegressionTrainer().train(rows);
  }

  @Test
  void candidate_ofAnExistingFile_isRegisteredAndAnswersLikeTribuo() {
    Model<Label> model = trained();
    try (Workspace workspace = Workspace.inMemory()) {
      ModelVersion version =
          workspace
              .models()
              .register("sides", Tribuo.candidate(model.serialize().toByteArray(), TASK));
      try (Predictor<Point, String> loaded = workspace.models().load(version, TASK)) {
        for (double x = -2; x < 2; x += 0.1) {
          var example =
              new ArrayExample<>(
                  new Label(Label.UNKNOWN), new String[] {"x", "color=red"}, new double[] {x, 1});
          double expected = model.predict(example).getOutputScores().get("RIGHT").getScore();
          Classified<String> answer = (Classified<String>) loaded.predict(new Point(x, "red"));
          assertThat(answer.score("RIGHT")).isCloseTo(expected, within(1e-12));
        }
      }
    }
  }

  @Test
  void candidate_forAnotherTask_isRefusedWithTheDifference() {
    byte[] file = trained().serialize().toByteArray();
    Task<Other, String> other =
        Task.classify(Other.class, String.class).map("LEFT", "LEFT").map("RIGHT", "RIGHT").build();
    assertThatThrownBy(() -> Tribuo.candidate(file, other))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("[x]")
        .hasMessageContaining("[y, color]");
    Task<Point, String> labels =
        Task.classify(Point.class, String.class).map("LEFT", "LEFT").map("UP", "UP").build();
    assertThatThrownBy(() -> Tribuo.candidate(file, labels))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("RIGHT");
    assertThatThrownBy(() -> Tribuo.candidate(new byte[] {1, 2, 3}, TASK))
        .isInstanceOf(ArtifactRefusedException.class);
  }
}
