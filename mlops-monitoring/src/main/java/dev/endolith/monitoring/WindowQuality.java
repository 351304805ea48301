package dev.endolith.monitoring;

import dev.endolith.data.Features;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.error.DataException;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import dev.endolith.monitoring.quality.CheckResult;
import dev.endolith.monitoring.quality.DataCheck;
import dev.endolith.monitoring.quality.Expectation;
import dev.endolith.monitoring.quality.Expectations;
import dev.endolith.monitoring.quality.ExpectationsBuilder;
import dev.endolith.monitoring.quality.Inspection;
import dev.endolith.monitoring.quality.Measure;
import dev.endolith.monitoring.quality.MetricHistory;
import dev.endolith.monitoring.quality.QualityContext;
import dev.endolith.monitoring.quality.QualityReport;
import dev.endolith.monitoring.quality.RowCheck;
import dev.endolith.monitoring.quality.Status;
import dev.endolith.monitoring.window.Piece;
import dev.endolith.privacy.PrivacyPolicy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What windows are expected to be like. Immutable. */
final class WindowQuality {
  private final Expectations asked;
  private final Map<String, Expectation> original = new HashMap<>(); // by the text that is asked
  private final Schema schema;
  private final Features<Row> features;
  private final QualityContext context;

  /** What a window says of an expectation. */
  record Finding(Expectation expectation, Status status, String evidence) {
    /** The key of its alerts. */
    String rule() {
      return expectation.check().text();
    }

    String text() {
      return rule() + " (" + evidence + ")";
    }
  }

  /** What a window says of all, and what its figures add to those of windows before. */
  record Judged(List<Finding> findings, MetricHistory figures) {
    /** The broken ones, those that fail first. */
    List<Finding> broken() {
      return findings.stream()
          .filter(f -> f.status() == Status.BROKEN)
          .sorted(Comparator.comparing((Finding f) -> f.expectation().severity()).reversed())
          .toList();
    }

    /** What is kept of them: the broken ones, then those that are not decided. */
    List<RuleFinding> kept() {
      Comparator<RuleFinding> order =
          Comparator.comparing((RuleFinding f) -> !f.fails())
              .thenComparing(f -> f.status() != Status.BROKEN)
              .thenComparing(f -> f.status() != Status.UNDECIDED);
      return findings.stream()
          .map(f -> new RuleFinding(f.rule(), f.status(), f.expectation().severity(), f.evidence()))
          .sorted(order)
          .limit(Monitor.MOST_RULES)
          .toList();
    }
  }

  /**
   * Expects something of windows. Rules that cannot be asked of such rows are left out: that is for
   * a check of the data to say.
   *
   * @param expectations the rules
   * @param hidden the columns that are not logged, about which nothing can be said
   * @param schema the fields of the rows
   * @param reference what windows are to be distributed like
   * @param privacy whose values may be told
   */
  WindowQuality(
      Expectations expectations,
      Predicate<String> hidden,
      Schema schema,
      ReferenceProfile reference,
      PrivacyPolicy privacy) {
    this.schema = schema;
    this.features = Features.rows(schema);
    // the log has its own time, which each row brings along
    this.context =
        QualityContext.of(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
            .withReference(reference)
            .withPrivacy(privacy)
            .withMostDistinct(Monitor.MOST_KEYS)
            .withMostExamples(0)
            .withMostQuarantined(0);
    ExpectationsBuilder builder = Expectations.builder();
    for (Expectation expectation : expectations.all()) {
      Expectation shown = shown(expectation, hidden, schema, reference);
      if (shown.check().columns().stream().noneMatch(hidden)) {
        builder.add(shown);
        original.put(shown.check().text(), expectation);
      }
    }
    this.asked = builder.build().possible(features, context);
  }

  /** A rule about every column is one about those that are logged. */
  private static Expectation shown(
      Expectation expectation,
      Predicate<String> hidden,
      Schema schema,
      ReferenceProfile reference) {
    if (!(expectation.check() instanceof DataCheck.Distributed every)
        || !every.columns().isEmpty()) {
      return expectation;
    }
    List<String> logged =
        schema.fields().stream()
            .map(field -> field.name())
            .filter(hidden.negate())
            .filter(name -> reference.column(name).isPresent())
            .toList();
    return logged.isEmpty()
        ? expectation
        : new Expectation(
            new DataCheck.Distributed(logged, every.alpha(), every.minimumEffect()),
            expectation.severity(),
            expectation.tolerance());
  }

  /** Begins a window, which counts its rows into a profile itself. */
  Inspection<Row> fresh(WindowProfile profile) {
    return asked.inspect(features, context, profile);
  }

  /** Goes on with a window; anew if other rules are asked now. */
  Inspection<Row> resume(byte @Nullable [] saved, WindowProfile profile) {
    if (saved != null) {
      try {
        Inspection<Row> inspection = fresh(profile);
        inspection.restore(saved);
        return inspection;
      } catch (DataException e) {
        return fresh(profile); // other rules
      }
    }
    return fresh(profile);
  }

  boolean isEmpty() {
    return asked.all().isEmpty();
  }

  /** Whether rows of such a schema can be asked. */
  boolean knows(Schema rows) {
    return schema.equals(rows);
  }

  /** Judges a window that is over. */
  Judged judge(Piece<OpenWindow> piece, MetricHistory figures) {
    if (asked.all().isEmpty()) {
      return new Judged(List.of(), figures);
    }
    OpenWindow window = piece.content();
    // the figures before this window may have grown since it was opened
    Inspection<Row> inspection =
        asked.inspect(features, context.withHistory(figures), window.profile);
    inspection.restore(window.quality.state());
    QualityReport report = inspection.report();
    List<Finding> findings = new ArrayList<>();
    Map<String, Double> usual = new HashMap<>();
    for (CheckResult result : report.results()) {
      Expectation expectation =
          original.getOrDefault(result.expectation().check().text(), result.expectation());
      findings.add(finding(expectation, result, piece));
      if (expectation.check() instanceof DataCheck.Usual rule) {
        String name = rule.measure().of(rule.column());
        Double value = report.metrics().get(name);
        if (value != null) {
          usual.put(name, value);
        }
      }
    }
    return new Judged(
        findings,
        usual.isEmpty() || !piece.complete() ? figures : recent(figures.plus(report.at(), usual)));
  }

  private static MetricHistory recent(MetricHistory figures) {
    List<MetricHistory.Point> points = figures.points();
    if (points.size() <= Monitor.MOST_WINDOWS) {
      return figures;
    }
    MetricHistory kept = MetricHistory.EMPTY;
    for (MetricHistory.Point point :
        points.subList(points.size() - Monitor.MOST_WINDOWS, points.size())) {
      kept = kept.plus(point.at(), point.values());
    }
    return kept;
  }

  private static Finding finding(
      Expectation expectation, CheckResult result, Piece<OpenWindow> piece) {
    boolean leastRows =
        expectation.check() instanceof DataCheck.Bounded bounded
            && bounded.measure() == Measure.ROWS
            && bounded.min() > 0;
    if (leastRows && piece.emptyBefore() > 0) {
      return new Finding(
          expectation,
          Status.BROKEN,
          piece.emptyBefore() + " windows before it have no row at all");
    }
    // rows of the first window of time may be unseen: only what some rows break for sure is said
    boolean sure =
        piece.complete()
            || expectation.check() instanceof RowCheck
            || (expectation.check() instanceof DataCheck.Unique
                && result.status() == Status.BROKEN);
    return new Finding(expectation, sure ? result.status() : Status.UNDECIDED, result.evidence());
  }
}
