package dev.endolith.monitoring.report;

import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.impact.ColumnCause;
import dev.endolith.monitoring.impact.ColumnImpact;
import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is shown of a column.
 *
 * @param rank its place, from 1
 * @param name its name
 * @param role what it is, if not an input
 * @param verdict the verdict in words
 * @param tone the verdict's colour
 * @param effect how large the difference is
 * @param impact what it does to the score, empty if not known
 * @param open whether it is unfolded at first
 * @param reason why the verdict is what it is
 * @param notes what may have caused it
 * @param facts the figures of the method
 * @param overlay the picture
 */
record ColumnCard(
    int rank,
    String name,
    String role,
    String verdict,
    String tone,
    String effect,
    String impact,
    boolean open,
    String reason,
    List<String> notes,
    List<Fact> facts,
    Overlay overlay) {
  private static final int NAME_LENGTH = 60;

  /** A figure and what it is. */
  record Fact(String name, String value) {}

  static ColumnCard of(int rank, boolean open, ColumnDrift column, DataReport.Content content) {
    ColumnImpact impact =
        content.impact() == null ? null : content.impact().column(column.name()).orElse(null);
    List<String> notes = new ArrayList<>();
    content.since(column.name()).ifPresent(since -> notes.add("It drifts since " + since + "."));
    if (impact != null) {
      notes.add(
          String.format(
              Locale.ROOT,
              "Its shift moves a row's score by %s on the mean (%s ± %s with the sign).",
              Figures.figure(impact.expected()),
              Figures.signed(impact.change()),
              Figures.figure(1.96 * impact.standardError())));
    }
    if (content.causes() != null) {
      content.causes().column(column.name()).ifPresent(cause -> causes(cause, notes));
    }
    return new ColumnCard(
        rank,
        column.name(),
        role(column),
        Figures.verdict(column.verdict()),
        Figures.tone(column.verdict()),
        Figures.figure(column.effect()),
        impact == null ? "" : Figures.figure(impact.expected()),
        open && column.verdict() == Verdict.DRIFT,
        column.reason(),
        notes,
        facts(column),
        Overlay.of(column));
  }

  static String role(ColumnDrift column) {
    String role = column.role().name().toLowerCase(Locale.ROOT);
    return column.role() == Role.FEATURE || column.name().contains(role) ? "" : role;
  }

  private static void causes(ColumnCause cause, List<String> notes) {
    if (cause.unit() != null) {
      notes.add(
          String.format(
              Locale.ROOT,
              "A change of units would explain it: %s. Undone, the distance falls from %.2f to %.2f.",
              cause.unit().text(),
              cause.unit().distance(),
              cause.unit().undone()));
    }
    if (!cause.added().isEmpty()) {
      notes.add("New categories: " + names(cause.added()) + ".");
    }
    if (!cause.vanished().isEmpty()) {
      notes.add("Categories that are gone: " + names(cause.vanished()) + ".");
    }
  }

  private static String names(List<String> names) {
    return String.join(
        ", ", names.stream().map(name -> "“" + Figures.cut(name, NAME_LENGTH) + "”").toList());
  }

  private static List<Fact> facts(ColumnDrift column) {
    return List.of(
        new Fact("PSI", Figures.figure(column.psi().statistic())),
        new Fact("PSI beyond chance", Figures.figure(column.effect())),
        new Fact(
            "its 95 % interval",
            Figures.figure(column.effectLow()) + " to " + Figures.figure(column.effectHigh())),
        new Fact(
            "least effect that would be found", Figures.figure(column.minimumDetectableEffect())),
        new Fact("test", column.test().method()),
        new Fact("statistic", Figures.figure(column.test().statistic())),
        new Fact("p", Figures.figure(column.pValue())),
        new Fact("p, adjusted", Figures.figure(column.adjustedPValue())),
        new Fact(
            "values",
            Figures.count(column.referenceRows())
                + " then, "
                + Figures.count(column.currentRows())
                + " now"),
        new Fact("missing", Figures.change(column.missingShareChange())),
        new Fact("without a bin of their own", Figures.change(column.unseenShareChange())),
        new Fact("may hide inside bins", Figures.share(column.binningError())));
  }
}
