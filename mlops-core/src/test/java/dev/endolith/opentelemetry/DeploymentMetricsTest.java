package dev.endolith.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import dev.endolith.event.Event;
import dev.endolith.event.Events;
import dev.endolith.event.ModelHealth;
import dev.endolith.model.Classified;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.RolloutDecision;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeploymentMetricsTest {
  private record Ask(double x) {}

  private static final Classification<Ask, Boolean> TASK =
      Task.classify(Ask.class, Boolean.class).build();

  private final InMemoryMetricReader reader = InMemoryMetricReader.create();
  private final DeploymentMetrics metrics =
      DeploymentMetrics.in(
          OpenTelemetrySdk.builder()
              .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(reader).build())
              .build());

  private Optional<MetricData> metric(String name) {
    return reader.collectAllMetrics().stream()
        .filter(m -> m.getName().equals("endolith." + name))
        .findFirst();
  }

  private LongPointData sum(String name) {
    return metric(name).orElseThrow().getLongSumData().getPoints().iterator().next();
  }

  @Test
  void observe_calls_areCountedByRouteAndOneInSixteenTimed() {
    Deployment<Ask, Boolean> deployment =
        metrics.observe(
            Deployment.fixed(
                "m",
                TASK,
                ask -> {
                  if (ask.x() < 0) {
                    throw new IllegalStateException("a model's own failure");
                  }
                  return Classified.of(TASK, 0.1, 0.9);
                }));
    for (int i = 0; i < 4_000; i++) {
      deployment.predict(new Ask(1));
    }
    assertThatThrownBy(() -> deployment.predict(new Ask(-1)))
        .isInstanceOf(IllegalStateException.class);
    LongPointData predictions = sum("predictions");
    assertThat(predictions.getValue()).isEqualTo(4_000);
    assertThat(predictions.getAttributes().get(AttributeKey.stringKey("route"))).isEqualTo("fixed");
    assertThat(sum("prediction.errors").getValue()).isEqualTo(1);
    assertThat(sum("log.lost").getValue()).isZero();
    // 250 expected, sd sqrt(4000 / 16 * 15 / 16) = 15.3; seven of them
    assertThat(
            metric("prediction.duration")
                .orElseThrow()
                .getHistogramData()
                .getPoints()
                .iterator()
                .next()
                .getCount())
        .isBetween(143L, 357L);
    metrics.close();
    assertThat(metric("version.served")).isEmpty();
  }

  @Test
  void eventsHealthDecisions_areShown() {
    Events events = new Events();
    metrics.observe(events);
    events.publish(new Event.AliasMoved("m", "champion", 1, 2, 3, Instant.EPOCH, "someone"));
    metrics.health("m", () -> new ModelHealth(ModelHealth.Status.WARNING, 10, 5, Map.of(), "hm"));
    metrics.decided("m", new RolloutDecision.RollBack(2, "{}"));
    metrics.decided("m", new RolloutDecision.Continue());
    assertThat(sum("alias.moves").getValue()).isEqualTo(1);
    LongPointData decision = sum("rollout.decisions");
    assertThat(decision.getValue()).isEqualTo(1);
    assertThat(decision.getAttributes().get(AttributeKey.stringKey("decision")))
        .isEqualTo("rollback");
    assertThat(
            metric("health")
                .orElseThrow()
                .getLongGaugeData()
                .getPoints()
                .iterator()
                .next()
                .getValue())
        .isEqualTo(1);
  }
}
