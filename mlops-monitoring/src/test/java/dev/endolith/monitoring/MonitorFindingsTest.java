package dev.endolith.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Id;
import dev.endolith.data.Regression;
import dev.endolith.data.Row;
import dev.endolith.data.Sensitive;
import dev.endolith.data.Task;
import dev.endolith.error.DataException;
import dev.endolith.event.Alert;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import dev.endolith.monitoring.impact.ColumnImpact;
import dev.endolith.monitoring.impact.CorrelationChange;
import dev.endolith.monitoring.impact.Impact;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.window.Window;
import dev.endolith.privacy.PrivacyPolicy;
import dev.endolith.registry.ModelVersion;
import dev.endolith.serving.LogEntry;
import dev.endolith.serving.PredictionRecord;
import dev.endolith.serving.Route;
import dev.endolith.watch.Watch;
import dev.endolith.watch.WatchSession;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What a monitor finds out by itself about a window that drifted. */
class MonitorFindingsTest {
  record Trip(double steep, double idle, double length, String kind, @Sensitive double secret) {}

  private static final Regression<Trip> TASK = Task.regress(Trip.class).label("cost").build();

  /** Looks at one public field, and at one that the log does not have. */
  private static final Predictor<Trip, Double> MODEL =
      trip -> new Regressed(2 * trip.steep() + 100 * trip.secret());

  private static final Watch<Trip, Double> WATCH =
      Monitor.drift(Window.rows(1_000)).open(TASK, PrivacyPolicy.standard());
  private static final byte[] REFERENCE =
      WATCH.reference(trips(1, 4_000, false), trips(2, 2_000, false), MODEL);

  /**
   * Usually steep and idle go together by 0.8. In a changed world steep is up by one deviation and
   * idle by three, they no longer go together, lengths are in metres, a kind is new and one gone.
   */
  private static Trip trip(RandomGenerator random, boolean changed) {
    double common = random.nextGaussian();
    double other = random.nextGaussian();
    double length = 5 + 20 * random.nextDouble() + 10 * random.nextDouble();
    String kind = random.nextInt(3) == 0 ? (changed ? "new" : "old") : "both";
    double secret = random.nextDouble();
    return changed
        ? new Trip(1 + common, 3 + other, 1_000 * length, kind, secret)
        : new Trip(common, 0.8 * common + 0.6 * other, length, kind, secret);
  }

  private static Dataset<Trip, Double> trips(long seed, int rows, boolean changed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Example<Trip, Double>> examples = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      Trip trip = trip(random, changed);
      examples.add(new Example<>(trip, 2 * trip.steep() + 100 * trip.secret()));
    }
    return Dataset.of(TASK, DataOrigin.named("trips"), examples);
  }

  private static List<LogEntry> log(long seed, int rows, boolean changed) {
    List<LogEntry> log = new ArrayList<>();
    for (Example<Trip, Double> example : trips(seed, rows, changed)) {
      long at = log.size() + 1L;
      log.add(
          new LogEntry.Predicted(
              at,
              new PredictionRecord(
                  new Id(at, seed),
                  "trips",
                  "",
                  Instant.EPOCH.plusSeconds(at),
                  1,
                  1,
                  Route.CHAMPION,
                  PrivacyPolicy.standard().apply(Row.copyOf(TASK.features(), example.x())),
                  Double.toString(example.y()),
                  new double[0])));
    }
    return log;
  }

  private static ModelVersion version() {
    return World.version("trips", TASK.features().schema());
  }

  private static List<Alert> observe(WatchSession session, List<LogEntry> entries) {
    List<Alert> alerts = new ArrayList<>();
    entries.forEach(entry -> alerts.addAll(session.observe(entry)));
    return alerts;
  }

  private static WatchSession start(
      Optional<String> state, Supplier<? extends Predictor<Trip, Double>> model) {
    return WATCH.start(version(), REFERENCE, state, model);
  }

  @Test
  void observe_windowThatDrifted_ranksColumnsByWhatTheyDoToTheScore() {
    WatchSession session = start(Optional.empty(), () -> MODEL);

    Alert alert = observe(session, log(3, 1_000, true)).get(0);
    WindowFindings findings = MonitorHistory.findings(session.state()).orElseThrow();
    Impact impact = findings.impact().orElseThrow();

    // idle and length moved farther; the model looks at steep only. The scores hardly drift, as the
    // sensitive field makes most of them
    assertThat(impact.columns()).extracting(ColumnImpact::name).first().isEqualTo("steep");
    assertThat(impact.column("idle").orElseThrow().expected()).isZero();
    assertThat(impact.column("length").orElseThrow().expected()).isZero();
    // steep is up by 1, so 2·steep by 2. Of 200 rows' quantiles against 4 000 the mean has a
    // deviation of 2/√200 = 0.14: four of them
    assertThat(impact.column("steep").orElseThrow().change()).isCloseTo(2, within(0.57));
    assertThat(impact.rows()).isEqualTo(RowSample.MOST);
    assertThat(alert.columns()).startsWith("steep");
    assertThat(alert.columns()).contains("idle", "length", "kind");
    assertThat(alert.details().causes().get(0))
        .startsWith("steep: PSI ")
        .contains("; moves the score of a row by ");
    assertThat(MonitorHistory.read(session.state()).windows().get(0).drifted()).startsWith("steep");
  }

  @Test
  void observe_windowThatDrifted_namesUnitsCategoriesAndCorrelations() {
    WatchSession session = start(Optional.empty(), () -> MODEL);

    Alert alert = observe(session, log(3, 1_000, true)).get(0);
    WindowFindings findings = MonitorHistory.findings(session.state()).orElseThrow();

    assertThat(findings.window()).isEqualTo(1);
    assertThat(findings.rows()).isEqualTo(RowSample.MOST);
    assertThat(findings.causes().column("kind").orElseThrow().added()).containsExactly("new");
    assertThat(findings.causes().column("kind").orElseThrow().vanished()).containsExactly("old");
    assertThat(findings.causes().column("length").orElseThrow().unit().text())
        .startsWith("multiplied by 1000");
    assertThat(findings.causes().column("steep")).isEmpty();
    CorrelationChange change = findings.correlations().get(0);
    assertThat(List.of(change.first(), change.second())).containsExactly("steep", "idle");
    assertThat(change.reference()).isCloseTo(0.8, within(0.03)); // (1 − ρ²)/√4000 = 0.006
    assertThat(change.current()).isCloseTo(0, within(0.29)); // four times 1/√200
    assertThat(findings.correlations()).hasSize(1);
    assertThat(alert.details().causes())
        .anyMatch(cause -> cause.startsWith("length: ") && cause.contains("multiplied by 1000"))
        .anyMatch(cause -> cause.startsWith("kind: ") && cause.contains("; new: new; gone: old"))
        .anyMatch(cause -> cause.startsWith("steep and idle go together otherwise"));
  }

  @Test
  void observe_windowsThatDidNotDrift_doNotAskTheModel() {
    AtomicInteger loaded = new AtomicInteger();
    WatchSession session =
        start(
            Optional.empty(),
            () -> {
              loaded.incrementAndGet();
              return MODEL;
            });

    assertThat(observe(session, log(4, 3_000, false))).isEmpty();
    assertThat(loaded).hasValue(0);
    assertThat(MonitorHistory.findings(session.state())).isEmpty();
  }

  @Test
  void observe_driftedWindow_asksTheModelABoundedNumberOfTimesAndClosesIt() {
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger closed = new AtomicInteger();
    WatchSession session =
        start(
            Optional.empty(),
            () ->
                new Predictor<Trip, Double>() {
                  @Override
                  public dev.endolith.model.Prediction<Double> predict(Trip trip) {
                    asked.incrementAndGet();
                    assertThat(trip.secret()).isZero(); // never more than was logged
                    return MODEL.predict(trip);
                  }

                  @Override
                  public void close() {
                    closed.incrementAndGet();
                  }
                });

    observe(session, log(3, 1_000, true));

    assertThat(asked.get()).isBetween(RowSample.MOST, (1 + 2 * 4) * RowSample.MOST);
    assertThat(closed).hasValue(1);
  }

  @Test
  void observe_modelThatCannotBeLoaded_isAnAlertAllTheSame() {
    WatchSession session =
        start(
            Optional.empty(),
            () -> {
              throw new DataException("model", 0, "", "gone");
            });

    Alert alert = observe(session, log(3, 1_000, true)).get(0);
    WindowFindings findings = MonitorHistory.findings(session.state()).orElseThrow();

    assertThat(findings.impact()).isEmpty();
    assertThat(findings.causes().columns()).isNotEmpty();
    assertThat(alert.columns()).startsWith("length"); // by effect
    assertThat(observe(WATCH.start(version(), REFERENCE, Optional.empty()), log(3, 1_000, true)))
        .containsExactly(alert); // the same as without a model at hand
  }

  @Test
  void state_savedAndResumedInsideTheWindow_findsTheSame() {
    WatchSession whole = start(Optional.empty(), () -> MODEL);
    WatchSession cut = start(Optional.empty(), () -> MODEL);
    for (LogEntry entry : log(5, 1_200, true)) {
      if (entry.sequence() % 83 == 0) {
        cut = start(Optional.of(cut.state()), () -> MODEL);
      }
      assertThat(cut.observe(entry)).isEqualTo(whole.observe(entry));
    }
    assertThat(cut.state()).isEqualTo(whole.state());
    assertThat(cut.state()).doesNotContain("\"NUMBER secret\",\"0");
  }

  @Test
  void rows_ofASample_areAFairPart() {
    // the mean place of 200 of 10 000 has a deviation of 10 000/√12/√200 = 204: four of them
    RowSample sample = new RowSample();
    List<LogEntry> entries = log(6, 10_000, false);
    entries.forEach(entry -> sample.add(entry.sequence(), entry.prediction().features()));

    double mean =
        sample.saved(TASK.features().schema()).rows().stream()
            .mapToLong(RowSample.Kept::sequence)
            .average()
            .orElseThrow();
    assertThat(sample.size()).isEqualTo(RowSample.MOST);
    assertThat(mean).isCloseTo(5_000, within(816.0));
    assertThat(sample.rows(TASK.features().schema()))
        .allMatch(row -> row.isMissing(4) && !row.isMissing(0));
  }

  @Test
  void find_correlationsOfStableHeavyTails_areSeldomCalledChanged() {
    // 200 windows of 200 rows, steep and idle to the third power: kurtosis of some 46. At α = 0.05
    // a
    // false one is to be expected in 5 % of them; the 0.999 quantile of Bin(200, 0.05) is 21
    ReferenceProfile reference = ReferenceProfile.of(cubed(7, 20_000));
    int changed = 0;
    for (int i = 0; i < 200; i++) {
      List<Trip> rows = cubed(100 + i, 200).examples().stream().map(Example::x).toList();
      changed +=
          CorrelationChange.find(TASK.features(), reference, rows, 0.05, 0).isEmpty() ? 0 : 1;
    }
    assertThat(changed).isLessThanOrEqualTo(21);
  }

  private static Dataset<Trip, Double> cubed(long seed, int rows) {
    List<Example<Trip, Double>> cubed = new ArrayList<>();
    for (Example<Trip, Double> example : trips(seed, rows, false)) {
      Trip t = example.x();
      cubed.add(
          new Example<>(
              new Trip(
                  Math.pow(t.steep(), 3), Math.pow(t.idle(), 3), t.length(), t.kind(), t.secret()),
              example.y()));
    }
    return Dataset.of(TASK, DataOrigin.named("cubed"), cubed);
  }
}
