package dev.endolith.examples;

import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Feature;
import dev.endolith.data.Ignore;
import dev.endolith.data.JsonLines;
import dev.endolith.data.Task;
import dev.endolith.lifecycle.ManagedModelBuilder;
import dev.endolith.lifecycle.TrainingWindow;
import dev.endolith.model.Metric;
import dev.endolith.monitoring.Monitor;
import dev.endolith.monitoring.window.Window;
import dev.endolith.registry.Gate;
import dev.endolith.serving.Rollout;
import dev.endolith.tribuo.Tribuo;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.math.optimisers.AdaGrad;

/**
 * US domestic flights of January 2014 (Bureau of Transportation Statistics, public domain): which
 * arrive at least 15 minutes late. A third does in the first days, over half on 5 January, in the
 * polar vortex, and one in fifteen a week later.
 */
final class Flights implements Scenario<Flights.Flight, Boolean> {
  /** One flight, as it is known before it leaves. */
  record Flight(
      @Feature("Carrier") String carrier,
      @Feature("Origin") String origin,
      @Feature("Dest") String destination,
      @Feature("CRSDepTime") int departure,
      @Feature("CRSElapsedTime") double scheduledMinutes,
      @Feature("Distance") double distance,
      @Feature("FlightDate") @Ignore LocalDate date,
      @Ignore String id) {}

  /** Hundreds of airports and few flights of each: a fast learner would learn them by heart. */
  private static final double LEARNING_RATE = 0.05;

  private final Classification<Flight, Boolean> task =
      Task.classify(Flight.class, Boolean.class)
          .label("ArrDel15")
          .map("1", true)
          .map("0", false)
          .positive(true)
          .key(Flight::id)
          .time(flight -> flight.date().atStartOfDay().toInstant(ZoneOffset.UTC))
          .build();

  @Override
  public String name() {
    return "flights";
  }

  @Override
  public String title() {
    return "US flights of January 2014: which arrive late, before, in and after the polar vortex";
  }

  @Override
  public Classification<Flight, Boolean> task() {
    return task;
  }

  @Override
  public Dataset<Flight, Boolean> rows(Path folder) {
    Dataset<Flight, Boolean> rows =
        JsonLines.reader(task)
            .distinct() // the file holds every flight twice
            .where(row -> row.text("ArrDel15") != null) // cancelled flights do not arrive
            .derive("id", () -> row -> "flight-" + row.line())
            .origin(
                new DataOrigin(
                    "airlineStats_data.json",
                    "US Bureau of Transportation Statistics",
                    "US government work"))
            .read(folder.resolve("airlineStats_data.json"));
    List<Example<Flight, Boolean>> sorted =
        rows.examples().stream()
            .sorted(
                Comparator.comparing((Example<Flight, Boolean> e) -> e.x().date())
                    .thenComparing(e -> e.x().departure()))
            .toList();
    return Dataset.of(task, rows.origin(), sorted);
  }

  @Override
  public Instant start() {
    return Instant.parse("2014-01-09T00:00:00Z");
  }

  @Override
  public Duration labelDelay() {
    return Duration.ofDays(1);
  }

  @Override
  public String period(Instant instant) {
    return instant.toString().substring(0, "2014-01-01".length());
  }

  @Override
  public ManagedModelBuilder<Flight, Boolean> manage(ManagedModelBuilder<Flight, Boolean> model) {
    return model
        .train(
            Tribuo.classifier(
                new LinearSGDTrainer(new LogMulticlass(), new AdaGrad(LEARNING_RATE), 5, 1)))
        .gate(Gate.atLeast(Metric.AUC, 0.50))
        .gate(Gate.notWorseThanChampion(Metric.AUC))
        .gate(Gate.beatsChampion(Metric.LOG_LOSS))
        .watch(Monitor.drift(Window.rows(500)))
        .rollout(Rollout.canary(0.4).minSamples(60).margin(0.02))
        .window(TrainingWindow.bestOf(1_000, 2_000))
        .holdout(300);
  }
}
