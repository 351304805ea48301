package dev.endolith.monitoring;

import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.impact.ColumnCause;
import dev.endolith.monitoring.impact.ColumnImpact;
import dev.endolith.monitoring.impact.CorrelationChange;
import dev.endolith.monitoring.impact.Impact;
import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is told of the columns that drifted, and in which order. */
final class FindingText {
  private static final int MOST_NAMES = 3;
  private static final int MOST_CHARACTERS = 40;

  private FindingText() {}

  /** The model's own answers, then features by what they do to the score; else by effect. */
  static List<ColumnDrift> ranked(List<ColumnDrift> drifted, WindowFindings findings) {
    Impact impact = findings.measured();
    if (impact == null) {
      return drifted;
    }
    return drifted.stream()
        .sorted(
            Comparator.comparingInt((ColumnDrift c) -> c.role() == Role.FEATURE ? 1 : 0)
                .thenComparingDouble(
                    c -> -impact.column(c.name()).map(ColumnImpact::expected).orElse(0.0)))
        .toList();
  }

  /** A sentence for each of the first columns, features first, then for pairs of columns. */
  static List<String> causes(List<ColumnDrift> ranked, WindowFindings findings) {
    List<String> causes = new ArrayList<>();
    ranked.stream()
        .sorted(Comparator.comparingInt(c -> c.role() == Role.FEATURE ? 0 : 1))
        .limit(Monitor.TOP_COLUMNS)
        .forEach(column -> causes.add(sentence(column, findings)));
    findings.correlations().stream().limit(MOST_NAMES).forEach(c -> causes.add(sentence(c)));
    return causes;
  }

  private static String sentence(ColumnDrift column, WindowFindings findings) {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s: PSI %.2f over %d values, p = %.2g, missing %+.1f %%",
                column.name(),
                column.psi().statistic(),
                column.currentRows(),
                column.adjustedPValue(),
                100 * column.missingShareChange()));
    Optional<ColumnImpact> impact = findings.impact().flatMap(i -> i.column(column.name()));
    impact.ifPresent(
        i ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "; moves the score of a row by %.3g on the mean (%+.3g with its sign)",
                    i.expected(),
                    i.change())));
    findings.causes().column(column.name()).ifPresent(cause -> append(text, cause));
    return text.toString();
  }

  private static void append(StringBuilder text, ColumnCause cause) {
    if (cause.unit() != null) {
      text.append("; looks like: ").append(cause.unit().text());
    }
    if (!cause.added().isEmpty()) {
      text.append("; new: ").append(some(cause.added()));
    }
    if (!cause.vanished().isEmpty()) {
      text.append("; gone: ").append(some(cause.vanished()));
    }
  }

  private static String some(List<String> names) {
    String first =
        String.join(
            ", ",
            names.stream()
                .limit(MOST_NAMES)
                .map(name -> name.substring(0, Math.min(name.length(), MOST_CHARACTERS)))
                .toList());
    int more = names.size() - MOST_NAMES;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  static String sentence(CorrelationChange change) {
    return String.format(
        Locale.ROOT,
        "%s and %s go together otherwise: correlation %.2f, was %.2f",
        change.first(),
        change.second(),
        change.current(),
        change.reference());
  }
}
