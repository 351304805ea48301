package dev.endolith.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Folds;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.Metric;
import dev.endolith.model.TrainedModel;
import dev.endolith.model.Trainer;
import dev.endolith.registry.RunRecord;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TunerTest {
  private static final Parameter<Double> X = Parameter.linear("x", -1, 1);
  private static final Parameter<Integer> K = Parameter.whole("k", 1, 5);
  private static final Space SPACE = Space.of(X, K);
  private static final Objective BOWL =
      t -> t.configuration().get(X) * t.configuration().get(X) + t.configuration().get(K);

  private final Workspace workspace = Workspace.inMemory();

  @AfterEach
  void close() {
    workspace.close();
  }

  private TunerBuilder tuner(String study, Search search) {
    return Tuner.of(workspace.runs(), "bowl", study, SPACE, search).seed(7);
  }

  @Test
  void minimise_everyTrial_isARunWithinTheStudy() {
    TuningResult result = tuner("s1", Search.random(20)).build().minimise(BOWL);
    assertThat(result.trials()).hasSize(20);
    assertThat(result.stopped()).isEqualTo(TuningResult.Stop.DONE);
    TrialResult best = result.best().orElseThrow();
    assertThat(best.configuration().get(K)).isEqualTo(1);
    List<RunRecord> runs = workspace.runs().within("s1");
    assertThat(runs).hasSize(20);
    assertThat(runs)
        .allSatisfy(run -> assertThat(run.status()).isEqualTo(RunRecord.Status.FINISHED));
    RunRecord run = workspace.runs().find(best.run()).orElseThrow();
    assertThat(run.params()).containsEntry("k", "1");
    RunRecord study = workspace.runs().find("s1").orElseThrow();
    assertThat(study.status()).isEqualTo(RunRecord.Status.FINISHED);
    assertThat(study.tags()).containsEntry("tuning.best", "" + best.number());
  }

  @Test
  void minimise_inParallel_givesWhatOneThreadGives() {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (Search search :
          List.of(Search.random(25), Search.hyperband(9, 3), Search.halving(9, 1, 9, 3))) {
        String name = search.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
        TuningResult alone = tuner(name + "-1", search).build().minimise(BOWL);
        AtomicInteger most = new AtomicInteger();
        AtomicInteger running = new AtomicInteger();
        TuningResult beside =
            tuner(name + "-4", search)
                .executor(threads, 4)
                .build()
                .minimise(
                    t -> {
                      most.accumulateAndGet(running.incrementAndGet(), Math::max);
                      try {
                        return BOWL.loss(t);
                      } finally {
                        running.decrementAndGet();
                      }
                    });
        assertThat(losses(beside)).isEqualTo(losses(alone));
        assertThat(most.get()).isLessThanOrEqualTo(4);
        assertThat(beside.best().orElseThrow().configuration())
            .isEqualTo(alone.best().orElseThrow().configuration());
      }
      // proposals of the tree-structured search depend on how many run at once, not on when they
      // end
      Search parzen = Search.parzen(40);
      TuningResult four = tuner("p-1", parzen).executor(threads, 4).build().minimise(BOWL);
      TuningResult again = tuner("p-2", parzen).executor(Runnable::run, 4).build().minimise(BOWL);
      assertThat(losses(four)).isEqualTo(losses(again));
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<Double> losses(TuningResult result) {
    return result.trials().stream().map(TrialResult::loss).toList();
  }

  /** An error ends the study as a killed process would; what had ended is not repeated. */
  @Test
  void minimise_endedAtEveryTrial_goesOnWithoutRepeating() {
    for (Search search : List.of(Search.random(8), Search.parzen(24), Search.hyperband(4, 2))) {
      String name = search.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
      List<Double> whole = losses(tuner(name, search).build().minimise(BOWL));
      for (int end = 0; end < whole.size(); end += 3) {
        String study = name + "-" + end;
        AtomicInteger calls = new AtomicInteger();
        int last = end;
        Objective fatal =
            t -> {
              if (t.number() == last) {
                throw new StackOverflowError("ended");
              }
              calls.incrementAndGet();
              return BOWL.loss(t);
            };
        assertThatThrownBy(() -> tuner(study, search).build().minimise(fatal))
            .isInstanceOf(StackOverflowError.class);
        TuningResult rest =
            tuner(study, search)
                .build()
                .minimise(
                    t -> {
                      calls.incrementAndGet();
                      return BOWL.loss(t);
                    });
        assertThat(losses(rest)).isEqualTo(whole);
        assertThat(calls.get()).isEqualTo(whole.size());
      }
    }
  }

  @Test
  void minimise_failedTrials_areRecordedAndSkipped_alsoWhenGoneOnWith() {
    AtomicInteger calls = new AtomicInteger();
    Objective fragile =
        t -> {
          calls.incrementAndGet();
          if (t.number() % 3 == 0) {
            throw new java.io.IOException("secret value");
          }
          return t.number() % 3 == 1 ? Double.NaN : BOWL.loss(t);
        };
    TuningResult result = tuner("f", Search.hyperband(9, 3)).build().minimise(fragile);
    assertThat(result.best()).isPresent();
    assertThat(result.trials())
        .filteredOn(t -> !t.succeeded())
        .isNotEmpty()
        .allSatisfy(t -> assertThat(t.loss()).isNaN());
    assertThat(result.trials().get(0).failure()).isEqualTo("java.io.IOException");
    assertThat(workspace.runs().find(result.trials().get(0).run()).orElseThrow().status())
        .isEqualTo(RunRecord.Status.FAILED);
    int before = calls.get();
    TuningResult again = tuner("f", Search.hyperband(9, 3)).build().minimise(fragile);
    assertThat(again.trials()).hasSameSizeAs(result.trials());
    assertThat(calls.get()).isEqualTo(before);
    TuningResult none = tuner("none", Search.parzen(30)).build().minimise(t -> Double.NaN);
    assertThat(none.best()).isEmpty();
    assertThat(none.trials()).hasSize(30);
  }

  @Test
  void minimise_anotherSpaceOrSeed_underTheSameId_isRefused() {
    tuner("same", Search.random(5)).build().minimise(BOWL);
    assertThatThrownBy(() -> tuner("same", Search.random(6)).build().minimise(BOWL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tuning.search");
    assertThatThrownBy(() -> tuner("same", Search.random(5)).seed(8).build().minimise(BOWL))
        .hasMessageContaining("tuning.seed");
  }

  @Test
  void minimise_budgetAndDeadline_endTheStudy_andLaterItGoesOn() {
    TuningResult cut = tuner("b", Search.hyperband(9, 3)).budget(20).build().minimise(BOWL);
    assertThat(cut.stopped()).isEqualTo(TuningResult.Stop.BUDGET);
    assertThat(cut.spent()).isLessThanOrEqualTo(20).isGreaterThan(10);
    TuningResult whole = tuner("b", Search.hyperband(9, 3)).build().minimise(BOWL);
    assertThat(whole.spent()).isEqualTo(Search.hyperband(9, 3).totalResource());
    Ticking clock = new Ticking();
    TuningResult late =
        tuner("d", Search.random(50))
            .deadline(Instant.ofEpochSecond(10), clock)
            .build()
            .minimise(BOWL);
    assertThat(late.stopped()).isEqualTo(TuningResult.Stop.DEADLINE);
    assertThat(late.trials()).hasSize(9);
    assertThat(tuner("d", Search.random(50)).build().minimise(BOWL).trials()).hasSize(50);
  }

  /** A second passes whenever it is asked. */
  private static final class Ticking extends Clock {
    private final AtomicInteger seconds = new AtomicInteger();

    @Override
    public ZoneId getZone() {
      return ZoneId.of("UTC");
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochSecond(seconds.incrementAndGet());
    }
  }

  record Point(double x) {}

  /** A threshold classifier, whose best threshold is 0.3. */
  @Test
  void crossValidation_asObjective_findsTheSetting() {
    Classification<Point, Boolean> task = Task.classify(Point.class, Boolean.class).build();
    Random random = new Random(1);
    List<Example<Point, Boolean>> rows = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      double x = 2 * random.nextDouble() - 1;
      rows.add(new Example<>(new Point(x), x > 0.3 != (random.nextInt(10) == 0)));
    }
    Dataset<Point, Boolean> data = Dataset.of(task, DataOrigin.named("points"), rows);
    Objective objective =
        Objective.crossValidation(
            data,
            Folds.stratified(4, 1),
            Metric.ACCURACY,
            trial -> {
              double cut = trial.configuration().get(X);
              Trainer<Point, Boolean> trainer =
                  (d, seed) ->
                      new TrainedModel<>(
                          p -> Classified.of(task, p.x() > cut ? 0 : 1, p.x() > cut ? 1 : 0),
                          "none",
                          new byte[0],
                          Map.of());
              return trainer;
            });
    TuningResult result = tuner("cv", Search.parzen(60)).build().minimise(objective);
    TrialResult best = result.best().orElseThrow();
    assertThat(best.configuration().get(X)).isBetween(0.2, 0.4);
    assertThat(best.loss()).isBetween(-1.0, -0.85);
    assertThat(workspace.runs().points(best.run(), "accuracy")).hasSize(4);
  }
}
