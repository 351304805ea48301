package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Id;
import dev.endolith.data.Ignore;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.error.DataException;
import dev.endolith.privacy.FieldPolicy;
import dev.endolith.privacy.PrivacyPolicy;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoggedExamplesTest {
  private record Loan(
      @Ignore String id,
      int term,
      double amount,
      @Nullable Double bonus,
      boolean owner,
      String job,
      LocalDate day,
      Instant at) {}

  private static final Task<Loan, Boolean> TASK =
      Task.classify(Loan.class, Boolean.class).key(Loan::id).build();
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final PredictionLog log = PredictionLog.inMemory();
  private final List<Loan> asked = new ArrayList<>();

  private void predict(int n, Row row) {
    log.append(
        List.of(
            new PredictionRecord(
                new Id(1, n),
                "m",
                "loan" + n,
                NOON.plusSeconds(n),
                1 + n % 2,
                1,
                Route.CHAMPION,
                row,
                "true",
                new double[0])));
  }

  private void predict(int count) {
    Random random = new Random(5);
    for (int n = 0; n < count; n++) {
      Loan loan =
          new Loan(
              "loan" + n,
              random.nextInt(400) - 200,
              random.nextInt(3) == 0 ? -0.0 : random.nextGaussian() * 1e5,
              random.nextBoolean() ? null : random.nextDouble(),
              random.nextBoolean(),
              "job " + random.nextInt(9),
              LocalDate.of(2026, 1, 1).plusDays(random.nextInt(400) - 200),
              NOON.plusSeconds(random.nextInt(100_000)));
      asked.add(loan);
      predict(n, Row.copyOf(TASK.features(), loan));
    }
  }

  private void label(int n, boolean label, Instant at) {
    log.label("m", List.of(new Feedback(new Id(1, n), "", Boolean.toString(label), at)));
  }

  private LoggedExamples<Loan, Boolean> source() {
    return LoggedExamples.of(log, "m", TASK, PrivacyPolicy.standard()).keyColumn("id");
  }

  @Test
  void knownAt_labelledRows_comeBackAsTheyWereAsked() {
    predict(60);
    for (int n = 59; n >= 0; n -= 3) { // late labels come in another order
      label(n, n % 2 == 0, NOON.plusSeconds(100));
    }
    Dataset<Loan, Boolean> rows = source().knownAt(NOON.plusSeconds(100));
    List<Example<Loan, Boolean>> expected = new ArrayList<>();
    for (int n = 2; n < 60; n += 3) {
      expected.add(new Example<>(asked.get(n), n % 2 == 0));
    }
    assertThat(rows.examples()).containsExactlyElementsOf(expected);
    assertThat(rows.fingerprint()).isEqualTo(source().knownAt(NOON.plusSeconds(100)).fingerprint());
  }

  @Test
  void knownAt_earlierInstant_holdsNothingOfLater() {
    predict(10);
    label(1, true, NOON.plusSeconds(50));
    label(2, true, NOON.plusSeconds(51));
    assertThat(source().knownAt(NOON.plusSeconds(50)).size()).isEqualTo(1);
    assertThat(source().knownAt(NOON).size()).isZero();
  }

  @Test
  void knownAt_correctedLabel_isTheOneThatStoodThen() {
    predict(3);
    label(1, true, NOON.plusSeconds(50));
    label(2, true, NOON.plusSeconds(50));
    label(1, false, NOON.plusSeconds(60));
    assertThat(source().knownAt(NOON.plusSeconds(59)).examples())
        .extracting(Example::y)
        .containsExactly(true, true);
    Dataset<Loan, Boolean> corrected = source().knownAt(NOON.plusSeconds(60));
    assertThat(corrected.examples()).extracting(Example::y).containsExactly(false, true);
    assertThat(corrected.origin().location()).startsWith("log entries 2 to 6 ");
  }

  @Test
  void origin_namesEntriesAndVersions() {
    predict(10);
    label(3, true, NOON.plusSeconds(50));
    label(4, true, NOON.plusSeconds(50));
    label(5, false, NOON.plusSeconds(50));
    var origin = source().legalBasis("contract").knownAt(NOON.plusSeconds(60)).origin();
    assertThat(origin.name()).isEqualTo("predictions of m");
    assertThat(origin.location())
        .isEqualTo(
            "log entries 4 to 13 of deployment 'm', labelled rows by version that answered: {1=1,"
                + " 2=2}");
    assertThat(origin.legalBasis()).isEqualTo("contract");
  }

  @Test
  void knownAt_rowsOfANarrowerSchema_areLeftOutAndCounted() {
    Schema narrow = Schema.of(TASK.features().schema().field(0));
    predict(0, Row.of(narrow, new double[] {3}, new String[] {null}));
    label(0, true, NOON.plusSeconds(1));
    Dataset<Loan, Boolean> rows = source().knownAt(NOON.plusSeconds(2));
    assertThat(rows.size()).isZero();
    assertThat(rows.origin().location()).endsWith("left out as they lack a field: 1");
  }

  @Test
  void of_policyThatDropsFields_isRefusedAndNamesThem() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                LoggedExamples.of(
                    log,
                    "m",
                    TASK,
                    PrivacyPolicy.standard()
                        .with("amount", FieldPolicy.DROP)
                        .with("job", FieldPolicy.DROP)))
        .withMessageContaining("needs fields [amount, job], which the privacy policy drops");
  }

  @Test
  void knownAt_columnThatIsNoFeature_saysWhatToDo() {
    predict(1);
    label(0, true, NOON.plusSeconds(1));
    assertThatThrownBy(
            () ->
                LoggedExamples.of(log, "m", TASK, PrivacyPolicy.standard())
                    .knownAt(NOON.plusSeconds(2)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("keyColumn(...)");
  }
}
