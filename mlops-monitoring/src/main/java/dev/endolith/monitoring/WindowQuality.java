package dev.endolith.monitoring;

import dev.endolith.data.Features;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.monitoring.quality.Expectation;
import dev.endolith.monitoring.quality.Expectations;
import dev.endolith.monitoring.quality.ExpectationsBuilder;
import dev.endolith.monitoring.quality.QualityContext;
import dev.endolith.monitoring.quality.RowChecks;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** How many rows of a window break each expectation. */
final class WindowQuality {
  private final Expectations expectations;
  private final Predicate<String> hidden;
  private @Nullable Schema schema;
  private @Nullable RowChecks<Row> checks;

  /** An expectation that more rows break than it tolerates, and how many. */
  record Broken(Expectation expectation, long rows, long of) {
    String text() {
      return String.format(
          Locale.ROOT, "%s (%d of %d rows break it)", expectation.check().text(), rows, of);
    }
  }

  /**
   * Expects something of rows.
   *
   * @param expectations the rules; those of single rows are used
   * @param hidden the columns that are not logged, about which nothing can be said
   */
  WindowQuality(Expectations expectations, Predicate<String> hidden) {
    this.expectations = expectations;
    this.hidden = hidden;
  }

  @SuppressWarnings("ReferenceEquality") // rows of one log share their schema; comparing it is slow
  void count(Row row, Map<String, Long> broken) {
    RowChecks<Row> bound = checks;
    if (bound == null || schema != row.schema()) {
      schema = row.schema();
      bound = bind(row.schema());
      checks = bound;
    }
    for (Expectation expectation : bound.broken(row)) {
      broken.merge(expectation.check().text(), 1L, Long::sum);
    }
  }

  /**
   * Rules that cannot be asked of such rows are left out: that is for a check of the data to say.
   */
  private RowChecks<Row> bind(Schema rows) {
    QualityContext context =
        QualityContext.of(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC)); // no rule of a row asks it
    Features<Row> features = Features.rows(rows);
    ExpectationsBuilder builder = Expectations.builder();
    expectations.all().stream()
        .filter(e -> e.check().columns().stream().noneMatch(hidden))
        .filter(e -> possible(e, features, context))
        .forEach(builder::add);
    return builder.build().bind(features, context);
  }

  private static boolean possible(
      Expectation expectation, Features<Row> features, QualityContext context) {
    try {
      RowChecks<Row> unused =
          Expectations.builder().add(expectation).build().bind(features, context);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The expectations that a window breaks, those that fail first. */
  List<Broken> broken(Map<String, Long> counts, long rows) {
    List<Broken> broken = new ArrayList<>();
    for (Expectation expectation : expectations.all()) {
      long count = counts.getOrDefault(expectation.check().text(), 0L);
      if (count > 0 && count > expectation.tolerance() * rows) {
        broken.add(new Broken(expectation, count, rows));
      }
    }
    broken.sort((a, b) -> b.expectation().severity().compareTo(a.expectation().severity()));
    return broken;
  }
}
