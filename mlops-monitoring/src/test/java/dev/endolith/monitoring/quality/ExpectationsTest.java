package dev.endolith.monitoring.quality;

import static dev.endolith.monitoring.quality.Orders.CONTEXT;
import static dev.endolith.monitoring.quality.Orders.order;
import static dev.endolith.monitoring.quality.Orders.priced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.contract.InputContract;
import dev.endolith.contract.Rule;
import dev.endolith.contract.RuleAction;
import dev.endolith.data.Dataset;
import dev.endolith.data.FieldType;
import dev.endolith.error.DataException;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.quality.Orders.Order;
import dev.endolith.privacy.FieldPolicy;
import dev.endolith.privacy.PrivacyPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExpectationsTest {
  static final ReferenceProfile REFERENCE = ReferenceProfile.of(Orders.usual(4_000, 1, 0));

  static final List<Check> ALL =
      List.of(
          Check.present("price"),
          Check.range("price", 0, Double.POSITIVE_INFINITY),
          Check.range("tax", Double.NEGATIVE_INFINITY, 1e-3),
          Check.whole("price"),
          Check.oneOf("country", "AT", "\"quoted\"\n"),
          Check.known("country", "set"),
          Check.length("note", 0, 100),
          Check.matches("country", "[A-Z]{2}"),
          Check.compare("price", RowCheck.Comparison.AT_MOST, "total"),
          Check.sum("total", List.of("price", "tax"), 0.25),
          Check.when("country", List.of("CH"), Check.range("tax", 0, 1)),
          Check.type("day", FieldType.DATE),
          Check.columns("price", "tax"),
          Check.rows(1, 10),
          Check.missing("price", 0.5),
          Check.measure(Measure.DISTINCT, "country", 1, 9),
          Check.unique("id", "day"),
          Check.references("parent", "id"),
          Check.fresh("placed", Duration.ofHours(36)),
          Check.distributed("price"),
          Check.usual(
              Measure.MEAN,
              "price",
              new UsualRange(UsualRange.Kind.SAME_WEEKDAY, ZoneId.of("Europe/Vienna"), 0.01, 2)));

  private static Expectations all() {
    ExpectationsBuilder builder = Expectations.builder().quarantineLimit(0.125);
    ALL.forEach(builder::warn);
    return builder
        .quarantine(Check.range("total", 0, 9))
        .add(new Expectation(Check.present("total"), Severity.FAIL, 0.01))
        .build();
  }

  @Test
  void json_everyRule_comesBackEqual() {
    Expectations expectations = all();
    Expectations back = Expectations.fromJson(expectations.toJson());

    assertThat(back).isEqualTo(expectations);
    assertThat(back.toJson()).isEqualTo(expectations.toJson());
    assertThat(back.digest()).isEqualTo(expectations.digest());
  }

  @Test
  void json_writtenByHand_isRead() {
    String json =
        """
        {"format": 1, "expectations": [
          {"rule": "range", "column": "age", "max": 130, "severity": "quarantine"},
          {"rule": "measure", "measure": "rows", "min": 1, "severity": "fail"}]}
        """;
    assertThat(Expectations.fromJson(json).all())
        .containsExactly(
            new Expectation(
                Check.range("age", Double.NEGATIVE_INFINITY, 130), Severity.QUARANTINE, 0),
            new Expectation(
                Check.measure(Measure.ROWS, "", 1, Double.POSITIVE_INFINITY), Severity.FAIL, 0));
  }

  @Test
  void json_whatIsWrong_isNamed() {
    refused("[]", "JSON of");
    refused("{}", "format 1");
    refused("{\"format\":2,\"expectations\":[]}", "format 1");
    refused("{\"format\":1}", "'expectations'");
    refused("{\"format\":1,\"expectations\":[null]}", "without nulls");
    refused("{\"format\":1,\"expectations\":[],\"limit\":1}", "unknown name 'limit'");
    refusedRule("\"rule\":\"rnge\",\"column\":\"a\"", "unknown rule; rules are present, range");
    refusedRule("\"rule\":\"range\",\"column\":\"a\",\"mn\":1", "unknown name 'mn'");
    refusedRule("\"rule\":\"range\",\"column\":\"a\",\"min\":\"1\"", "'min', a number");
    refusedRule("\"rule\":\"range\",\"column\":\"a\",\"min\":2,\"max\":1", "min <= max");
    refusedRule("\"rule\":\"present\"", "'column', a text");
    refusedRule("\"rule\":\"matches\",\"column\":\"a\",\"pattern\":\"(\"", "RE2");
    refusedRule("\"rule\":\"fresh\",\"column\":\"a\",\"maxAge\":\"soon\"", "impossible");
    refusedRule(
        "\"rule\":\"usual\",\"measure\":\"rows\",\"kind\":\"level\",\"zone\":\"Nowhere\"",
        "impossible");
    refusedRule("\"rule\":\"one_of\",\"column\":\"a\",\"values\":[1]", "list of texts");
    refusedRule(
        "\"rule\":\"when\",\"column\":\"a\",\"values\":[],\"then\":{\"rule\":\"unique\",\"columns\":[\"a\"]}",
        "a rule of single rows");
    refused(
        "{\"format\":1,\"expectations\":[{\"rule\":\"fresh\",\"column\":\"a\",\"maxAge\":\"PT1H\","
            + "\"severity\":\"quarantine\"}]}",
        "names no rows");
  }

  private static void refusedRule(String rule, String message) {
    refused("{\"format\":1,\"expectations\":[{\"severity\":\"warn\"," + rule + "}]}", message);
  }

  private static void refused(String json, String message) {
    assertThatThrownBy(() -> Expectations.fromJson(json))
        .as(json)
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
  }

  @Test
  void json_damagedAnywhere_isReadOrRefusedAsData() {
    long seed = Long.getLong("seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    String json = all().toJson();
    for (int i = 0; i < 500; i++) {
      StringBuilder damaged = new StringBuilder(json);
      int at = random.nextInt(json.length());
      damaged.setCharAt(at, (char) (32 + random.nextInt(95)));
      if (random.nextBoolean()) {
        damaged.delete(at, Math.min(json.length(), at + 1 + random.nextInt(8)));
      }
      try {
        Expectations read = Expectations.fromJson(damaged.toString());
        assertThat(Expectations.fromJson(read.toJson())).as("seed %d", seed).isEqualTo(read);
      } catch (DataException expected) {
        assertThat(expected.getMessage()).as("seed %d", seed).isNotBlank();
      }
    }
  }

  @Test
  void infer_keepsDataLikeItAndFindsOther() {
    Expectations inferred = Expectations.infer(REFERENCE);
    QualityContext context = CONTEXT.withReference(REFERENCE);

    assertThat(inferred.all())
        .filteredOn(e -> e.severity() != Severity.WARN)
        .extracting(e -> e.check().text())
        .containsExactly("ROWS in [1, ∞)");
    // 20 data sets; a range holds 99 % of rows, the distribution's α is 0.01 with an effect
    // that chance does not reach at n = 2 000
    for (int seed = 2; seed < 22; seed++) {
      QualityReport report = inferred.check(Orders.usual(2_000, seed, 0), context);
      assertThat(report.broken())
          .as("seed %d", seed)
          .isEmpty(); // ids are new words, but there were more of them than are kept
    }
    QualityReport shifted = inferred.check(Orders.usual(2_000, 99, 15), context);
    assertThat(shifted.verdict()).isEqualTo(QualityReport.Verdict.WARNED);
    assertThat(shifted.broken())
        .extracting(r -> r.expectation().check().columns().toString())
        .contains("[price]", "[total]", "[]");
    assertThat(inferred.check(Orders.data(), context).verdict())
        .isEqualTo(QualityReport.Verdict.FAILED);
    assertThat(Expectations.fromJson(inferred.toJson())).isEqualTo(inferred);
    assertThat(inferred.toJson()).doesNotContain("customer");
  }

  @Test
  void infer_emptyReference_expectsRowsOnly() {
    assertThat(Expectations.infer(ReferenceProfile.of(Orders.data())).all()).hasSize(1);
  }

  @Test
  void sift_keepsTheOtherRowsInOrder() {
    Expectations expectations =
        Expectations.builder()
            .quarantine(Check.range("price", 0, 100))
            .quarantine(Check.unique("id"))
            .warn(Check.range("tax", 0, 1))
            .build();
    Dataset<Order, Boolean> data =
        Orders.data(order(0), priced(1, 200.0), order(2), order(0), order(3));

    Sifted<Order, Boolean> sifted = expectations.sift(data, CONTEXT);

    assertThat(sifted.kept().examples())
        .extracting(e -> e.x().id())
        .containsExactly("o0", "o2", "o3");
    assertThat(sifted.report().quarantined()).isEqualTo(2);
    assertThat(sifted.kept().derivations()).hasSize(1);
    assertThat(expectations.sift(sifted.kept(), CONTEXT).kept()).isSameAs(sifted.kept());
  }

  @Test
  void quarantineLimit_exceeded_failsTheData() {
    Expectations expectations =
        Expectations.builder().quarantine(Check.present("price")).quarantineLimit(0.3).build();
    Dataset<Order, Boolean> data = Orders.data(order(0), order(1), priced(2, null));
    assertThat(expectations.check(data, CONTEXT).verdict()).isEqualTo(QualityReport.Verdict.FAILED);
    assertThat(
            expectations
                .check(Orders.data(order(0), order(1), order(2), priced(3, null)), CONTEXT)
                .verdict())
        .isEqualTo(QualityReport.Verdict.WARNED);
  }

  @Test
  void quarantine_thatCannotBeAsked_failsTheData() {
    Expectations expectations = Expectations.builder().quarantine(Check.present("lost")).build();
    assertThat(expectations.check(Orders.data(order(0)), CONTEXT).verdict())
        .isEqualTo(QualityReport.Verdict.FAILED);
  }

  @Test
  void tolerance_allowsAShareOfRows() {
    Expectation expectation = new Expectation(Check.present("price"), Severity.FAIL, 0.5);
    Expectations expectations = Expectations.builder().add(expectation).build();
    assertThat(expectations.check(Orders.data(order(0), priced(1, null)), CONTEXT).verdict())
        .isEqualTo(QualityReport.Verdict.GOOD);
    assertThat(expectations.check(Orders.data(priced(0, null)), CONTEXT).verdict())
        .isEqualTo(QualityReport.Verdict.FAILED);
  }

  @Test
  void guard_handsOnWhatIsKept_andRefusesWhatFails() {
    Expectations expectations =
        Expectations.builder().fail(Check.rows(2, 9)).quarantine(Check.present("price")).build();
    assertThat(
            expectations
                .guard(now -> Orders.data(order(0), priced(1, null)), CONTEXT)
                .knownAt(Instant.EPOCH)
                .size())
        .isEqualTo(1);
    assertThatThrownBy(
            () -> expectations.guard(now -> Orders.data(order(0)), CONTEXT).knownAt(Instant.EPOCH))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("ROWS in [2, 9] (it is 1)");
  }

  @Test
  void gate_refusesWhatFails() {
    Expectations expectations = Expectations.builder().fail(Check.present("price")).build();
    assertThat(expectations.check(Orders.data(order(0)), CONTEXT).gate("quality"))
        .returns(true, r -> r.passed())
        .returns("quality", r -> r.gate());
    assertThat(expectations.check(Orders.data(priced(0, null)), CONTEXT).gate("quality"))
        .returns(false, r -> r.passed())
        .returns(
            "1 rows break 1 of 1 expectations, 0 rows are set aside: price is present (1 of 1 rows"
                + " break it)",
            r -> r.evidence());
  }

  @Test
  void report_ofSensitiveColumns_holdsNoneOfTheirValues() {
    Expectations expectations =
        Expectations.builder()
            .quarantine(Check.matches("customer", "x"))
            .warn(Check.unique("customer"))
            .warn(Check.range("price", 0, 1))
            .warn(Check.references("customer", "id"))
            .build();
    Dataset<Order, Boolean> data = Orders.data(order(7), order(7), order(8));

    String json = expectations.check(data, CONTEXT).toJson();
    assertThat(json).doesNotContain("secret").contains("customer is hidden", "price = 17");
    PrivacyPolicy strict = PrivacyPolicy.standard().with("price", FieldPolicy.DROP);
    assertThat(expectations.check(data, CONTEXT.withPrivacy(strict)).toJson())
        .doesNotContain("secret", "= 17")
        .contains("price is hidden");
  }

  @Test
  void report_figuresOfDroppedColumns_areHidden() {
    PrivacyPolicy strict =
        PrivacyPolicy.standard().with("price", FieldPolicy.DROP).with("placed", FieldPolicy.DROP);
    QualityReport report =
        Expectations.builder()
            .warn(Check.measure(Measure.MAX, "price", 0, 1))
            .warn(Check.measure(Measure.MEAN, "price", 0, 1))
            .warn(Check.missing("price", 0))
            .warn(Check.fresh("placed", Duration.ZERO))
            .build()
            .check(Orders.data(priced(1, 4242.0)), CONTEXT.withPrivacy(strict));

    assertThat(report.results())
        .extracting(CheckResult::status)
        .containsExactly(Status.BROKEN, Status.BROKEN, Status.HELD, Status.BROKEN);
    assertThat(report.toJson()).doesNotContain("4242").contains("the figure is hidden");
    assertThat(report.metrics()).containsOnlyKeys("ROWS", "MISSING_SHARE(price)");
  }

  @Test
  void inspection_ofAStream_remembersOnlyWhatItMay() {
    Expectations expectations =
        Expectations.builder()
            .quarantine(Check.range("price", 0, 0))
            .warn(Check.unique("id"))
            .build();
    Inspection<Order> inspection =
        expectations.inspect(
            Orders.TASK.features(),
            CONTEXT.withMostQuarantined(10).withMostExamples(3).withMostDistinct(100));
    for (int i = 0; i < 5_000; i++) {
      assertThat(inspection.add(order(i))).hasSize(1);
    }
    QualityReport report = inspection.report();
    assertThat(report.quarantined()).isEqualTo(5_000);
    assertThat(report.quarantine()).hasSize(10);
    assertThat(report.results().get(0).examples()).hasSize(3);
    assertThat(report.results().get(1).status()).isEqualTo(Status.UNDECIDED);
    assertThat(report.results().get(1).value()).isBetween(4_850.0, 5_150.0); // 5 x 0.6 %
    assertThat(inspection.report()).isEqualTo(report);
    inspection.add(order(50)); // one of those that are remembered
    assertThat(inspection.report().results().get(1).status()).isEqualTo(Status.BROKEN);
  }

  @Test
  void unique_beyondTheCap_findsManyRepetitionsByEstimate() {
    Expectations expectations = Expectations.builder().fail(Check.unique("id")).build();
    Inspection<Order> inspection =
        expectations.inspect(Orders.TASK.features(), CONTEXT.withMostDistinct(1));
    for (int i = 0; i < 4_000; i++) {
      inspection.add(order(1 + i / 2));
    }
    assertThat(inspection.report().results().get(0).status()).isEqualTo(Status.BROKEN);
  }

  @Test
  void contract_andExpectations_shareTheirRules() {
    InputContract contract =
        InputContract.learn(Orders.usual(500, 3, 0)).on(Rule.RANGE, RuleAction.REJECT);
    Expectations expectations = Expectations.of(contract);

    assertThat(expectations.all())
        .anyMatch(e -> e.check() instanceof RowCheck.Range && e.severity() == Severity.QUARANTINE)
        .anyMatch(e -> e.check() instanceof RowCheck.Compare);
    Expectations stricter =
        Expectations.builder()
            .quarantine(Check.range("price", 1, 2))
            .quarantine(Check.oneOf("country", "AT"))
            .warn(Check.compare("tax", RowCheck.Comparison.AT_MOST, "price"))
            .fail(Check.present("lost"))
            .build();
    InputContract tightened = stricter.tighten(contract);
    assertThat(tightened.field("price").max()).isEqualTo(2);
    assertThat(tightened.field("price").action(Rule.RANGE)).isEqualTo(RuleAction.REJECT);
    assertThat(tightened.field("country").categories()).containsExactly("AT");
    assertThat(tightened.relations()).anyMatch(r -> r.left().equals("tax"));
    // both find the same rows
    RowChecks<Order> rows = Expectations.of(tightened).bind(Orders.TASK.features(), CONTEXT);
    var bound =
        tightened.withOutlierThreshold(Double.POSITIVE_INFINITY).bind(Orders.TASK.features());
    for (int i = 0; i < 100; i++) {
      Order order = priced(i, i % 7 == 0 ? null : i / 25.0);
      boolean broken = !rows.broken(order).isEmpty();
      boolean flagged;
      try {
        flagged = bound.admit(order).findings().flagged();
      } catch (IllegalArgumentException refused) {
        flagged = true;
      }
      assertThat(broken).as("row %d", i).isEqualTo(flagged);
    }
  }

  @Test
  void bind_ofARuleThatCannotBeAsked_isRefused() {
    Expectations expectations = Expectations.builder().warn(Check.whole("country")).build();
    assertThatThrownBy(() -> expectations.bind(Orders.TASK.features(), CONTEXT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("country is whole")
        .hasMessageContaining("does not hold numbers");
  }

  @Test
  void builder_refusesNonsense() {
    assertThatThrownBy(
            () -> Expectations.builder().warn(Check.present("a")).fail(Check.present("a")).build())
        .hasMessageContaining("'a is present' is twice");
    assertThatThrownBy(() -> Expectations.builder().quarantineLimit(2).build())
        .hasMessageContaining("in [0, 1], was 2.0");
    assertThatThrownBy(() -> Expectations.builder().quarantine(Check.rows(0, 1)))
        .hasMessageContaining("names no rows");
    assertThatThrownBy(() -> new Expectation(Check.rows(0, 1), Severity.WARN, 0.1))
        .hasMessageContaining("about all rows");
    assertThatThrownBy(() -> Check.range("a", 1, 0)).hasMessageContaining("min <= max");
    assertThatThrownBy(() -> Check.measure(Measure.MEAN, "", 0, 1)).hasMessageContaining("MEAN");
  }
}
