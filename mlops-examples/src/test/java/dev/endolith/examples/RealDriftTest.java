package dev.endolith.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.endolith.data.Classification;
import dev.endolith.data.Csv;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Feature;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.drift.Drift;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On real data, drift is found where the calendar says it is, and none between random halves. */
class RealDriftTest {
  /** Further data sets; they do not come with the project, and their tests are skipped without. */
  private static final Path FURTHER = Path.of("..", "..", "shared", "data");

  private static final int OPENING = 17_424;
  private static final int HALVES = 10;

  @TempDir Path folder;

  @Test
  void bank_theYearsOfTheCrisis_drift() {
    BankMarketing bank = new BankMarketing();
    Dataset<BankMarketing.Contact, Boolean> rows = bank.rows(DemoTest.DATA);
    Dataset<BankMarketing.Contact, Boolean> before =
        rows.where(contact -> contact.date().getYear() == 2008);

    // nobody was called a second time before the first campaign was over
    DriftReport first =
        withLabels(bank.task(), before, rows.where(contact -> contact.date().getYear() == 2009));
    assertThat(drifted(first)).contains("contact", "poutcome", "pdays", "previous", "(label)");
    assertThat(notDrifted(first)).contains("education", "housing", "default", "balance");

    // and then others were called, of whom half say yes
    DriftReport second =
        withLabels(bank.task(), before, rows.where(contact -> contact.date().getYear() == 2010));
    assertThat(drifted(second)).contains("poutcome", "job", "housing", "age", "(label)");
    assertThat(effect(second, "(label)")).isGreaterThan(5 * effect(first, "(label)"));

    assertNothingBetweenHalves(rows);
    assertNothingBetweenHalves(before);
  }

  @Test
  void flights_theDelaysOfThePolarVortexDrift_theTimetableDoesNot() {
    Flights flights = new Flights();
    Dataset<Flights.Flight, Boolean> rows = flights.rows(DemoTest.DATA);
    Dataset<Flights.Flight, Boolean> vortex = days(rows, 1, 8);
    Dataset<Flights.Flight, Boolean> after = days(rows, 9, 16);

    DriftReport storm = withLabels(flights.task(), after, vortex);
    assertThat(drifted(storm)).containsExactly("(label)");
    assertThat(drifted(withLabels(flights.task(), after, days(rows, 17, 31)))).isEmpty();
    assertNothingBetweenHalves(rows);
  }

  private static Dataset<Flights.Flight, Boolean> days(
      Dataset<Flights.Flight, Boolean> rows, int first, int last) {
    return rows.where(
        flight -> flight.date().getDayOfMonth() >= first && flight.date().getDayOfMonth() <= last);
  }

  record Electricity(
      double period,
      double nswprice,
      double nswdemand,
      double vicprice,
      double vicdemand,
      double transfer) {}

  @Test
  void elec2_theOpeningOfTheVictorianMarket_drifts() throws IOException {
    Task<Electricity, String> task =
        Task.classify(Electricity.class, String.class)
            .label("class")
            .map("UP", "UP")
            .map("DOWN", "DOWN")
            .build();
    Dataset<Electricity, String> rows = Csv.read(further("elec2.csv"), task);
    assertThat(rows.size()).isEqualTo(45_312);
    // before the market of Victoria opened, its columns hold one value
    Dataset<Electricity, String> before = rows.slice(0, OPENING);
    DriftReport seasons =
        Drift.compare(
            ReferenceProfile.of(before.slice(0, OPENING / 2)), before.slice(OPENING / 2, OPENING));
    assertThat(drifted(seasons)).containsExactlyInAnyOrder("nswprice", "nswdemand");
    assertThat(notDrifted(seasons)).contains("vicprice", "vicdemand", "transfer", "period");

    DriftReport opened =
        Drift.compare(ReferenceProfile.of(before), rows.slice(OPENING, OPENING + 4_000));
    assertThat(drifted(opened)).startsWith("vicprice", "vicdemand", "transfer");
    assertThat(notDrifted(opened)).containsExactly("period");

    assertNothingBetweenHalves(rows);
    assertNothingBetweenHalves(before);
  }

  record Wine(
      @Feature("fixed_acidity") double fixedAcidity,
      @Feature("volatile_acidity") double volatileAcidity,
      @Feature("citric_acid") double citricAcid,
      @Feature("residual_sugar") double residualSugar,
      double chlorides,
      @Feature("free_sulfur_dioxide") double freeSulfurDioxide,
      @Feature("total_sulfur_dioxide") double totalSulfurDioxide,
      double density,
      double pH,
      double sulphates,
      double alcohol) {}

  @Test
  void wine_whiteIsNotRed() throws IOException {
    Task<Wine, Double> task = Task.regress(Wine.class).label("quality").build();
    Dataset<Wine, Double> red = Csv.read(further("winequality-red.csv"), task);
    Dataset<Wine, Double> white = Csv.read(further("winequality-white.csv"), task);
    assertThat(drifted(Drift.compare(ReferenceProfile.of(red), white))).hasSize(11);
    assertThat(drifted(Drift.compare(ReferenceProfile.of(white), red))).hasSize(11);
    assertNothingBetweenHalves(red);
    assertNothingBetweenHalves(white);
  }

  /** The greatest effect first. */
  private static List<String> drifted(DriftReport report) {
    return with(report, ColumnDrift.Verdict.DRIFT);
  }

  private static List<String> notDrifted(DriftReport report) {
    return with(report, ColumnDrift.Verdict.NO_DRIFT);
  }

  private static List<String> with(DriftReport report, ColumnDrift.Verdict verdict) {
    return report.columns().stream()
        .filter(column -> column.verdict() == verdict)
        .map(ColumnDrift::name)
        .toList();
  }

  private static double effect(DriftReport report, String column) {
    return report.column(column).orElseThrow().effect();
  }

  /** Features and labels. */
  private static <X> DriftReport withLabels(
      Classification<X, Boolean> task, Dataset<X, Boolean> before, Dataset<X, Boolean> now) {
    ReferenceProfile reference = ReferenceProfile.of(before, x -> Classified.of(task, 1, 0));
    WindowProfile window = WindowProfile.empty(reference);
    for (Example<X, Boolean> example : now) {
      window.count(now.task().features(), example.x());
      window.countLabel(now.task().labelName(example.y()));
    }
    return Drift.compare(reference, window);
  }

  private static <X, Y> void assertNothingBetweenHalves(Dataset<X, Y> rows) {
    for (int seed = 0; seed < HALVES; seed++) {
      Dataset.Split<X, Y> halves = rows.splitRandomly(0.5, seed);
      DriftReport report = Drift.compare(ReferenceProfile.of(halves.first()), halves.second());
      assertThat(report.drifted()).as("seed %d", seed).isEmpty();
    }
  }

  private Path further(String file) throws IOException {
    Path packed = FURTHER.resolve(file + ".gz");
    assumeThat(packed).as("the further data sets are not here").exists();
    Path plain = folder.resolve(file);
    try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
      Files.copy(in, plain);
    }
    return plain;
  }
}
