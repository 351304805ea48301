package dev.endolith.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import dev.endolith.event.Alert;
import dev.endolith.event.Event;
import dev.endolith.event.Events;
import dev.endolith.event.ModelHealth;
import dev.endolith.model.Classified;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.RolloutDecision;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeploymentMetersTest {
  private record Ask(double x) {}

  private static final Classification<Ask, Boolean> TASK =
      Task.classify(Ask.class, Boolean.class).build();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final DeploymentMeters meters = DeploymentMeters.in(registry);

  private static Deployment<Ask, Boolean> deployment() {
    return Deployment.fixed(
        "m",
        TASK,
        ask -> {
          if (ask.x() < 0) {
            throw new IllegalStateException("a model's own failure");
          }
          return Classified.of(TASK, 0.1, 0.9);
        });
  }

  private double count(String name, String... tags) {
    return registry.get("endolith." + name).tags(tags).counter().count();
  }

  @Test
  void observe_calls_areCountedByRouteAndOneInSixteenTimed() {
    Deployment<Ask, Boolean> deployment = meters.observe(deployment());
    for (int i = 0; i < 4_000; i++) {
      deployment.predict(new Ask(1));
    }
    assertThatThrownBy(() -> deployment.predict(new Ask(-1)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(count("predictions", "model", "m", "route", "fixed")).isEqualTo(4_000);
    assertThat(count("prediction.errors", "model", "m", "kind", "other")).isEqualTo(1);
    // 250 expected, sd sqrt(4000 / 16 * 15 / 16) = 15.3; seven of them
    assertThat(registry.get("endolith.prediction.duration").timer().count()).isBetween(143L, 357L);
    assertThat(registry.get("endolith.version.served").gauge().value()).isZero();
    assertThat(registry.get("endolith.log.lost").functionCounter().count()).isZero();
  }

  @Test
  void observe_events_areCounted() throws Exception {
    Events events = new Events();
    Event moved = new Event.AliasMoved("m", "champion", 1, 2, 3, Instant.EPOCH, "someone");
    Event alert =
        new Event.AlertRaised(
            new Alert(
                "m",
                2,
                Alert.Kind.DRIFT,
                Alert.Severity.WARNING,
                Instant.EPOCH,
                "w",
                List.of(),
                "income moved"));
    try (AutoCloseable listening = meters.observe(events)) {
      assertThat(listening).isNotNull();
      events.publish(moved);
      events.publish(moved);
      events.publish(alert);
    }
    events.publish(moved);
    assertThat(count("alias.moves", "model", "m", "alias", "champion")).isEqualTo(2);
    assertThat(count("alerts", "model", "m", "kind", "drift")).isEqualTo(1);
  }

  @Test
  void healthAndDecisions_areShown() {
    meters.health(
        "m", () -> new ModelHealth(ModelHealth.Status.ALARM, 10, 5, Map.of(), "it is worse"));
    assertThat(registry.get("endolith.health").tag("model", "m").gauge().value()).isEqualTo(2);
    meters.decided("m", new RolloutDecision.Promote(2, "{}"));
    meters.decided("m", new RolloutDecision.Continue());
    assertThat(count("rollout.decisions", "decision", "promote")).isEqualTo(1);
    assertThat(registry.get("endolith.rollout.decisions").counters()).hasSize(1);
  }
}
