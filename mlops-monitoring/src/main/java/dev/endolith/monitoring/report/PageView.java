package dev.endolith.monitoring.report;

import dev.endolith.monitoring.RuleFinding;
import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.drift.GlobalTest;
import dev.endolith.monitoring.impact.AttributionDrift;
import dev.endolith.monitoring.impact.CorrelationChange;
import dev.endolith.monitoring.impact.CorrelationChange.Coefficient;
import dev.endolith.monitoring.impact.Skew;
import dev.endolith.monitoring.quality.CheckResult;
import dev.endolith.monitoring.quality.QualityReport;
import dev.endolith.monitoring.quality.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the page of a report shows: texts only, so that the templates decide nothing.
 *
 * @param title what it is about
 * @param at when, empty if not known
 * @param rows how many rows were compared
 * @param summary the answers
 * @param withImpact whether the impact is known
 * @param cards the first columns, with a picture
 * @param groups the others, some hundred a group
 * @param omitted how many are not shown at all
 * @param trend the windows, or null
 * @param quality the expectations, or null
 * @param segments the parts
 * @param correlations pairs that go together otherwise
 * @param attribution the model's reasons, or null
 * @param skew training against serving, or null
 * @param method how it was decided
 * @param against what the rows were compared with
 * @param coefficient which correlation the pairs have
 */
record PageView(
    String title,
    String at,
    String rows,
    Summary summary,
    boolean withImpact,
    List<ColumnCard> cards,
    List<Group> groups,
    int omitted,
    @Nullable Trend trend,
    @Nullable Quality quality,
    List<Part> segments,
    List<Pair> correlations,
    @Nullable Reasons attribution,
    @Nullable Skew skew,
    List<ColumnCard.Fact> method,
    String against,
    String coefficient) {
  private static final int OPEN = 6;
  private static final int GROUP = 100;
  private static final int MOST_LINES = 200;
  private static final int MOST_EXAMPLES = 10;

  /** Columns without a picture. */
  record Group(int from, int to, List<Line> lines) {}

  /** A column without a picture. */
  record Line(
      int rank, String name, String verdict, String tone, String effect, String p, String impact) {}

  /** What was expected. */
  record Quality(String verdict, String tone, String says, List<Rule> rules, int kept) {}

  /** An expectation that is not kept, or not decided. */
  record Rule(
      String text, String status, String tone, String severity, String evidence, String rows) {}

  /** A part of the rows. */
  record Part(String name, String verdict, String tone, String rows, String drifted) {}

  /** Two columns. */
  record Pair(String first, String second, String before, String now, String p) {}

  /** The reasons of a model. */
  record Reasons(String agreement, String rows, List<Reason> fields) {}

  /** A field's part in the reasons. */
  record Reason(String name, String before, String now, String p) {}

  static PageView of(DataReport.Content content) {
    List<ColumnDrift> ranked = content.ranked();
    int pictures = Math.min(DataReport.MOST_PICTURES, ranked.size());
    int shown = Math.min(DataReport.MOST_COLUMNS, ranked.size());
    List<ColumnCard> cards = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      cards.add(ColumnCard.of(i + 1, i < OPEN, ranked.get(i), content));
    }
    List<Group> groups = new ArrayList<>();
    for (int from = pictures; from < shown; from += GROUP) {
      int to = Math.min(shown, from + GROUP);
      List<Line> lines = new ArrayList<>();
      for (int i = from; i < to; i++) {
        lines.add(line(i + 1, ranked.get(i), content));
      }
      groups.add(new Group(from + 1, to, lines));
    }
    DriftReport drift = content.drift();
    return new PageView(
        content.title(),
        content.at() == null ? "" : Figures.time(content.at()),
        Figures.count(drift.currentRows())
            + " rows against "
            + Figures.count(drift.referenceRows())
            + " of "
            + content.comparedWith(),
        Summary.of(content),
        content.impact() != null,
        cards,
        groups,
        ranked.size() - shown,
        content.windows().isEmpty() ? null : Trend.of(content.windows()),
        content.quality() != null
            ? quality(content.quality())
            : content.rules().isEmpty() ? null : quality(content.rules()),
        content.segments().stream().limit(MOST_LINES).map(PageView::part).toList(),
        content.correlations().stream().limit(MOST_LINES).map(PageView::pair).toList(),
        content.attribution() == null ? null : reasons(content.attribution()),
        content.skew() == null ? null : first(content.skew()),
        method(drift),
        content.comparedWith(),
        coefficient(content.correlations()));
  }

  private static String coefficient(List<CorrelationChange> changes) {
    boolean pearson = changes.stream().anyMatch(c -> c.coefficient() == Coefficient.PEARSON);
    boolean spearman = changes.stream().anyMatch(c -> c.coefficient() == Coefficient.SPEARMAN);
    if (pearson && spearman) {
      return "Correlations (Pearson's r or Spearman's ρ)";
    }
    return pearson ? "Correlations (Pearson's r)" : "Rank correlations (Spearman's ρ)";
  }

  /** What the last window of a monitor said. */
  private static Quality quality(List<RuleFinding> found) {
    List<RuleFinding> broken = found.stream().filter(f -> f.status() == Status.BROKEN).toList();
    List<Rule> rules =
        found.stream().filter(f -> f.status() != Status.HELD).map(PageView::rule).toList();
    boolean fails = broken.stream().anyMatch(RuleFinding::fails);
    return new Quality(
        broken.isEmpty() ? "good" : fails ? "failed" : "warned",
        broken.isEmpty() ? "good" : fails ? "bad" : "warn",
        "The last window breaks "
            + Figures.count(broken.size())
            + " of "
            + Figures.many(found.size(), "expectation", "expectations")
            + ".",
        rules,
        found.size() - rules.size());
  }

  private static Rule rule(RuleFinding found) {
    boolean broken = found.status() == Status.BROKEN;
    return new Rule(
        found.rule(),
        found.status().name().toLowerCase(Locale.ROOT),
        broken ? found.fails() ? "bad" : "warn" : "soft",
        found.severity().name().toLowerCase(Locale.ROOT),
        found.evidence(),
        "");
  }

  private static Skew first(Skew skew) {
    return new Skew(skew.rows(), skew.columns().stream().limit(MOST_LINES).toList());
  }

  private static Line line(int rank, ColumnDrift column, DataReport.Content content) {
    String impact =
        content.impact() == null
            ? ""
            : content
                .impact()
                .column(column.name())
                .map(found -> Figures.figure(found.expected()))
                .orElse("–");
    return new Line(
        rank,
        column.name(),
        Figures.verdict(column.verdict()),
        Figures.tone(column.verdict()),
        Figures.figure(column.effect()),
        Figures.figure(column.adjustedPValue()),
        impact);
  }

  private static Quality quality(QualityReport report) {
    List<Rule> rules = new ArrayList<>();
    List<CheckResult> open =
        report.results().stream().filter(r -> r.status() == Status.UNDECIDED).toList();
    report.broken().stream().limit(MOST_LINES).map(PageView::rule).forEach(rules::add);
    open.stream().limit(MOST_LINES).map(PageView::rule).forEach(rules::add);
    String verdict = report.verdict().name().toLowerCase(Locale.ROOT);
    return new Quality(
        verdict,
        switch (report.verdict()) {
          case GOOD -> "good";
          case WARNED -> "warn";
          case FAILED -> "bad";
        },
        report.summary(),
        rules,
        report.results().size() - report.broken().size() - open.size());
  }

  private static Rule rule(CheckResult result) {
    boolean broken = result.status() == Status.BROKEN;
    return new Rule(
        result.expectation().check().text(),
        result.status().name().toLowerCase(Locale.ROOT),
        broken ? result.fails() ? "bad" : "warn" : "soft",
        result.expectation().severity().name().toLowerCase(Locale.ROOT),
        result.evidence(),
        String.join(
            ", ",
            result.examples().stream()
                .limit(MOST_EXAMPLES)
                .map(row -> Long.toString(row.row()))
                .toList()));
  }

  private static Part part(DataReport.Segment segment) {
    DriftReport drift = segment.drift();
    return new Part(
        segment.name(),
        Figures.verdict(drift.verdict()),
        Figures.tone(drift.verdict()),
        Figures.count(drift.currentRows()),
        String.join(
            ", ", drift.drifted().stream().limit(8).map(c -> Figures.cut(c.name(), 40)).toList()));
  }

  private static Pair pair(CorrelationChange change) {
    return new Pair(
        change.first(),
        change.second(),
        Figures.signed(change.reference()),
        Figures.signed(change.current()),
        Figures.figure(change.adjustedPValue()));
  }

  private static Reasons reasons(AttributionDrift drift) {
    return new Reasons(
        Figures.figure(drift.agreement()),
        Figures.count(drift.rows()),
        drift.fields().stream()
            .limit(MOST_LINES)
            .map(
                f ->
                    new Reason(
                        f.name(),
                        Figures.figure(f.reference()),
                        Figures.figure(f.current()),
                        Figures.figure(f.adjustedPValue())))
            .toList());
  }

  private static List<ColumnCard.Fact> method(DriftReport drift) {
    List<ColumnCard.Fact> facts = new ArrayList<>();
    facts.add(new ColumnCard.Fact("level α", Figures.figure(drift.alpha())));
    facts.add(
        new ColumnCard.Fact("least effect that matters", Figures.figure(drift.minimumEffect())));
    facts.add(
        new ColumnCard.Fact(
            "correction", drift.correction().name().toLowerCase(Locale.ROOT).replace('_', ' ')));
    for (Map.Entry<GlobalTest, Double> test : drift.globalPValues().entrySet()) {
      facts.add(
          new ColumnCard.Fact(
              "any change at all, p by "
                  + test.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '),
              Figures.figure(test.getValue())));
    }
    return facts;
  }
}
