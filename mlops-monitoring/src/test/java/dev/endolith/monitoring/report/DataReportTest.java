package dev.endolith.monitoring.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Id;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.event.Alert;
import dev.endolith.model.Regressed;
import dev.endolith.monitoring.Monitor;
import dev.endolith.monitoring.MonitorHistory;
import dev.endolith.monitoring.World;
import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.drift.Drift;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.impact.AttributionDrift;
import dev.endolith.monitoring.impact.Causes;
import dev.endolith.monitoring.impact.CorrelationChange;
import dev.endolith.monitoring.impact.Impact;
import dev.endolith.monitoring.impact.Skew;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import dev.endolith.monitoring.quality.Check;
import dev.endolith.monitoring.quality.Expectations;
import dev.endolith.monitoring.quality.QualityContext;
import dev.endolith.monitoring.window.Window;
import dev.endolith.registry.ModelVersion;
import dev.endolith.serving.LogEntry;
import dev.endolith.serving.PredictionRecord;
import dev.endolith.serving.Route;
import dev.endolith.watch.Watch;
import dev.endolith.watch.WatchSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DataReportTest {
  private static final int COLUMNS = 14;
  private static final Schema SCHEMA = Tables.schema(COLUMNS);
  private static final Dataset<Row, Double> TRAINING = Tables.rows(SCHEMA, 1_000, false, 1);
  private static final Dataset<Row, Double> TODAY = Tables.rows(SCHEMA, 1_000, true, 2);

  /** All that a report can show. */
  static DataReport everything() {
    DriftReport drift = Tables.hostile(Drift.compare(ReferenceProfile.of(TRAINING), TODAY));
    List<Row> before = TRAINING.examples().stream().map(e -> e.x()).toList();
    List<Row> now = TODAY.examples().stream().map(e -> e.x()).toList();
    var features = TRAINING.task().features();
    return DataReport.builder(drift)
        .title(Tables.HOSTILE.get(0))
        .at(Tables.AT)
        .impact(Impact.of(TRAINING.task(), x -> new Regressed(x.number(12)), before, now, 7))
        .causes(Causes.of(features, before, now))
        .correlations(
            List.of(
                new CorrelationChange(
                    Tables.HOSTILE.get(2),
                    Tables.HOSTILE.get(3),
                    0,
                    1,
                    0,
                    CorrelationChange.Coefficient.SPEARMAN)))
        .attribution(
            new AttributionDrift(
                3, Double.NaN, List.of(new AttributionDrift.Field(Tables.HOSTILE.get(3), 0, 1, 0))))
        .skew(new Skew(3, List.of(new Skew.Column(Tables.HOSTILE.get(4), 2, 1))))
        .segment(Tables.HOSTILE.get(5), drift)
        .windows(Tables.windows(drift, 20))
        .quality(
            Expectations.builder()
                .fail(Check.range("column_0", 0, 20))
                .warn(Check.oneOf("column_1", Tables.HOSTILE.get(0)))
                .build()
                .check(TODAY, QualityContext.of(Clock.fixed(Tables.AT, ZoneOffset.UTC))))
        .build();
  }

  @Test
  void toHtml_ofAComparisonAlone_answersAndShowsEveryColumn() {
    DataReport report = DataReport.of(Tables.drift(COLUMNS, 500));

    String html = report.toHtml();

    assertThat(report.verdict()).isEqualTo(Verdict.DRIFT);
    assertThat(report.summary()).startsWith("4 of 14 columns drifted: ");
    assertThat(html)
        .startsWith("<!DOCTYPE html>")
        .contains("What changed", "Since when", "Does it matter", "What to do")
        .contains("no windows over time", "column_12", "prefers-color-scheme", "@media print")
        .contains("default-src &#39;none&#39;; style-src &#39;sha256-")
        .doesNotContain("<script", "<img", " style=", "<svg onload", "unsafe-inline")
        .doesNotContainPattern("(href|src)=\"[^#]");
  }

  @Test
  void toHtml_ofADriftByTheBestEstimate_doesNotPromiseItsWholeInterval() {
    // 0.14 of the rows leave the first half: a PSI of about 0.08 with an interval around it
    DriftReport drift =
        Drift.builder()
            .minimumEffect(0.05)
            .build()
            .judge(
                ReferenceProfile.of(Tables.halves(1_000, 0.5)),
                WindowProfile.of(
                    ReferenceProfile.of(Tables.halves(1_000, 0.5)), Tables.halves(1_000, 0.36)));
    ColumnDrift column = drift.columns().get(0);
    assertThat(column.verdict()).isEqualTo(Verdict.DRIFT);
    assertThat(column.effectLow()).isLessThan(0.05);

    assertThat(DataReport.of(drift).toHtml())
        .contains(column.reason().substring(0, 60))
        .contains(
            "of a size that matters by the best estimate (its effect is at least the least effect)")
        .doesNotContain("its whole interval is at least the least effect");
  }

  @Test
  void toHtml_withEverything_ranksByImpactAndSaysSinceWhen() {
    DataReport report = everything();

    String html = report.toHtml();

    assertThat(report.ranked()).first().extracting(ColumnDrift::name).isEqualTo("column_12");
    assertThat(html)
        .contains("matters most: its shift moves a score by 4")
        .contains("2026-03-01 21:00 UTC (window-11), in every window since.")
        .contains("Look at the broken expectations first")
        .contains("What the model decides by", "Training and serving", "Segments")
        .doesNotContain("<script", "<img", "<svg onload");
  }

  @Test
  void toHtml_ofStableAndOfNoData_saysSo() {
    ReferenceProfile reference = ReferenceProfile.of(TRAINING);

    assertThat(DataReport.of(Drift.compare(reference, TRAINING)).toHtml())
        .contains("Nothing: all of 14 columns are distributed as in the reference.");
    assertThat(DataReport.of(Drift.compare(reference, TRAINING.slice(0, 0))).toHtml())
        .contains("One side has no values.", "Wait for more rows");
  }

  @Test
  void summary_ofAStableWholeWithPartsThatChanged_tellsOfThem() {
    ReferenceProfile reference = ReferenceProfile.of(TRAINING);
    DriftReport stable = Drift.compare(reference, TRAINING);
    DriftReport moved = Drift.compare(reference, TODAY);
    assertThat(stable.verdict()).isEqualTo(Verdict.NO_DRIFT);

    assertTold(
        DataReport.builder(stable).segment("country is DE", moved).segment("rest", stable).build(),
        "Drifted in 1 segment: \u2068country is DE\u2069.",
        "Look at the rows of");
    assertTold(
        DataReport.builder(stable)
            .correlations(
                List.of(
                    new CorrelationChange(
                        "height", "weight", 0.8, 0, 0, CorrelationChange.Coefficient.PEARSON)))
            .build(),
        "Go together otherwise: \u2068height\u2069 and \u2068weight\u2069.",
        "came to go together otherwise");
    assertTold(
        DataReport.builder(stable)
            .attribution(
                new AttributionDrift(
                    9,
                    0.5,
                    List.of(
                        new AttributionDrift.Field("age", 1, 3, 0.001),
                        new AttributionDrift.Field("size", 1, 2, 0.5))))
            .build(),
        "The model decides otherwise by \u2068age\u2069.",
        "should decide otherwise by");
    DataReport same = DataReport.builder(stable).segment("rest", stable).build();
    assertThat(same.verdict()).isEqualTo(Verdict.NO_DRIFT);
    assertThat(same.toHtml()).contains("<li>Nothing.</li>", "badge good");
  }

  private static void assertTold(DataReport report, String changed, String todo) {
    assertThat(report.verdict()).isEqualTo(Verdict.DRIFT);
    assertThat(report.summary()).startsWith("No column as a whole: all of 14").contains(changed);
    assertThat(report.toJson()).contains("\"verdict\":\"DRIFT\"");
    assertThat(report.toHtml())
        .contains(todo, "In short <span class=\"badge bad\">drifted</span>")
        .doesNotContain("<li>Nothing.</li>", "No shift was found");
  }

  @Test
  void toHtml_ofWhatWasNotComparedWithTheReference_saysWithWhat() {
    DriftReport drift = Tables.drift(4, 300);
    String html =
        DataReport.builder(drift)
            .windows(Tables.windows(drift, 3))
            .comparedWith("the windows before")
            .correlations(
                List.of(
                    new CorrelationChange(
                        "a", "b", 0, 1, 0, CorrelationChange.Coefficient.PEARSON)))
            .build()
            .toHtml();

    assertThat(html)
        .contains(
            "300 rows against 300 of the windows before",
            "of one window with the windows before",
            "the windows before (wide, grey)",
            "shares in the windows before and now",
            "Correlations (Pearson's r), greatest change first")
        .doesNotContain("the reference", "Rank correlations");
  }

  @Test
  void windows_ofAMonitorWhereEightColumnsDrift_keepAllOfThem() {
    Schema schema = Tables.schema(32);
    Dataset<Row, Double> training = Tables.rows(schema, 2_000, false, 1);
    Watch<Row, Double> watch = Monitor.drift(Window.rows(300)).open(training.task());
    byte[] reference =
        watch.reference(training, Tables.rows(schema, 500, false, 2), row -> new Regressed(0));
    ModelVersion version = World.version("wide", schema);
    WatchSession session = watch.start(version, reference, Optional.empty());
    List<Alert> alerts = new ArrayList<>();
    List<Example<Row, Double>> live = Tables.rows(schema, 900, true, 3).examples();
    for (int i = 0; i < live.size(); i++) {
      alerts.addAll(
          session.observe(
              new LogEntry.Predicted(
                  i + 1L,
                  new PredictionRecord(
                      new Id(i, 1),
                      "wide",
                      "",
                      Tables.AT.plusSeconds(i),
                      1,
                      1,
                      Route.CHAMPION,
                      live.get(i).x(),
                      "0.0",
                      new double[0]))));
    }

    String state = session.state();
    MonitorHistory history = MonitorHistory.read(state);
    assertThat(history.windows()).hasSize(3).allSatisfy(w -> assertThat(w.drifted()).hasSize(8));
    DataReport report =
        DataReport.builder(
                MonitorHistory.lastReport(
                    state,
                    ReferenceProfile.fromJson(new String(reference, StandardCharsets.UTF_8))))
            .windows(history.windows())
            .build();
    assertThat(report.toHtml().split("It drifts since 2026-03-01 10:00 UTC \\(window-1\\)", -1))
        .hasSize(8 + 1);
    assertThat(report.toHtml()).contains(" and 3 more</bdi>");
    // people are told of the first five
    assertThat(alerts.get(0).columns()).hasSize(5);
    assertThat(history.health().explanation()).contains(" and 3 more)");
  }

  @Test
  void toHtml_ofManyColumns_isSmallAndBounded() {
    DriftReport hundred = Tables.drift(100, 300);
    DriftReport thousand = Tables.drift(1_000, 40);

    assertThat(bytes(DataReport.of(hundred))).isLessThan(1_000_000);
    String html = DataReport.of(thousand).toHtml();
    assertThat(html.getBytes(StandardCharsets.UTF_8).length).isLessThan(1_500_000);
    assertThat(html).contains("column_999", "Columns 151 to 250, figures only");
    assertThat(html.split("<svg class=\"over\"", -1)).hasSize(DataReport.MOST_PICTURES + 1);
  }

  private static int bytes(DataReport report) {
    return report.toHtml().getBytes(StandardCharsets.UTF_8).length;
  }

  @Test
  void toJson_keepsItsSchema() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(DataReport.schema());
    ReferenceProfile reference = ReferenceProfile.of(TRAINING);

    for (DataReport report :
        List.of(
            everything(),
            DataReport.of(Drift.compare(reference, TODAY)),
            DataReport.of(Drift.compare(reference, TODAY.slice(0, 0))))) {
      JsonNode json = mapper.readTree(report.toJson());
      assertThat(schema.validate(json)).isEmpty();
      ((ObjectNode) json).put("surprise", 1); // the schema says no to something
      assertThat(schema.validate(json)).hasSize(1);
    }
    assertThat(schema.validate(mapper.readTree(everything().toJson().replace("\"DRIFT\"", "1"))))
        .isNotEmpty();
  }
}
