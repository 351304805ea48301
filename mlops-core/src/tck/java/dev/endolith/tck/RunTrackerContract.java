package dev.endolith.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Digest;
import dev.endolith.query.Filter;
import dev.endolith.query.Page;
import dev.endolith.query.Query;
import dev.endolith.registry.MetricPoint;
import dev.endolith.registry.RunField;
import dev.endolith.registry.RunRecord;
import dev.endolith.registry.RunStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules of tracking runs: of a {@link RunStore}. */
public abstract class RunTrackerContract {
  private static final Instant TEN = Instant.parse("2026-03-01T10:00:00.123456Z");

  private RunStore store;

  /** Creates the kit; called by JUnit. */
  protected RunTrackerContract() {}

  /**
   * Makes an empty store.
   *
   * @return the store
   */
  protected abstract RunStore fresh();

  /**
   * Closes the store made last and opens it again; overridden by stores that are durable.
   *
   * @param open the store made last
   * @return a store of the same content, or the one given if the store is not durable
   */
  protected RunStore reopen(RunStore open) {
    return open;
  }

  @BeforeEach
  void open() {
    store = fresh();
  }

  @Test
  @DisplayName("A run is read back with every fact with which it was saved")
  void save_allFacts_areReadBack() {
    RunRecord ended =
        new RunRecord(
            "r1",
            "fraud",
            RunRecord.Status.FAILED,
            Map.of("rate", "0.1", "ä '", "\"\\\n🙂"),
            Map.of("failure", "no rows"),
            Map.of("training", Digest.ofText("rows")),
            Map.of("version", "fraud v1"),
            Map.of("java", "17"),
            TEN,
            TEN.plusSeconds(1),
            "ann",
            "r0",
            "host/1/2",
            TEN.plusSeconds(60));
    store.save(ended);
    store.save(run("r2", "fraud", RunRecord.Status.RUNNING, null));

    assertThat(store.find("r1")).contains(ended);
    assertThat(store.find("r2")).contains(run("r2", "fraud", RunRecord.Status.RUNNING, null));
  }

  @Test
  @DisplayName("An unknown run, experiment or series is empty")
  void find_unknown_isEmpty() {
    store.save(run("r1", "fraud", RunRecord.Status.RUNNING, null));

    assertThat(store.find("r2")).isEmpty();
    assertThat(store.find("' OR 1=1 --")).isEmpty();
    assertThat(recent("churn", 10)).isEmpty();
    assertThat(points("r1", "loss")).isEmpty();
    assertThat(points("r2", "loss")).isEmpty();
  }

  @Test
  @DisplayName("Saving a run again replaces it")
  void save_again_replaces() {
    store.save(run("r1", "fraud", RunRecord.Status.RUNNING, null));
    RunRecord finished = run("r1", "fraud", RunRecord.Status.FINISHED, TEN);
    store.save(finished);

    assertThat(store.find("r1")).contains(finished);
    assertThat(recent("fraud", 10)).containsExactly(finished);
  }

  @Test
  @DisplayName("The newest runs of an experiment come first, in the order in which they began")
  void recent_several_newestFirst() {
    for (int i = 1; i <= 5; i++) {
      store.save(run("r" + i, "fraud", RunRecord.Status.RUNNING, null));
      store.save(run("c" + i, "churn", RunRecord.Status.RUNNING, null));
    }
    store.save(run("r2", "fraud", RunRecord.Status.FINISHED, TEN));

    assertThat(recent("fraud", 3)).extracting(RunRecord::id).containsExactly("r5", "r4", "r3");
    assertThat(recent("fraud", 1_000))
        .extracting(RunRecord::id)
        .containsExactly("r5", "r4", "r3", "r2", "r1");
  }

  @Test
  @DisplayName("A metric series keeps its values in the order in which they were added")
  void append_values_keepOrder() {
    MetricPoint first = new MetricPoint("loss", 5, 0.5, TEN);
    MetricPoint second = new MetricPoint("loss", 1, 0.1 + 0.2, TEN.minusSeconds(9));
    MetricPoint third = new MetricPoint("loss", 1, Double.NaN, TEN);
    MetricPoint fourth = new MetricPoint("loss", 2, Double.NEGATIVE_INFINITY, TEN);
    store.append("r1", List.of(first, new MetricPoint("auc", 0, 1, TEN), second));
    store.append("r2", List.of(new MetricPoint("loss", 0, 9, TEN)));
    store.append("r1", List.of(third, fourth));
    store.append("r1", List.of());

    assertThat(points("r1", "loss")).containsExactly(first, second, third, fourth);
    assertThat(points("r2", "loss")).hasSize(1);
  }

  @Test
  @DisplayName("A metric series is read page by page")
  void points_pages_goOn() {
    store.append(
        "r1", IntStream.range(0, 7).mapToObj(i -> new MetricPoint("loss", i, i, TEN)).toList());
    store.append("r2", List.of(new MetricPoint("loss", 0, 9, TEN)));

    List<Long> steps = new ArrayList<>();
    String after = "";
    do {
      Page<MetricPoint> page = store.points("r1", "loss", after, 3);
      page.items().forEach(point -> steps.add(point.step()));
      after = page.next();
    } while (!after.isEmpty());

    assertThat(steps).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    assertThatThrownBy(() -> store.points("r1", "loss", "x", 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("Runs are found by every field, newest first, page by page")
  void runs_search_byEveryField() {
    store.save(run("r1", "fraud", RunRecord.Status.RUNNING, null));
    store.save(
        new RunRecord(
            "r2",
            "fraud",
            RunRecord.Status.FINISHED,
            Map.of("rate", "0.1"),
            Map.of("team", "risk"),
            Map.of("training", Digest.ofText("rows")),
            Map.of("version", "fraud v1"),
            Map.of(),
            TEN.plusSeconds(5),
            TEN.plusSeconds(9),
            "bob",
            "r1",
            "host/1/2",
            TEN.plusSeconds(60)));
    store.append(
        "r2", List.of(new MetricPoint("auc", 0, 0.5, TEN), new MetricPoint("auc", 1, 0.9, TEN)));
    store.append("r1", List.of(new MetricPoint("auc", 0, Double.NaN, TEN)));

    assertThat(found(RunField.ID.is("r1"))).containsExactly("r1");
    assertThat(found(RunField.EXPERIMENT.is("fraud"))).containsExactly("r2", "r1");
    assertThat(found(RunField.STATUS.is(RunRecord.Status.RUNNING))).containsExactly("r1");
    assertThat(found(RunField.PARENT.is("r1"))).containsExactly("r2");
    assertThat(found(RunField.STARTED_BY.is("bob"))).containsExactly("r2");
    assertThat(found(RunField.STARTED_AT.above(TEN))).containsExactly("r2");
    assertThat(found(RunField.ENDED_AT.of("").present())).containsExactly("r2");
    assertThat(found(RunField.ENDED_AT.above(TEN).not())).containsExactly("r1");
    assertThat(found(RunField.ALIVE_UNTIL.atMost(TEN))).containsExactly("r1");
    assertThat(found(RunField.PARAM.of("rate").is("0.1"))).containsExactly("r2");
    assertThat(found(RunField.TAG.of("team").like("ri%"))).containsExactly("r2");
    assertThat(found(RunField.INPUT.of("training").is(Digest.ofText("rows").hex())))
        .containsExactly("r2");
    assertThat(found(RunField.OUTPUT.of("version").is("fraud v1"))).containsExactly("r2");
    assertThat(found(RunField.METRIC.of("auc").above(0.8))).containsExactly("r2");
    assertThat(found(RunField.METRIC.of("auc").below(0.8))).as("the last counts").isEmpty();
    assertThat(found(RunField.METRIC.of("auc").below(0.8).not())).containsExactly("r2", "r1");

    Page<RunRecord> first = store.runs(Query.<RunField>all().limit(1).count());
    assertThat(first.total()).hasValue(2);
    assertThat(store.runs(Query.<RunField>all().after(first.next())).items())
        .extracting(RunRecord::id)
        .containsExactly("r1");
    assertThatThrownBy(() -> store.runs(Query.<RunField>all().after("nobody")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private List<String> found(Filter<RunField> filter) {
    return store.runs(Query.where(filter)).items().stream().map(RunRecord::id).toList();
  }

  @Test
  @DisplayName("Values that eight threads add are all there")
  void append_eightThreads_allAreThere() {
    Contenders.race(
        8,
        t -> {
          IntStream.range(0, 10)
              .forEach(i -> store.append("r1", List.of(new MetricPoint("loss", i, t, TEN))));
          return t;
        });

    List<MetricPoint> points = points("r1", "loss");
    assertThat(points).hasSize(80).doesNotHaveDuplicates();
    for (int t = 0; t < 8; t++) {
      double thread = t;
      assertThat(points.stream().filter(p -> p.value() == thread))
          .extracting(MetricPoint::step)
          .isSorted();
    }
  }

  @Test
  @DisplayName("What was saved is there after closing and opening again")
  void reopen_durable_keepsRuns() {
    RunRecord run = run("r1", "fraud", RunRecord.Status.RUNNING, null);
    store.save(run);
    store.append("r1", List.of(new MetricPoint("loss", 0, 0.5, TEN)));

    store = reopen(store);

    assertThat(store.find("r1")).contains(run);
    assertThat(recent("fraud", 1)).containsExactly(run);
    assertThat(points("r1", "loss")).hasSize(1);
  }

  private static RunRecord run(
      String id, String experiment, RunRecord.Status status, @Nullable Instant ended) {
    return new RunRecord(
        id,
        experiment,
        status,
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        TEN,
        ended,
        "ann",
        "",
        "host/1/2",
        TEN);
  }

  private List<RunRecord> recent(String experiment, int limit) {
    return store.runs(Query.where(RunField.EXPERIMENT.is(experiment)).limit(limit)).items();
  }

  private List<MetricPoint> points(String run, String metric) {
    return store.points(run, metric, "", 1_000).items();
  }
}
