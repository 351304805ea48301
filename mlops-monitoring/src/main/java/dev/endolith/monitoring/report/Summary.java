package dev.endolith.monitoring.report;

import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.impact.AttributionDrift;
import dev.endolith.monitoring.impact.ColumnCause;
import dev.endolith.monitoring.impact.ColumnImpact;
import dev.endolith.monitoring.impact.Impact;
import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The four answers that a report begins with.
 *
 * @param verdict the verdict of the data
 * @param changed what changed
 * @param since since when
 * @param matters whether it matters
 * @param todo what to do, first things first
 */
record Summary(Verdict verdict, String changed, String since, String matters, List<String> todo) {
  private static final int MOST_NAMED = 5;
  private static final int NAME_LENGTH = 60;

  /** From here on a difference is called large, as in banking practice. */
  private static final double LARGE = 0.25;

  private static final double MISSING = 0.05;

  static Summary of(DataReport.Content content) {
    List<ColumnDrift> drifted =
        content.ranked().stream()
            .filter(c -> c.verdict() == Verdict.DRIFT && c.role() != Role.LABEL)
            .toList();
    Parts parts = Parts.of(content);
    return new Summary(
        parts.any() ? Verdict.DRIFT : content.drift().verdict(),
        changed(content, drifted, parts),
        since(content),
        matters(content, drifted, parts),
        todo(content, drifted, parts));
  }

  /**
   * What changed although each column may be as it was: segments that drifted, pairs of columns,
   * and fields by which the model decides otherwise.
   */
  private record Parts(List<String> segments, List<String> pairs, List<String> reasons) {
    static Parts of(DataReport.Content content) {
      AttributionDrift attribution = content.attribution();
      return new Parts(
          content.segments().stream()
              .filter(segment -> segment.drift().verdict() == Verdict.DRIFT)
              .map(DataReport.Segment::name)
              .toList(),
          content.correlations().stream()
              .map(pair -> name(pair.first()) + " and " + name(pair.second()))
              .toList(),
          attribution == null
              ? List.of()
              : attribution.fields().stream()
                  .filter(field -> field.adjustedPValue() <= content.drift().alpha())
                  .map(AttributionDrift.Field::name)
                  .toList());
    }

    boolean any() {
      return !segments.isEmpty() || !pairs.isEmpty() || !reasons.isEmpty();
    }

    private String some() {
      StringBuilder text = new StringBuilder();
      if (!segments.isEmpty()) {
        text.append(" Drifted in ")
            .append(Figures.many(segments.size(), "segment", "segments"))
            .append(": ")
            .append(names(segments))
            .append('.');
      }
      if (!pairs.isEmpty()) {
        text.append(" Go together otherwise: ").append(first(pairs, pairs.size())).append('.');
      }
      if (!reasons.isEmpty()) {
        text.append(" The model decides otherwise by ").append(names(reasons)).append('.');
      }
      return text.toString();
    }
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("verdict", verdict);
    json.put("changed", changed);
    json.put("since", since);
    json.put("matters", matters);
    json.put("todo", todo);
    return json;
  }

  private static String changed(
      DataReport.Content content, List<ColumnDrift> drifted, Parts parts) {
    String columns = columns(content, drifted);
    if (parts.any() && content.drift().verdict() == Verdict.NO_DRIFT) {
      return "No column as a whole:" + columns.substring(columns.indexOf(':') + 1) + parts.some();
    }
    return columns + parts.some();
  }

  private static String columns(DataReport.Content content, List<ColumnDrift> drifted) {
    DriftReport drift = content.drift();
    long judged = drift.columns().stream().filter(c -> c.role() != Role.LABEL).count();
    String all = Figures.many(judged, "column", "columns");
    return switch (drift.verdict()) {
      case DRIFT ->
          String.format(
              Locale.ROOT,
              "%s of %s drifted: %s.",
              Figures.count(drifted.size()),
              all,
              names(drifted.stream().map(ColumnDrift::name).toList()));
      case NO_DRIFT ->
          "Nothing: all of " + all + " are distributed as in " + content.comparedWith() + ".";
      case UNDECIDED -> {
        List<String> open =
            drift.columns().stream()
                .filter(c -> c.verdict() == Verdict.UNDECIDED && c.role() != Role.LABEL)
                .map(ColumnDrift::name)
                .toList();
        yield "Not decided: "
            + Figures.count(open.size())
            + " of "
            + all
            + " may or may not have drifted"
            + (open.isEmpty() ? "." : ": " + names(open) + ".");
      }
    };
  }

  private static String since(DataReport.Content content) {
    if (content.windows().isEmpty()) {
      return "Not known: one comparison was given, no windows over time.";
    }
    return content
        .since()
        .map(start -> start + ", in every window since.")
        .orElse("The last window did not drift.");
  }

  private static String matters(
      DataReport.Content content, List<ColumnDrift> drifted, Parts parts) {
    StringBuilder text = new StringBuilder();
    Impact impact = content.impact();
    boolean answers = drifted.stream().anyMatch(c -> c.role() != Role.FEATURE);
    if (drifted.isEmpty()) {
      text.append(
          parts.any()
              ? "It may: a model sees rows, not columns one by one; what it does to the score was"
                  + " not measured."
              : "No shift was found that could.");
    } else if (impact != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "The mean score went from %s to %s. ",
              Figures.figure(impact.referenceScore()),
              Figures.figure(impact.currentScore())));
      List<ColumnImpact> moving =
          drifted.stream().flatMap(c -> impact.column(c.name()).stream()).toList();
      if (moving.isEmpty() || moving.get(0).expected() == 0) {
        text.append("The model does not react to the columns that drifted.");
      } else {
        ColumnImpact top = moving.get(0);
        text.append(
            String.format(
                Locale.ROOT,
                "%s matters most: its shift moves a score by %s on the mean.",
                name(top.name()),
                Figures.figure(top.expected())));
      }
    } else if (answers) {
      text.append("Yes: what the model answers is distributed differently too.");
    } else {
      boolean large = drifted.stream().anyMatch(c -> c.effect() >= LARGE);
      text.append(
          large
              ? "A large change; whether the model reacts to it was not measured."
              : "A moderate change; whether the model reacts to it was not measured.");
    }
    if (content.fails()) {
      text.append(" Expectations that the data must keep are broken.");
    }
    if (content.skew() != null && !content.skew().columns().isEmpty()) {
      text.append(" Training and serving read the same rows differently.");
    }
    return text.toString();
  }

  private static List<String> todo(
      DataReport.Content content, List<ColumnDrift> drifted, Parts parts) {
    List<String> todo = new ArrayList<>();
    if (content.fails()) {
      todo.add("Look at the broken expectations first: such data is wrong, not only different.");
    }
    if (content.skew() != null && !content.skew().columns().isEmpty()) {
      todo.add(
          "Make training and serving compute "
              + names(content.skew().columns().stream().map(c -> c.name()).toList())
              + " by the same code.");
    }
    if (content.causes() != null) {
      for (ColumnDrift column : drifted) {
        content.causes().column(column.name()).ifPresent(cause -> advice(cause, todo));
      }
    }
    List<String> missing =
        drifted.stream()
            .filter(c -> c.missingShareChange() > MISSING)
            .map(ColumnDrift::name)
            .toList();
    if (!missing.isEmpty()) {
      todo.add("Ask the source why values of " + names(missing) + " are missing.");
    }
    if (!parts.segments.isEmpty()) {
      todo.add("Look at the rows of " + names(parts.segments) + " and at the errors on them.");
    }
    if (!parts.pairs.isEmpty()) {
      todo.add("Ask how " + first(parts.pairs, 1) + " came to go together otherwise.");
    }
    if (!parts.reasons.isEmpty()) {
      todo.add("Check whether the model should decide otherwise by " + names(parts.reasons) + ".");
    }
    if (!drifted.isEmpty()) {
      todo.add(
          "If the data is right and the world changed: compare the model's errors on recent labels,"
              + " and retrain on recent rows.");
    } else if (content.drift().verdict() == Verdict.UNDECIDED) {
      todo.add(
          "Wait for more rows: the least effect that a window of this size would show stands with"
              + " each column.");
    } else if (todo.isEmpty()) {
      todo.add("Nothing.");
    }
    return todo.stream().limit(MOST_NAMED + 3L).toList();
  }

  private static void advice(ColumnCause cause, List<String> todo) {
    if (cause.unit() != null && todo.size() < MOST_NAMED) {
      todo.add("Check the units of " + name(cause.name()) + ": " + cause.unit().text() + "?");
    } else if (!cause.added().isEmpty() && todo.size() < MOST_NAMED) {
      todo.add(
          "Ask where the new categories of "
              + name(cause.name())
              + " come from: the model has never seen them.");
    }
  }

  private static String names(List<String> names) {
    return first(names.stream().limit(MOST_NAMED).map(Summary::name).toList(), names.size());
  }

  /** At most so many of texts that can stand in a sentence, and how many more there are. */
  private static String first(List<String> texts, int all) {
    return String.join(", ", texts.stream().limit(Math.min(all, MOST_NAMED)).toList())
        + (all > MOST_NAMED ? " and " + Figures.count(all - MOST_NAMED) + " more" : "");
  }

  /** In isolates, so that a name written from right to left does not turn its sentence. */
  private static String name(String name) {
    return "\u2068" + Figures.cut(name, NAME_LENGTH) + "\u2069";
  }
}
