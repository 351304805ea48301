package dev.endolith;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Regression;
import dev.endolith.data.Task;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Outcomes;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import dev.endolith.model.TrainedModel;
import dev.endolith.model.Trainer;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.ModelVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A trainer of the host's own, in a lambda, from training to a loaded version. */
class OwnTrainerTest {
  record House(double area) {}

  record Line(double slope) {}

  private static final Regression<House> PRICE = Task.regress(House.class).build();

  private static final ModelFormat LINES =
      new ModelFormat() {
        @Override
        public String name() {
          return "line-json";
        }

        @Override
        @SuppressWarnings("unchecked") // a line answers this one task
        public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
          Line line = CanonicalJson.read(new String(content, StandardCharsets.UTF_8), Line.class);
          return (Predictor<X, Y>)
              (Predictor<House, Double>) house -> new Regressed(line.slope() * house.area());
        }
      };

  private static final Trainer<House, Double> LEAST_SQUARES =
      (data, seed) -> {
        double products = 0;
        double squares = 0;
        for (Example<House, Double> row : data) {
          products += row.x().area() * row.y();
          squares += row.x().area() * row.x().area();
        }
        Line line = new Line(products / squares);
        byte[] content = CanonicalJson.write(line).getBytes(StandardCharsets.UTF_8);
        return new TrainedModel<>(
            LINES.load(content, data.task()), LINES.name(), content, Map.of("trainer", "line"));
      };

  @Test
  void lambda_registeredAndLoaded_answersToTheBit() {
    Dataset<House, Double> data =
        Dataset.of(
            PRICE,
            DataOrigin.named("houses"),
            List.of(new Example<>(new House(50), 101.0), new Example<>(new House(80), 158.0)));
    try (Workspace workspace = Workspace.builder().format(LINES).open()) {
      TrainedModel<House, Double> model = LEAST_SQUARES.train(data, 1);
      ModelVersion version =
          workspace.models().register("price", Candidate.of(model, PRICE.features().schema()));
      try (Predictor<House, Double> loaded = workspace.models().load(version, PRICE)) {
        assertThat(Outcomes.of(loaded, data).answersDigest())
            .isEqualTo(Outcomes.of(model.predictor(), data).answersDigest());
      }
    }
  }
}
