package dev.endolith.micrometer;

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
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Meters of deployments, all named {@code endolith.*} and tagged {@code model}. Thread-safe.
 *
 * <ul>
 *   <li>{@code predictions} by {@code route}; {@code prediction.errors} by {@code kind}: {@code
 *       refused} by the input contract, {@code failed}, {@code other};
 *   <li>{@code prediction.duration}, of one call in sixteen: its count is not that of predictions;
 *   <li>{@code log.lost}: predictions that could not be logged. Reading it asks the registry, as
 *       {@link Deployment#status()} does;
 *   <li>{@code version.served}: the champion's number, 0 for none; {@code contract.refused};
 *   <li>{@code alias.moves} by {@code alias}, {@code alerts} by {@code kind} and {@code severity},
 *       of all models of a workspace;
 *   <li>{@code rollout.decisions} by {@code decision}; {@code health}: 0 ok, 1 warning, 2 alarm,
 *       NaN where too little was seen.
 * </ul>
 *
 * <p>No meter is tagged with a version or a key, so that their number does not grow with time.
 */
public final class DeploymentMeters {
  private static final String PREFIX = "endolith.";
  private static final String MODEL = "model";

  private final MeterRegistry registry;

  private DeploymentMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Meters in a registry.
   *
   * @param registry holds them
   * @return the meters
   */
  public static DeploymentMeters in(MeterRegistry registry) {
    return new DeploymentMeters(registry);
  }

  /**
   * Meters a deployment.
   *
   * @param deployment the deployment
   * @param <X> what is asked
   * @param <Y> what is answered
   * @return the same deployment, to be called in its place
   */
  public <X, Y> Deployment<X, Y> observe(Deployment<X, Y> deployment) {
    String model = deployment.name();
    Gauge.builder(PREFIX + "version.served", deployment, Deployment::champion)
        .tag(MODEL, model)
        .strongReference(true)
        .register(registry);
    FunctionCounter.builder(PREFIX + "log.lost", deployment, d -> d.status().lostRecords())
        .tag(MODEL, model)
        .register(registry);
    FunctionCounter.builder(
            PREFIX + "contract.refused",
            deployment,
            d -> d.contract().map(ContractCounts::refused).orElse(0L))
        .tag(MODEL, model)
        .register(registry);
    return Deployment.observed(deployment, new Calls(registry, model));
  }

  /** Counters made once: a look-up by tags costs more than a small model. */
  private static final class Calls implements PredictionObserver {
    private final Map<Route, Counter> answered = new EnumMap<>(Route.class);
    private final Counter refused;
    private final Counter failed;
    private final Counter other;
    private final Timer duration;

    Calls(MeterRegistry registry, String model) {
      for (Route route : Route.values()) {
        answered.put(
            route, registry.counter(PREFIX + "predictions", MODEL, model, "route", lower(route)));
      }
      this.refused = errors(registry, model, "refused");
      this.failed = errors(registry, model, "failed");
      this.other = errors(registry, model, "other");
      this.duration = registry.timer(PREFIX + "prediction.duration", MODEL, model);
    }

    private static Counter errors(MeterRegistry registry, String model, String kind) {
      return registry.counter(PREFIX + "prediction.errors", MODEL, model, "kind", kind);
    }

    @Override
    public void answered(Served<?> served, long nanos) {
      Counter counter = answered.get(served.route());
      if (counter != null) {
        counter.increment();
      }
      if (nanos != NOT_TIMED) {
        duration.record(nanos, TimeUnit.NANOSECONDS);
      }
    }

    @Override
    public void failed(RuntimeException failure) {
      (failure instanceof InputRefusedException
              ? refused
              : failure instanceof PredictionException ? failed : other)
          .increment();
    }
  }

  /**
   * Counts alias moves and alerts.
   *
   * @param events tells of them
   * @return ends the counting when closed
   */
  public AutoCloseable observe(Events events) {
    return events.listen(
        event -> {
          if (event instanceof Event.AliasMoved moved) {
            registry
                .counter(PREFIX + "alias.moves", MODEL, moved.model(), "alias", moved.alias())
                .increment();
          } else if (event instanceof Event.AlertRaised raised) {
            registry
                .counter(
                    PREFIX + "alerts",
                    MODEL,
                    raised.alert().model(),
                    "kind",
                    lower(raised.alert().kind()),
                    "severity",
                    lower(raised.alert().severity()))
                .increment();
          }
        });
  }

  /**
   * Shows a model's health.
   *
   * @param model the model's name
   * @param health asked whenever the gauge is read
   */
  public void health(String model, Supplier<ModelHealth> health) {
    Gauge.builder(PREFIX + "health", health, h -> level(h.get().status()))
        .tag(MODEL, model)
        .strongReference(true)
        .register(registry);
  }

  private static double level(ModelHealth.Status status) {
    return switch (status) {
      case OK -> 0;
      case WARNING -> 1;
      case ALARM -> 2;
      case NOT_ENOUGH_DATA -> Double.NaN;
    };
  }

  /**
   * Counts a rollout's decision. Going on is none.
   *
   * @param model the model's name
   * @param decision the decision
   */
  public void decided(String model, RolloutDecision decision) {
    if (!(decision instanceof RolloutDecision.Continue)) {
      registry
          .counter(
              PREFIX + "rollout.decisions",
              MODEL,
              model,
              "decision",
              decision.getClass().getSimpleName().toLowerCase(Locale.ROOT))
          .increment();
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
