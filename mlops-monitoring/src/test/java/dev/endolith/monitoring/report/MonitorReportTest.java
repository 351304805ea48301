package dev.endolith.monitoring.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.endolith.Workspace;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Task;
import dev.endolith.event.Alert;
import dev.endolith.lifecycle.ManagedModel;
import dev.endolith.model.Classified;
import dev.endolith.model.Metric;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.model.TrainedModel;
import dev.endolith.monitoring.Monitor;
import dev.endolith.monitoring.WindowFindings;
import dev.endolith.monitoring.WindowSummary;
import dev.endolith.monitoring.World;
import dev.endolith.monitoring.World.Mood;
import dev.endolith.monitoring.World.Order;
import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.impact.ColumnImpact;
import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import dev.endolith.monitoring.quality.Check;
import dev.endolith.monitoring.quality.Expectations;
import dev.endolith.monitoring.window.Against;
import dev.endolith.monitoring.window.Window;
import dev.endolith.registry.Gate;
import dev.endolith.serving.Rollout;
import dev.endolith.serving.Served;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitorReportTest {
  private final World world = new World(1);
  private final SteppingClock clock = new SteppingClock();
  private final List<Example<Order, Boolean>> known = new ArrayList<>();

  @Test
  void of_modelWithALoop_tellsItsStory(@TempDir Path folder) throws IOException {
    try (Workspace workspace =
            Workspace.builder()
                .format(new ThresholdFormat())
                .clock(clock)
                .random(new Random(1))
                .open();
        ManagedModel<Order, Boolean> model =
            model(workspace, Monitor.drift(Window.rows(400)).segments("country", 2))) {
      known.addAll(world.rows(4_000, Mood.USUAL).examples());
      var unused = model.train(dataset());
      serve(model, 3_000, Mood.USUAL);
      serve(model, 5_000, Mood.MOVED);
      serve(model, 2_000, Mood.SHIFTED);

      MonitorReport report = MonitorReport.of(workspace, "orders");
      String html = report.toHtml();
      String target = System.getProperty("report");
      Files.writeString(target == null ? folder.resolve("report.html") : Path.of(target), html);

      assertThat(workspace.models().newest("orders", 10)).hasSizeGreaterThan(1);
      assertThat(model.alerts()).extracting(Alert::kind).contains(Alert.Kind.PERFORMANCE);
      assertThat(html)
          .contains(
              "default-src &#39;none&#39;; style-src &#39;sha256-", "; base-uri &#39;none&#39;")
          .contains("errs more than it did")
          .contains("How often is it wrong?")
          .contains("Is the world still the one it was trained in?")
          .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
          .contains("&lt;b&gt;orders")
          .doesNotContain("<script", "<b>orders", "customer", " src=", "url(")
          .doesNotContainPattern("href=\"[^#]");
      assertThat(report.data().orElseThrow().toHtml()).contains("What to do");
      assertThat(report.alerts()).isEqualTo(model.alerts());
      assertThat(report.windows(1)).isNotEmpty();
      assertThat(report.windows(99)).isEmpty();
      assertThat(report.lastWindow()).isPresent();
      WindowFindings findings = report.findings().orElseThrow(); // the loop gave it the model
      assertThat(findings.impact().orElseThrow().columns())
          .extracting(ColumnImpact::name)
          .startsWith("amount");
      assertThat(report.data().orElseThrow().toJson())
          .contains("\"impact\":{", "\"causes\":[", "\"correlations\":[");
      assertFollowsSchema(report);
      assertThat(MonitorReport.of(workspace, "orders").toJson())
          .contains("\"lastWindow\":{", "\"segments\":[{", "\"DRIFT\"");
      assertThat(report.toJson())
          .contains("\"findings\":{", "\"measured\":{")
          .contains("\"model\":\"orders\"", "\"format\":1", "\"lastWindow\":{", "\"psi\":{");
    }
  }

  @Test
  void of_monitorWithUnusualSettings_saysWhatItsAlertSaid() {
    Monitor monitor =
        Monitor.drift(Window.rows(400))
            .alpha(0.3)
            .minimumEffect(0.003)
            .ignore("amount")
            .segments("country", 2);
    try (Workspace workspace =
            Workspace.builder()
                .format(new ThresholdFormat())
                .clock(clock)
                .random(new Random(1))
                .open();
        ManagedModel<Order, Boolean> model = model(workspace, monitor)) {
      known.addAll(world.rows(4_000, Mood.USUAL).examples());
      var unused = model.train(dataset());
      serve(model, 400, Mood.SHIFTED);
      MonitorReport report = MonitorReport.of(workspace, "orders");

      DriftReport drift = report.lastWindow().orElseThrow();
      assertThat(drift.alpha()).isEqualTo(0.3);
      assertThat(drift.minimumEffect()).isEqualTo(0.003);
      assertThat(drift.column("amount")).isEmpty();
      WindowSummary last = report.windows(1).get(report.windows(1).size() - 1);
      assertThat(drift.verdict()).isEqualTo(last.verdict()).isEqualTo(Verdict.DRIFT);
      assertThat(drift.drifted())
          .extracting(ColumnDrift::name)
          .startsWith(last.drifted().toArray(String[]::new));
      Alert alert =
          model.alerts().stream().filter(a -> a.kind() == Alert.Kind.DRIFT).findFirst().get();
      assertThat(alert.message())
          .startsWith(drift.drifted().size() + " of " + judged(drift) + " columns of orders v1");
      assertThat(report.data().orElseThrow().summary())
          .startsWith(drift.drifted().size() + " of " + judged(drift) + " columns drifted");
      assertFollowsSchema(report);
    }
  }

  private static long judged(DriftReport drift) {
    return drift.columns().stream().filter(c -> c.role() != Role.LABEL).count();
  }

  @Test
  void of_rollingMonitorWithExpectations_saysWithWhatItComparesAndWhatIsBroken() {
    Monitor monitor =
        Monitor.drift(Window.rows(400))
            .against(Against.previous(1))
            .quality(
                Expectations.builder()
                    .fail(Check.missing("discount", 0.01))
                    .warn(Check.present("amount"))
                    .build());
    try (Workspace workspace =
            Workspace.builder()
                .format(new ThresholdFormat())
                .clock(clock)
                .random(new Random(1))
                .open();
        ManagedModel<Order, Boolean> model = model(workspace, monitor)) {
      known.addAll(world.rows(4_000, Mood.USUAL).examples());
      var unused = model.train(dataset());
      serve(model, 800, Mood.USUAL);
      serve(model, 400, Mood.SHIFTED);
      MonitorReport report = MonitorReport.of(workspace, "orders");

      assertThat(report.toHtml())
          .contains(
              "Each cell compares one column of one window with windows before it.",
              "the windows before (wide, grey)",
              "distributed differently from the windows before",
              "Expectations <span class=\"badge bad\">failed</span>",
              "The last window breaks 1 of 2 expectations.",
              "Look at the broken expectations first",
              Check.missing("discount", 0.01).text())
          .doesNotContain("with the rows that the version was trained on");
      assertThat(report.toJson()).contains("\"comparedWith\":\"the windows before\"");
      assertFollowsSchema(report);
    }
  }

  @Test
  void of_unknownModel_isNearlyEmpty() {
    try (Workspace workspace = Workspace.inMemory()) {
      MonitorReport report = MonitorReport.of(workspace, "nothing");
      assertThat(report.toHtml()).contains("No version serves yet.", "None so far.");
      assertFollowsSchema(report);
    }
  }

  /** By a validator that is not ours; and the schema says no to something at every depth. */
  private static void assertFollowsSchema(MonitorReport report) {
    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(MonitorReport.schema());
    JsonNode json;
    try {
      json = new ObjectMapper().readTree(report.toJson());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(schema.validate(json)).isEmpty();
    List<ObjectNode> objects = new ArrayList<>();
    objects.add((ObjectNode) json);
    for (String pointer :
        List.of(
            "/versions/0", "/alerts/0", "/alerts/0/details", "/findings", "/findings/measured")) {
      if (json.at(pointer) instanceof ObjectNode found) {
        objects.add(found);
      }
    }
    for (ObjectNode object : objects) {
      object.put("surprise", 1);
      assertThat(schema.validate(json)).isNotEmpty();
      object.remove("surprise");
    }
    assertThat(schema.validate(json)).isEmpty();
    ((ObjectNode) json).remove("alerts");
    assertThat(schema.validate(json)).hasSize(1);
  }

  private ManagedModel<Order, Boolean> model(Workspace workspace, Monitor monitor) {
    return ManagedModel.of("orders", World.TASK, workspace)
        .train((data, seed) -> train(data))
        .gate(Gate.atLeast(Metric.ACCURACY, 0.6))
        .watch(monitor)
        .rollout(Rollout.immediate())
        .retrainFrom(instant -> dataset().last(800))
        .drivenByHand()
        .build();
  }

  private Dataset<Order, Boolean> dataset() {
    return Dataset.of(World.TASK, DataOrigin.named("<b>orders</b>"), known);
  }

  private void serve(ManagedModel<Order, Boolean> model, int rows, Mood mood) {
    for (int i = 1; i <= rows; i++) {
      Order order = world.order(mood);
      boolean truth = world.truth(order, mood);
      Served<Boolean> served = model.predict(order);
      model.deployment().flush();
      var unused = model.feedback(served.id(), truth, clock.instant());
      known.add(new Example<>(order, truth));
      if (i % 50 == 0) {
        var unusedTurn = model.runOnce();
      }
    }
  }

  /** The threshold of the amount that errs least. */
  private static TrainedModel<Order, Boolean> train(Dataset<Order, Boolean> data) {
    int best = 0;
    long least = Long.MAX_VALUE;
    for (int threshold = 30; threshold <= 90; threshold++) {
      int tried = threshold;
      long wrong = data.examples().stream().filter(e -> (e.x().amount() > tried) != e.y()).count();
      if (wrong < least) {
        least = wrong;
        best = threshold;
      }
    }
    return new TrainedModel<>(
        new Threshold(best),
        "threshold",
        Integer.toString(best).getBytes(StandardCharsets.UTF_8),
        Map.of("threshold", Integer.toString(best)));
  }

  private record Threshold(int amount) implements Predictor<Order, Boolean> {
    @Override
    public Prediction<Boolean> predict(Order order) {
      double late = 1 / (1 + Math.exp((amount - order.amount()) / 4));
      return Classified.of(World.TASK, 1 - late, late);
    }
  }

  private static final class ThresholdFormat implements ModelFormat {
    @Override
    public String name() {
      return "threshold";
    }

    @Override
    @SuppressWarnings("unchecked") // this format knows one task
    public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
      return (Predictor<X, Y>)
          new Threshold(Integer.parseInt(new String(content, StandardCharsets.UTF_8)));
    }
  }

  /** Goes on by a minute whenever it is asked. */
  private static final class SteppingClock extends Clock {
    private Instant now = Instant.parse("2025-03-01T00:00:00Z");

    @Override
    public synchronized Instant instant() {
      now = now.plus(Duration.ofMinutes(1));
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
