package dev.endolith.opentelemetry;

import dev.endolith.contract.ContractCounts;
import dev.endolith.contract.InputRefusedException;
import dev.endolith.error.PredictionException;
import dev.endolith.event.Event;
import dev.endolith.event.Events;
import dev.endolith.event.ModelHealth;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.PredictionObserver;
import dev.endolith.serving.RolloutDecision;
import dev.endolith.serving.Route;
import dev.endolith.serving.Served;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Metrics of deployments, all named {@code endolith.*} with the attribute {@code model}. The
 * instruments and their attributes are those of the Micrometer binding; durations are in seconds,
 * of one call in sixteen. No attribute is a version or a key, so that series do not grow with time.
 * Thread-safe; closing it ends what it observes.
 */
public final class DeploymentMetrics implements AutoCloseable {
  private static final AttributeKey<String> MODEL = AttributeKey.stringKey("model");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("route");
  private static final AttributeKey<String> KIND = AttributeKey.stringKey("kind");
  private static final AttributeKey<String> SEVERITY = AttributeKey.stringKey("severity");
  private static final AttributeKey<String> ALIAS = AttributeKey.stringKey("alias");
  private static final AttributeKey<String> DECISION = AttributeKey.stringKey("decision");
  private static final double NANOS = 1e-9;

  private final Meter meter;
  private final LongCounter predictions;
  private final LongCounter errors;
  private final DoubleHistogram duration;
  private final LongCounter moves;
  private final LongCounter alerts;
  private final LongCounter decisions;
  private final List<AutoCloseable> observed = new ArrayList<>();

  private DeploymentMetrics(Meter meter) {
    this.meter = meter;
    this.predictions = meter.counterBuilder("endolith.predictions").build();
    this.errors = meter.counterBuilder("endolith.prediction.errors").build();
    this.duration = meter.histogramBuilder("endolith.prediction.duration").setUnit("s").build();
    this.moves = meter.counterBuilder("endolith.alias.moves").build();
    this.alerts = meter.counterBuilder("endolith.alerts").build();
    this.decisions = meter.counterBuilder("endolith.rollout.decisions").build();
  }

  /**
   * Metrics of a host's OpenTelemetry.
   *
   * @param openTelemetry gives the meter
   * @return the metrics
   */
  public static DeploymentMetrics in(OpenTelemetry openTelemetry) {
    return new DeploymentMetrics(openTelemetry.getMeter("dev.endolith"));
  }

  /**
   * Measures a deployment.
   *
   * @param deployment the deployment
   * @param <X> what is asked
   * @param <Y> what is answered
   * @return the same deployment, to be called in its place
   */
  public <X, Y> Deployment<X, Y> observe(Deployment<X, Y> deployment) {
    Attributes model = Attributes.of(MODEL, deployment.name());
    keep(
        meter
            .gaugeBuilder("endolith.version.served")
            .ofLongs()
            .buildWithCallback(m -> m.record(deployment.champion(), model)));
    keep(
        meter
            .counterBuilder("endolith.log.lost")
            .buildWithCallback(m -> m.record(deployment.status().lostRecords(), model)));
    keep(
        meter
            .counterBuilder("endolith.contract.refused")
            .buildWithCallback(
                m ->
                    m.record(
                        deployment.contract().map(ContractCounts::refused).orElse(0L), model)));
    return Deployment.observed(deployment, new Calls(deployment.name()));
  }

  /** Attributes made once, as a set of them costs more than a small model. */
  private final class Calls implements PredictionObserver {
    private final Attributes model;
    private final Map<Route, Attributes> routes = new EnumMap<>(Route.class);
    private final Attributes refused;
    private final Attributes failed;
    private final Attributes other;

    Calls(String name) {
      this.model = Attributes.of(MODEL, name);
      for (Route route : Route.values()) {
        routes.put(route, Attributes.of(MODEL, name, ROUTE, lower(route)));
      }
      this.refused = Attributes.of(MODEL, name, KIND, "refused");
      this.failed = Attributes.of(MODEL, name, KIND, "failed");
      this.other = Attributes.of(MODEL, name, KIND, "other");
    }

    @Override
    public void answered(Served<?> served, long nanos) {
      predictions.add(1, routes.getOrDefault(served.route(), model));
      if (nanos != NOT_TIMED) {
        duration.record(nanos * NANOS, model);
      }
    }

    @Override
    public void failed(RuntimeException failure) {
      errors.add(
          1,
          failure instanceof InputRefusedException
              ? refused
              : failure instanceof PredictionException ? failed : other);
    }
  }

  /**
   * Counts alias moves and alerts of all models of a workspace.
   *
   * @param events tells of them
   */
  public void observe(Events events) {
    keep(
        events.listen(
            event -> {
              if (event instanceof Event.AliasMoved moved) {
                moves.add(1, Attributes.of(MODEL, moved.model(), ALIAS, moved.alias()));
              } else if (event instanceof Event.AlertRaised raised) {
                alerts.add(
                    1,
                    Attributes.of(
                        MODEL,
                        raised.alert().model(),
                        KIND,
                        lower(raised.alert().kind()),
                        SEVERITY,
                        lower(raised.alert().severity())));
              }
            }));
  }

  /**
   * Shows a model's health: 0 ok, 1 warning, 2 alarm; nothing where too little was seen.
   *
   * @param model the model's name
   * @param health asked whenever metrics are collected
   */
  public void health(String model, Supplier<ModelHealth> health) {
    Attributes attributes = Attributes.of(MODEL, model);
    keep(
        meter
            .gaugeBuilder("endolith.health")
            .ofLongs()
            .buildWithCallback(
                m -> {
                  ModelHealth.Status status = health.get().status();
                  if (status != ModelHealth.Status.NOT_ENOUGH_DATA) {
                    m.record(
                        status == ModelHealth.Status.OK
                            ? 0
                            : status == ModelHealth.Status.WARNING ? 1 : 2,
                        attributes);
                  }
                }));
  }

  /**
   * Counts a rollout's decision. Going on is none.
   *
   * @param model the model's name
   * @param decision the decision
   */
  public void decided(String model, RolloutDecision decision) {
    if (!(decision instanceof RolloutDecision.Continue)) {
      decisions.add(
          1,
          Attributes.of(
              MODEL,
              model,
              DECISION,
              decision.getClass().getSimpleName().toLowerCase(Locale.ROOT)));
    }
  }

  private synchronized void keep(AutoCloseable instrument) {
    observed.add(instrument);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Ends what is observed; deployments go on answering and counting calls. */
  @Override
  public synchronized void close() {
    for (AutoCloseable instrument : observed) {
      try {
        instrument.close();
      } catch (Exception e) {
        throw new IllegalStateException("an instrument closes without failing", e);
      }
    }
    observed.clear();
  }
}
