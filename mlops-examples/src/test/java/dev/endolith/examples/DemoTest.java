package dev.endolith.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Dataset;
import dev.endolith.lifecycle.TrainOutcome;
import dev.endolith.monitoring.drift.Drift;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.profile.ReferenceProfile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
  static final Path DATA = Path.of("target", "data");

  @TempDir Path target;

  private void linkData() throws IOException {
    Files.createDirectories(target.resolve("data"));
    for (String file : List.of("bank-full.csv", "airlineStats_data.json")) {
      Files.createSymbolicLink(
          target.resolve("data").resolve(file), DATA.resolve(file).toAbsolutePath());
    }
  }

  @Test
  void bank_calendar_isDerivedFromTheOrderOfRows() {
    BankMarketing bank = new BankMarketing();
    Dataset<BankMarketing.Contact, Boolean> rows = bank.rows(DATA);
    assertThat(rows.size()).isEqualTo(45_211);
    assertThat(rows.examples().get(0).x().date()).isEqualTo("2008-05-05");
    assertThat(rows.examples().get(rows.size() - 1).x().date()).isEqualTo("2010-11-17");
    assertThat(rows.splitAt(bank.start()).second().size()).isEqualTo(17_482);
  }

  @Test
  void flights_everyRowOnce() {
    Flights flights = new Flights();
    Dataset<Flights.Flight, Boolean> rows = flights.rows(DATA);
    assertThat(rows.size()).isEqualTo(7_568);
    assertThat(rows.examples().stream().map(e -> e.x().id()).distinct()).hasSize(7_568);
  }

  @Test
  void flights_wholeReplay_keepsItsPromises() throws IOException {
    linkData();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Summary summary =
        Demo.run(
            new Flights(),
            target,
            Optional.empty(),
            new PrintStream(printed, true, StandardCharsets.UTF_8));
    assertThat(summary.servedRequests()).isEqualTo(7_568 - firstWeek());
    assertThat(summary.failedRequests()).isZero();
    assertThat(summary.auditVerified()).isTrue();
    assertThat(summary.promotions()).isGreaterThanOrEqualTo(2);
    assertThat(summary.alerts()).isNotEmpty();
    assertThat(summary.logLossGainLow()).isPositive();
    assertThat(Path.of(summary.report())).content().contains("<html");
    assertThat(Path.of(summary.modelCard())).content().startsWith("# Model card: flights v");
    assertThat(target.resolve("demo").resolve("summary.json"))
        .content()
        .contains("\"servedRequests\":" + summary.servedRequests());
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("Report: ");
  }

  private static int firstWeek() {
    Flights flights = new Flights();
    return flights.rows(DATA).splitAt(flights.start()).first().size();
  }

  /** Random halves of one month are the same world: no drift may be found between them. */
  @Test
  void halvesOfOneMonth_doNotDrift() {
    BankMarketing bank = new BankMarketing();
    Dataset<BankMarketing.Contact, Boolean> may =
        bank.rows(DATA).splitAt(Instant.parse("2008-06-01T00:00:00Z")).first();
    for (int seed = 0; seed < 50; seed++) {
      Dataset.Split<BankMarketing.Contact, Boolean> halves = may.splitRandomly(0.5, seed);
      DriftReport report = Drift.compare(ReferenceProfile.of(halves.first()), halves.second());
      assertThat(report.drifted()).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void quickStart_runs() {
    BankMarketing bank = new BankMarketing();
    Dataset<BankMarketing.Contact, Boolean> history = bank.rows(DATA).splitAt(bank.start()).first();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    TrainOutcome outcome =
        QuickStart.run(
            target.resolve("mlops"),
            bank.task(),
            history,
            new PrintStream(printed, true, StandardCharsets.UTF_8));
    assertThat(outcome.version()).isEqualTo(1);
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("v1 says", "Accepted");
  }

  @Test
  void unknownDemo_listsWhatThereIs() {
    assertThatThrownBy(() -> Demo.main(new String[] {"cats"}))
        .hasMessageContaining("there are bank and flights");
  }
}
