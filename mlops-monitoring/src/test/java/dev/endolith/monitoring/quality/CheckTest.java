package dev.endolith.monitoring.quality;

import static dev.endolith.monitoring.quality.Orders.CONTEXT;
import static dev.endolith.monitoring.quality.Orders.NOW;
import static dev.endolith.monitoring.quality.Orders.at;
import static dev.endolith.monitoring.quality.Orders.check;
import static dev.endolith.monitoring.quality.Orders.child;
import static dev.endolith.monitoring.quality.Orders.inCountry;
import static dev.endolith.monitoring.quality.Orders.order;
import static dev.endolith.monitoring.quality.Orders.priced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Features;
import dev.endolith.data.FieldType;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.monitoring.quality.Orders.Order;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CheckTest {
  private static CheckResult only(QualityReport report) {
    assertThat(report.results()).hasSize(1);
    return report.results().get(0);
  }

  private static void assertBroken(Check check, int broken, Order... orders) {
    CheckResult result = only(check(check, orders));
    assertThat(result.broken()).as(check.text()).isEqualTo(broken);
    assertThat(result.status()).isEqualTo(broken == 0 ? Status.HELD : Status.BROKEN);
    assertThat(result.rows()).isEqualTo(orders.length);
    assertThat(result.examples()).hasSize(broken);
  }

  @Test
  void rowChecks_ofEachKind_findTheirRows() {
    Order missing = priced(1, null);
    assertBroken(Check.present("price"), 1, order(0), missing);
    assertBroken(Check.range("price", 0, 100), 2, priced(0, -1.0), missing, priced(2, 100.1));
    assertBroken(
        Check.range("price", 0, Double.POSITIVE_INFINITY),
        0,
        priced(0, Double.POSITIVE_INFINITY),
        priced(1, 0.0));
    assertBroken(Check.whole("price"), 1, priced(0, 3.0), priced(1, 3.5), missing);
    assertBroken(
        Check.oneOf("country", "AT", "CH"),
        1,
        order(0),
        inCountry(1, "XX", ""),
        inCountry(2, null, ""));
    assertBroken(Check.oneOf("price", "3", "0.5"), 1, priced(0, 3.0), priced(1, 0.5), order(9));
    assertBroken(Check.oneOf("express", "true"), 1, order(0), order(1));
    assertBroken(Check.length("note", 1, 3), 2, inCountry(0, "AT", ""), inCountry(1, "AT", "four"));
    assertBroken(Check.length("note", 1, 1), 0, inCountry(0, "AT", "😀")); // one character
    assertBroken(
        Check.matches("country", "[A-Z]{2}"),
        2,
        order(0),
        inCountry(1, "at", ""),
        inCountry(2, "AUT", ""),
        inCountry(3, null, ""));
  }

  @Test
  void rowChecks_acrossColumns_findTheirRows() {
    assertBroken(
        Check.compare("price", RowCheck.Comparison.AT_MOST, "total"), 1, order(0), priced(1, 99.0));
    assertBroken(
        Check.compare("price", RowCheck.Comparison.LESS, "total"), 1, priced(0, 12.0), order(1));
    assertBroken(
        Check.compare("id", RowCheck.Comparison.DIFFERENT, "parent"),
        1,
        child("a", "a"),
        child("b", "a"),
        child("c", null));
    assertBroken(
        Check.compare("id", RowCheck.Comparison.EQUAL, "parent"),
        1,
        child("a", "a"),
        child("b", "a"));
    assertBroken(
        Check.sum("total", List.of("price", "tax"), 0),
        1,
        order(0),
        priced(1, 11.5),
        priced(2, null));
    assertBroken(Check.sum("total", List.of("price", "tax"), 0.5), 0, priced(1, 11.5));
    assertBroken(
        Check.when("country", List.of("CH"), Check.range("price", 0, 10)),
        1,
        order(5),
        inCountry(1, "CH", ""));
  }

  @Test
  void known_asksTheHost() {
    Expectations expectations =
        Expectations.builder().quarantine(Check.known("country", "countries")).build();
    QualityContext context = CONTEXT.withKnown("countries", Set.of("AT")::contains);

    QualityReport report =
        expectations.check(
            Orders.data(order(0), inCountry(1, "XX", ""), inCountry(2, null, "")), context);

    assertThat(report.quarantine())
        .containsExactly(new BrokenRow(1, List.of("country is known to countries")));
    assertThatThrownBy(() -> expectations.check(Orders.data(), CONTEXT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'countries'")
        .hasMessageContaining("withKnown");
  }

  @Test
  void matches_hostilePatternsAndTexts_takeLinearTimeOrAreRefused() {
    for (String pattern :
        List.of(
            "(a{1000}){1000}",
            "((a{100}){100}){100}",
            "(a{1,1000}){1,1000}",
            "x{2000}{2}",
            "a{99999999999}",
            "(",
            "(?=a)",
            "(a)\\1",
            "[[:bad:]]",
            "a".repeat(501))) {
      assertThatThrownBy(() -> Check.matches("note", pattern))
          .as(pattern)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("pattern");
    }
    // a backtracking matcher needs 2^9 999 steps for each of these
    String text = "a".repeat(RowCheck.Matches.MOST_CHARACTERS - 1) + "!";
    for (String pattern : List.of("(a+)+", "(a|a)*", "(a|aa)+", "(.*a){20}", "(a*)*b")) {
      assertBroken(Check.matches("note", pattern), 1, inCountry(0, "AT", text));
    }
    assertBroken(
        Check.matches("note", ".*"), 1, inCountry(0, "AT", text), inCountry(1, "AT", text + "!!"));
  }

  @Test
  void unique_secondRowOfAKey_isTheOneThatBreaks() {
    QualityReport report =
        Expectations.builder()
            .quarantine(Check.unique("id"))
            .build()
            .check(Orders.data(order(1), order(2), order(1), order(1)), CONTEXT);

    assertThat(report.quarantine()).extracting(BrokenRow::row).containsExactly(2L, 3L);
    assertThat(report.quarantined()).isEqualTo(2);
    assertThat(report.verdict()).isEqualTo(QualityReport.Verdict.WARNED);
    assertThat(
            only(check(Check.unique("country", "price"), order(1), inCountry(1, "CH", "")))
                .status())
        .isEqualTo(Status.HELD);
    assertThat(only(check(Check.unique("parent"), order(1), order(2))).status())
        .isEqualTo(Status.HELD); // what is missing does not repeat
  }

  @Test
  void references_keyMayComeLater() {
    assertBroken(
        Check.references("parent", "id"), 0, child("b", "a"), child("a", null), child("c", "b"));
    QualityReport report =
        check(
            Check.references("parent", "id"),
            child("b", "a"),
            child("b", "x"),
            child("a", null),
            child("c", "x"));
    assertThat(only(report).status()).isEqualTo(Status.BROKEN);
    assertThat(only(report).broken()).isEqualTo(1);
    assertThat(only(report).examples()).containsExactly(new BrokenRow(1, List.of("parent")));
  }

  @Test
  void references_moreKeysThanRemembered_isUndecided() {
    Expectations expectations =
        Expectations.builder().warn(Check.references("parent", "id")).build();
    QualityReport report =
        expectations.check(
            Orders.data(child("a", null), child("b", null), child("c", "b")),
            CONTEXT.withMostDistinct(1));
    assertThat(only(report).status()).isEqualTo(Status.UNDECIDED);
  }

  @Test
  void measures_areJudgedByTheirRange() {
    Order[] orders = {priced(0, 1.0), priced(1, 3.0), priced(2, null), priced(3, 8.0)};
    for (DataCheck held :
        List.of(
            Check.rows(4, 4),
            Check.missing("price", 0.25),
            Check.measure(Measure.MEAN, "price", 4, 4),
            Check.measure(Measure.MIN, "price", 1, 1),
            Check.measure(Measure.MAX, "price", 8, 8),
            Check.measure(Measure.DEVIATION, "price", 3.60, 3.61), // sqrt(13)
            Check.measure(Measure.DISTINCT, "price", 3, 3),
            Check.measure(Measure.DISTINCT, "country", 1, 1),
            Check.measure(Measure.INFINITE_SHARE, "price", 0, 0),
            Check.measure(Measure.MEAN_LENGTH, "country", 2, 2))) {
      assertThat(only(check(held, orders)).status()).as(held.text()).isEqualTo(Status.HELD);
    }
    for (DataCheck broken :
        List.of(
            Check.rows(5, 9),
            Check.missing("price", 0.24),
            Check.measure(Measure.MEAN, "price", 4.1, 9),
            Check.measure(Measure.MEAN, "country", 0, 1),
            Check.measure(Measure.MEAN_LENGTH, "price", 0, 9))) {
      assertThat(only(check(broken, orders)).status()).as(broken.text()).isEqualTo(Status.BROKEN);
    }
    assertThat(check(Check.missing("price", 0.5), orders).metrics())
        .containsEntry("MISSING_SHARE(price)", 0.25)
        .containsEntry("ROWS", 4.0);
  }

  @Test
  void fresh_doesNotBelieveTheFuture() {
    LocalDate today = LocalDate.of(2026, 3, 1);
    Duration hour = Duration.ofHours(1);
    assertThat(
            only(check(Check.fresh("placed", hour), at(today, NOW.minusSeconds(3_600)))).status())
        .isEqualTo(Status.HELD);
    assertThat(
            only(check(Check.fresh("placed", hour), at(today, NOW.minusSeconds(3_601)))).status())
        .isEqualTo(Status.BROKEN);
    CheckResult future =
        only(
            check(
                Check.fresh("placed", hour),
                at(today, NOW.minusSeconds(9_999)),
                at(today, NOW.plusSeconds(1))));
    assertThat(future.status()).isEqualTo(Status.BROKEN);
    assertThat(future.evidence()).contains("1 values lie after now");
    assertThat(only(check(Check.fresh("day", Duration.ZERO), at(today, NOW))).status())
        .isEqualTo(Status.HELD);
    assertThat(
            only(check(Check.fresh("day", hour.multipliedBy(12)), at(today.minusDays(1), NOW)))
                .status())
        .isEqualTo(Status.HELD); // yesterday ended twelve hours ago
    assertThat(
            only(check(Check.fresh("day", hour.multipliedBy(11)), at(today.minusDays(1), NOW)))
                .status())
        .isEqualTo(Status.BROKEN);
    assertThat(only(check(Check.fresh("price", hour), order(0))).status()).isEqualTo(Status.BROKEN);
  }

  @Test
  void schemaChecks_compareWithTheRows() {
    assertThat(only(check(Check.type("price", FieldType.NUMBER))).status()).isEqualTo(Status.HELD);
    assertThat(only(check(Check.type("price", FieldType.TEXT))).evidence())
        .isEqualTo("it is a NUMBER");
    assertThat(only(check(Check.columns("price", "lost"))).evidence())
        .startsWith("lacking are [lost], new are [country, customer, day,");
    String[] all =
        Orders.TASK.features().schema().fields().stream().map(f -> f.name()).toArray(String[]::new);
    assertThat(only(check(Check.columns(all))).status()).isEqualTo(Status.HELD);
  }

  @Test
  void everyCheck_onNoRowsAndOnOtherColumns_isTotal() {
    for (Check check : ExpectationsTest.ALL) {
      QualityContext context =
          CONTEXT.withKnown("set", value -> true).withReference(ExpectationsTest.REFERENCE);
      QualityReport empty =
          Expectations.builder().warn(check).build().check(Orders.data(), context);
      assertThat(only(empty).rows()).isZero();
      assertThat(empty.toJson()).contains("\"format\":1");
      Schema none = Schema.of();
      Inspection<Row> inspection =
          Expectations.builder().warn(check).build().inspect(Features.rows(none), context);
      assertThat(inspection.add(Row.of(none, new double[0], new String[0]))).isEmpty();
      CheckResult lacking = only(inspection.report());
      if (!check.columns().isEmpty()) {
        assertThat(lacking.status()).as(check.text()).isEqualTo(Status.BROKEN);
      }
    }
  }
}
