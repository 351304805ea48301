package dev.endolith.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.data.Field;
import dev.endolith.data.FieldType;
import dev.endolith.data.Id;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Sensitivity;
import dev.endolith.serving.Assignment;
import dev.endolith.serving.Feedback;
import dev.endolith.serving.FeedbackResult;
import dev.endolith.serving.LogCounts;
import dev.endolith.serving.LogEntry;
import dev.endolith.serving.PredictionLog;
import dev.endolith.serving.PredictionRecord;
import dev.endolith.serving.Route;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules of a {@link PredictionLog}. */
public abstract class PredictionLogContract {
  private static final Instant TEN = Instant.parse("2026-03-01T10:00:00.123456Z");
  private static final String SCORER = "scorer";
  private static final Schema SCHEMA =
      Schema.of(
          Field.number("income"),
          Field.category("job"),
          new Field("note", FieldType.TEXT, true, Sensitivity.PUBLIC, List.of()),
          new Field("housing", FieldType.BOOLEAN, true, Sensitivity.PUBLIC, List.of()));

  private PredictionLog log;

  /** Creates the kit; called by JUnit. */
  protected PredictionLogContract() {}

  /**
   * Makes an empty log.
   *
   * @return the log
   */
  protected abstract PredictionLog fresh();

  /**
   * Closes the log made last and opens it again; overridden by logs that are durable.
   *
   * @param open the log made last
   * @return a log of the same content, or the one given if the log is not durable
   */
  protected PredictionLog reopen(PredictionLog open) {
    return open;
  }

  /**
   * Whether labels that come before their prediction wait for it; overridden by logs that keep
   * them.
   *
   * @return true if they are answered as {@link FeedbackResult.Pending}
   */
  protected boolean keepsEarlyLabels() {
    return false;
  }

  private void assertNotFound(FeedbackResult result) {
    if (keepsEarlyLabels()) {
      assertThat(result).isInstanceOf(FeedbackResult.Pending.class);
    } else {
      assertThat(result).isEqualTo(new FeedbackResult.UnknownPrediction());
    }
  }

  @BeforeEach
  void open() {
    log = fresh();
  }

  @Test
  @DisplayName("A prediction is read back with every fact with which it was added")
  void append_allFacts_areReadBack() {
    double[] scores = {0.1 + 0.2, -0.0, Double.MIN_VALUE, Double.NaN, Double.POSITIVE_INFINITY};
    PredictionRecord record =
        new PredictionRecord(
            new Id(-1, Long.MIN_VALUE),
            SCORER,
            "kunde-ä'1",
            TEN,
            7,
            3,
            Route.CANARY,
            row(1234.5, "clerk", "said \"no\" \\ 🙂\n", 1),
            "yes",
            scores);

    log.append(List.of(record));

    LogEntry entry = log.read(SCORER, SCHEMA, 0, 10).get(0);
    assertThat(entry).isInstanceOf(LogEntry.Predicted.class);
    assertThat(entry.sequence()).isEqualTo(1);
    assertThat(entry.at()).isEqualTo(TEN);
    PredictionRecord read = entry.prediction();
    assertThat(read.id()).isEqualTo(record.id());
    assertThat(read.deployment()).isEqualTo(SCORER);
    assertThat(read.key()).isEqualTo(record.key());
    assertThat(read.version()).isEqualTo(7);
    assertThat(read.generation()).isEqualTo(3);
    assertThat(read.route()).isEqualTo(Route.CANARY);
    assertThat(read.value()).isEqualTo("yes");
    assertThat(read.scores()).isEqualTo(scores);
    assertSameCells(read.features(), record.features());
  }

  @Test
  @DisplayName("How a request was assigned is read back, and that there was no choice too")
  void append_assignments_areReadBack() {
    Assignment drawn = new Assignment("offers-ä", "b \"2\"", 0.1 + 0.2);
    PredictionRecord plain = prediction(1, "k");
    log.append(
        List.of(
            plain,
            new PredictionRecord(
                id(2),
                SCORER,
                "k",
                TEN,
                2,
                1,
                Route.BANDIT,
                plain.features(),
                "yes",
                new double[0],
                drawn)));

    List<LogEntry> entries = log.read(SCORER, SCHEMA, 0, 10);
    assertThat(entries.get(0).prediction().assignment()).isEqualTo(Assignment.NONE);
    assertThat(entries.get(1).prediction().assignment()).isEqualTo(drawn);
    assertThat(entries.get(1).prediction().route()).isEqualTo(Route.BANDIT);
    assertSameCells(entries.get(1).prediction().features(), plain.features());
    Schema fewer = Schema.of(SCHEMA.field(0));
    assertThat(log.read(SCORER, fewer, 1, 10).get(0).prediction().assignment()).isEqualTo(drawn);
  }

  @Test
  @DisplayName("A prediction without key and scores is read back without them")
  void append_noKeyNoScores_areEmpty() {
    log.append(List.of(prediction(1, "")));

    PredictionRecord read = log.read(SCORER, SCHEMA, 0, 10).get(0).prediction();
    assertThat(read.key()).isEmpty();
    assertThat(read.scores()).isEmpty();
  }

  @Test
  @DisplayName("Numbers come back to the bit, and what is missing stays missing")
  void append_unusualNumbers_comeBackToTheBit() {
    Random random = new Random(20260301);
    List<Double> numbers =
        new ArrayList<>(
            List.of(
                -0.0,
                0.0,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                Double.MAX_VALUE,
                Double.MIN_VALUE,
                1.0 / 3,
                9007199254740992.0,
                9007199254740994.0,
                -1e18));
    while (numbers.size() < 500) {
      double number = Double.longBitsToDouble(random.nextLong());
      numbers.add(Double.isFinite(number) ? number : random.nextGaussian());
    }
    List<PredictionRecord> records = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i++) {
      records.add(prediction(i, "", row(numbers.get(i), null, null, Double.NaN)));
    }

    log.append(records);

    List<LogEntry> entries = log.read(SCORER, SCHEMA, 0, numbers.size());
    for (int i = 0; i < numbers.size(); i++) {
      Row features = entries.get(i).prediction().features();
      assertThat(Double.doubleToLongBits(features.number(0)))
          .as("number %s", numbers.get(i))
          .isEqualTo(Double.doubleToLongBits(numbers.get(i)));
      assertThat(features.isMissing(1)).isTrue();
      assertThat(features.isMissing(2)).isTrue();
      assertThat(features.isMissing(3)).isTrue();
    }
  }

  @Test
  @DisplayName(
      "Features are bound by name: order does not matter, and what an entry lacks is missing")
  void read_otherSchema_bindsByName() {
    log.append(List.of(prediction(1, "", row(5, "clerk", "text", 1))));
    Schema other = Schema.of(Field.number("added"), Field.category("job"), Field.number("income"));

    log.label(SCORER, List.of(byId(1, "yes")));

    for (LogEntry entry : log.read(SCORER, other, 0, 10)) {
      Row row = entry.prediction().features();
      assertThat(row.schema()).isEqualTo(other);
      assertThat(row.isMissing(0)).isTrue();
      assertThat(row.category(1)).isEqualTo("clerk");
      assertThat(row.number(2)).isEqualTo(5);
    }
  }

  @Test
  @DisplayName("A value of another type than the schema's is missing")
  void read_otherType_isMissing() {
    log.append(List.of(prediction(1, "", row(5, "7", "text", 1))));
    Schema other = Schema.of(Field.category("income"), Field.number("job"));

    Row row = log.read(SCORER, other, 0, 10).get(0).prediction().features();

    assertThat(row.isMissing(0)).isTrue();
    assertThat(row.isMissing(1)).isTrue();
  }

  @Test
  @DisplayName("Predictions and labels share one dense sequence from 1")
  void append_andLabel_shareSequence() {
    log.append(List.of(prediction(1, "a"), prediction(2, "b")));
    log.label(SCORER, List.of(byId(2, "no")));
    log.append(List.of(prediction(3, "c")));
    log.label(SCORER, List.of(byId(3, "yes"), byId(1, "yes")));

    List<LogEntry> entries = log.read(SCORER, SCHEMA, 0, 100);

    assertThat(entries).extracting(LogEntry::sequence).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(entries.get(2))
        .isInstanceOfSatisfying(
            LogEntry.Labelled.class,
            labelled -> {
              assertThat(labelled.predictedAt()).isEqualTo(2);
              assertThat(labelled.label()).isEqualTo("no");
              assertThat(labelled.at()).isEqualTo(TEN.plusSeconds(60));
              assertThat(labelled.prediction().id()).isEqualTo(id(2));
              assertThat(labelled.prediction().at()).isEqualTo(TEN);
              assertThat(labelled.prediction().key()).isEqualTo("b");
            });
    assertThat(log.counts(SCORER)).isEqualTo(new LogCounts(3, 3));
  }

  @Test
  @DisplayName("A reader goes on after the last sequence that it has seen")
  void read_cursor_seesEachEntryOnce() {
    log.append(IntStream.range(0, 7).mapToObj(i -> prediction(i, "")).toList());

    assertThat(sequences(0, 3)).containsExactly(1L, 2L, 3L);
    assertThat(sequences(3, 3)).containsExactly(4L, 5L, 6L);
    assertThat(sequences(6, 3)).containsExactly(7L);
    assertThat(sequences(7, 3)).isEmpty();
    assertThat(sequences(1_000, 3)).isEmpty();
    assertThat(sequences(2, Integer.MAX_VALUE)).hasSize(5);
  }

  @Test
  @DisplayName("Each deployment has a log of its own; an unknown one is empty")
  void append_otherDeployment_isApart() {
    log.append(List.of(prediction(1, "a")));

    assertThat(log.counts("other")).isEqualTo(new LogCounts(0, 0));
    assertThat(log.read("other", SCHEMA, 0, 10)).isEmpty();
    assertThat(log.label("other", List.of(byId(1, "yes"), byKey("a", "yes"))))
        .hasSize(2)
        .allSatisfy(this::assertNotFound);
    assertThat(log.counts("other")).isEqualTo(new LogCounts(0, 0));
    assertThat(log.counts(SCORER)).isEqualTo(new LogCounts(1, 0));
  }

  @Test
  @DisplayName("Adding nothing changes nothing")
  void append_nothing_changesNothing() {
    log.append(List.of());

    assertThat(log.label(SCORER, List.of())).isEmpty();
    assertThat(log.counts(SCORER)).isEqualTo(new LogCounts(0, 0));
  }

  @Test
  @DisplayName("A prediction that is in the log already is not added again")
  void append_knownId_isNotAddedAgain() {
    log.append(List.of(prediction(1, "a"), prediction(2, "b")));
    log.append(List.of(prediction(1, "a"), prediction(2, "b"), prediction(3, "c")));

    assertThat(log.read(SCORER, SCHEMA, 0, 10))
        .extracting(entry -> entry.prediction().key())
        .containsExactly("a", "b", "c");
    assertThat(sequences(0, 10)).containsExactly(1L, 2L, 3L);
    assertThat(log.counts(SCORER)).isEqualTo(new LogCounts(3, 0));
  }

  @Test
  @DisplayName("A label names its prediction by id, or by key the last one made under it")
  void label_byIdOrKey_isAccepted() {
    log.append(List.of(prediction(1, "k"), prediction(2, "other"), prediction(3, "k")));

    List<FeedbackResult> results =
        log.label(
            SCORER, List.of(byKey("k", "yes"), byId(2, "no"), byId(9, "no"), byKey("x", "no")));
    assertThat(results).hasSize(4);
    assertThat(results.subList(0, 2))
        .containsExactly(new FeedbackResult.Accepted(id(3)), new FeedbackResult.Accepted(id(2)));
    assertThat(results.subList(2, 4)).allSatisfy(this::assertNotFound);
    assertThat(log.counts(SCORER)).isEqualTo(new LogCounts(3, 2));
  }

  @Test
  @DisplayName("A label that became known later corrects the one that stands, and both are kept")
  void label_otherAndLater_isCorrection() {
    log.append(List.of(prediction(1, "k"), prediction(2, "")));

    assertThat(log.label(SCORER, List.of(known(1, "yes", 60), known(1, "no", 61))))
        .containsExactly(
            new FeedbackResult.Accepted(id(1)), new FeedbackResult.Corrected(id(1), "yes"));
    assertThat(log.label(SCORER, List.of(new Feedback(null, "k", "maybe", TEN.plusSeconds(62)))))
        .containsExactly(new FeedbackResult.Corrected(id(1), "no"));
    log.append(List.of(prediction(3, "")));

    List<LogEntry> entries = log.read(SCORER, SCHEMA, 2, 10);
    assertThat(entries).extracting(LogEntry::sequence).containsExactly(3L, 4L, 5L, 6L);
    assertThat(entries.get(0)).isInstanceOf(LogEntry.Labelled.class);
    assertThat(entries.get(1))
        .isInstanceOfSatisfying(
            LogEntry.Corrected.class,
            corrected -> {
              assertThat(corrected.predictedAt()).isEqualTo(1);
              assertThat(corrected.prediction().id()).isEqualTo(id(1));
              assertThat(corrected.prediction().at()).isEqualTo(TEN);
              assertThat(corrected.before()).isEqualTo("yes");
              assertThat(corrected.label()).isEqualTo("no");
              assertThat(corrected.at()).isEqualTo(TEN.plusSeconds(61));
            });
    assertThat(entries.get(2))
        .isInstanceOfSatisfying(
            LogEntry.Corrected.class,
            corrected -> {
              assertThat(corrected.before()).isEqualTo("no");
              assertThat(corrected.label()).isEqualTo("maybe");
            });
    assertThat(entries.get(3)).isInstanceOf(LogEntry.Predicted.class);
    Schema fewer = Schema.of(SCHEMA.field(0));
    assertThat(log.read(SCORER, fewer, 3, 1).get(0)).isInstanceOf(LogEntry.Corrected.class);
    assertThat(log.counts(SCORER)).isEqualTo(new LogCounts(3, 1, 2));
    assertThat(log.counts(SCORER).entries()).isEqualTo(6);
  }

  @Test
  @DisplayName("The same label again, and one that became known no later, change nothing")
  void label_sameOrNoLater_isAlreadyKnown() {
    log.append(List.of(prediction(1, "k")));
    log.label(SCORER, List.of(known(1, "yes", 60), known(1, "no", 70)));

    assertThat(
            log.label(
                SCORER,
                List.of(
                    known(1, "no", 70),
                    known(1, "no", 80), // later, and says the same
                    known(1, "yes", 60), // what was replaced, given again
                    known(1, "maybe", 69),
                    known(1, "maybe", 70),
                    new Feedback(id(1), "", "maybe", TEN.plusSeconds(70).plusNanos(999)))))
        .hasSize(6)
        .allMatch(new FeedbackResult.AlreadyKnown("no")::equals);
    assertThat(
            log.label(
                SCORER,
                List.of(new Feedback(id(1), "", "maybe", TEN.plusSeconds(70).plusNanos(1_000)))))
        .containsExactly(new FeedbackResult.Corrected(id(1), "no"));
    assertThat(log.counts(SCORER)).isEqualTo(new LogCounts(1, 1, 2));
  }

  @Test
  @DisplayName("However labels of different times are ordered and repeated, the latest stands")
  void label_anyOrder_latestStands() {
    long seed = 20260302;
    Random random = new Random(seed);
    for (int i = 0; i < 40; i++) {
      log.append(List.of(prediction(i, "")));
      int latest = 0;
      for (int n = 0; n < 6; n++) {
        int at = 1 + random.nextInt(8);
        latest = Math.max(latest, at);
        log.label(SCORER, List.of(known(i, "of " + at, at)));
      }
      assertThat(log.label(SCORER, List.of(known(i, "early", 0))))
          .as("seed %d, prediction %d", seed, i)
          .containsExactly(new FeedbackResult.AlreadyKnown("of " + latest));
    }
    LogCounts counts = log.counts(SCORER);
    assertThat(counts.labels()).isEqualTo(40);
    assertThat(counts.corrections()).isPositive();
    assertThat(sequences(0, 1_000))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, counts.entries()).boxed().toList());
  }

  @Test
  @DisplayName(
      "Of eight threads that correct one label, the latest stands and each place is taken once")
  void label_eightCorrections_latestStands() {
    log.append(List.of(prediction(1, "k")));
    log.label(SCORER, List.of(known(1, "first", 0)));

    List<FeedbackResult> results =
        Contenders.race(8, t -> log.label(SCORER, List.of(known(1, "label " + t, t + 1))).get(0));

    long corrections = results.stream().filter(FeedbackResult.Corrected.class::isInstance).count();
    assertThat(log.counts(SCORER)).isEqualTo(new LogCounts(1, 1, corrections));
    assertThat(log.label(SCORER, List.of(known(1, "early", 0))))
        .containsExactly(new FeedbackResult.AlreadyKnown("label 7"));
    assertThat(sequences(0, 100)).hasSize((int) (2 + corrections));
  }

  @Test
  @DisplayName("The first of labels that became known at one time stands")
  void label_again_isAlreadyKnown() {
    log.append(List.of(prediction(1, "k")));

    assertThat(log.label(SCORER, List.of(byId(1, "yes"), byId(1, "no"))))
        .containsExactly(
            new FeedbackResult.Accepted(id(1)), new FeedbackResult.AlreadyKnown("yes"));
    assertThat(log.label(SCORER, List.of(byKey("k", "no"))))
        .containsExactly(new FeedbackResult.AlreadyKnown("yes"));
    assertThat(log.counts(SCORER)).isEqualTo(new LogCounts(1, 1));
    assertThat(log.read(SCORER, SCHEMA, 1, 10)).hasSize(1);
  }

  @Test
  @DisplayName("A key that was empty is no key")
  void label_emptyKeys_areNotFound() {
    log.append(List.of(prediction(1, ""), prediction(2, "")));

    assertThat(log.label(SCORER, List.of(byKey(" ", "yes"))))
        .hasSize(1)
        .allSatisfy(this::assertNotFound);
  }

  @Test
  @DisplayName("A reader that follows eight writers sees every entry once and in order")
  void read_whileWriting_missesNothing() {
    int writers = 8;
    int batches = 10;
    long entries = 4L * writers * batches;
    List<List<Long>> seen =
        Contenders.race(
            writers + 1,
            t -> {
              if (t == writers) {
                return follow(entries);
              }
              for (int b = 0; b < batches; b++) {
                int first = (t * batches + b) * 3;
                log.append(
                    IntStream.range(first, first + 3).mapToObj(i -> prediction(i, "")).toList());
                log.label(SCORER, List.of(byId(first, "yes")));
              }
              return List.of();
            });

    assertThat(seen.get(writers))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, entries).boxed().toList());
    assertThat(log.counts(SCORER)).isEqualTo(new LogCounts(240, 80));
  }

  private List<Long> follow(long goal) {
    List<Long> seen = new ArrayList<>();
    long last = 0;
    while (last < goal) {
      for (LogEntry entry : log.read(SCORER, SCHEMA, last, 17)) {
        last = entry.sequence();
        seen.add(last);
      }
      Thread.onSpinWait();
    }
    return seen;
  }

  @Test
  @DisplayName("Of eight threads that label one prediction, one is accepted")
  void label_eightThreads_oneIsAccepted() {
    log.append(List.of(prediction(1, "k")));

    List<FeedbackResult> results =
        Contenders.race(8, t -> log.label(SCORER, List.of(byId(1, "label " + t))).get(0));

    assertThat(results.stream().filter(FeedbackResult.Accepted.class::isInstance)).hasSize(1);
    assertThat(log.counts(SCORER)).isEqualTo(new LogCounts(1, 1));
  }

  @Test
  @DisplayName("What was added is there after closing and opening again")
  void reopen_durable_keepsEntries() {
    log.append(List.of(prediction(1, "a"), prediction(2, "b")));
    log.label(SCORER, List.of(byId(1, "yes")));

    log = reopen(log);

    assertThat(sequences(0, 10)).containsExactly(1L, 2L, 3L);
    assertThat(log.counts(SCORER)).isEqualTo(new LogCounts(2, 1));
    assertThat(log.label(SCORER, List.of(byId(1, "no"), byKey("b", "no"))))
        .containsExactly(
            new FeedbackResult.AlreadyKnown("yes"), new FeedbackResult.Accepted(id(2)));
    log.append(List.of(prediction(3, "c")));
    assertThat(sequences(3, 10)).containsExactly(4L, 5L);
    log.label(SCORER, List.of(known(1, "no", 90)));

    log = reopen(log);

    assertThat(log.counts(SCORER)).isEqualTo(new LogCounts(3, 2, 1));
    assertThat(log.label(SCORER, List.of(known(1, "yes", 60))))
        .containsExactly(new FeedbackResult.AlreadyKnown("no"));
  }

  private List<Long> sequences(long after, int limit) {
    return log.read(SCORER, SCHEMA, after, limit).stream().map(LogEntry::sequence).toList();
  }

  private static Feedback byId(int id, String label) {
    return new Feedback(id(id), "", label, TEN.plusSeconds(60));
  }

  private static Feedback known(int id, String label, int seconds) {
    return new Feedback(id(id), "", label, TEN.plusSeconds(seconds));
  }

  private static Feedback byKey(String key, String label) {
    return new Feedback(null, key, label, TEN.plusSeconds(60));
  }

  private static Id id(int n) {
    return new Id(0x0190_0000_0000_7000L, n);
  }

  private static PredictionRecord prediction(int id, String key) {
    return prediction(id, key, row(id, "clerk", "text", 1));
  }

  private static PredictionRecord prediction(int id, String key, Row features) {
    return new PredictionRecord(
        id(id), SCORER, key, TEN, 1, 1, Route.CHAMPION, features, "yes", new double[0]);
  }

  private static Row row(
      double income, @Nullable String job, @Nullable String note, double housing) {
    return Row.of(
        SCHEMA,
        new double[] {income, Double.NaN, Double.NaN, housing},
        new String[] {null, job, note, null});
  }

  private static void assertSameCells(Row actual, Row expected) {
    assertThat(actual.schema()).isEqualTo(expected.schema());
    for (int i = 0; i < expected.schema().size(); i++) {
      if (expected.schema().field(i).type().numeric()) {
        assertThat(actual.number(i)).isEqualTo(expected.number(i));
      } else {
        assertThat(actual.category(i)).isEqualTo(expected.category(i));
      }
    }
  }
}
