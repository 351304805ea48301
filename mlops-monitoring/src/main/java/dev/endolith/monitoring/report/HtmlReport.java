package dev.endolith.monitoring.report;

import dev.endolith.event.Alert;
import dev.endolith.event.ModelHealth;
import dev.endolith.html.Html;
import dev.endolith.monitoring.report.MonitorReport.Content;
import dev.endolith.monitoring.report.MonitorReport.Move;
import dev.endolith.monitoring.report.MonitorReport.Version;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The page of a report. */
final class HtmlReport {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final int MOST_TABLE_ROWS = 100;

  private final Content content;
  private final Html html = new Html();
  private final Charts charts;

  HtmlReport(Content content) {
    this.content = content;
    this.charts = new Charts(html, content);
  }

  /** The page: the state of the model, the last window's answers, and what led there. */
  String page() {
    return Pages.model(
        "Model report: " + content.model(),
        part(HtmlReport::head),
        content.data().map(DataReport::page).stream().toList(),
        part(HtmlReport::story),
        part(HtmlReport::history));
  }

  private String part(Consumer<HtmlReport> writes) {
    HtmlReport part = new HtmlReport(content);
    writes.accept(part);
    return part.html.fragment();
  }

  private void story() {
    if (!charts.steps().isEmpty()) {
      errors();
      heatMap();
    }
    alerts();
  }

  private void history() {
    versions();
    moves();
    terms();
  }

  private void head() {
    html.open("header");
    html.leaf("h1", content.model());
    Optional<Version> serving = content.serving();
    html.open("p");
    ModelHealth health = serving.map(Version::health).orElse(null);
    if (health != null) {
      html.leaf("span", words(health.status().name()), "class", "badge " + tone(health.status()));
      html.text(" " + health.explanation());
    } else {
      html.text(
          serving.isPresent() ? "Nothing is known of its watch yet." : "No version serves yet.");
    }
    html.close();
    html.leaf("p", "As of " + time(content.at()) + " UTC", "class", "soft").close();
    html.open("section").open("div", "class", "tiles");
    tile(serving.map(v -> "v" + v.number()).orElse("none"), "version that serves");
    tile(count(sum(false)), "predictions seen");
    tile(count(sum(true)), "true answers learned later");
    tile(count(content.alerts().size()), "alerts");
    charts
        .errorMetric()
        .ifPresent(
            metric -> {
              Double last = null;
              for (MonitorReport.Step step : charts.steps()) {
                last = step.window().metrics().getOrDefault(metric, last);
              }
              if (last != null) {
                boolean rate = metric.equals("error_rate");
                tile(
                    rate ? String.format(Locale.ROOT, "%.1f %%", 100 * last) : Charts.brief(last),
                    rate ? "wrong answers, last window" : "mean absolute error, last window");
              }
            });
    html.close().close();
  }

  private long sum(boolean labels) {
    return content.versions().stream().mapToLong(v -> labels ? v.labels() : v.predictions()).sum();
  }

  private void tile(String number, String what) {
    html.open("div").leaf("b", number).leaf("span", what, "class", "soft").close();
  }

  private void errors() {
    Optional<String> metric = charts.errorMetric();
    section("How often is it wrong?");
    if (metric.isEmpty()) {
      note("No true answers have arrived yet, so nobody knows.");
      html.close();
      return;
    }
    note(
        (metric.get().equals("error_rate")
                ? "The share of wrong answers among those whose truth became known, window by window."
                : "The mean distance between the predicted number and the truth, window by window.")
            + " The dashed level is what the version did on rows that it had not seen in training:"
            + " a line that stays above it is a model that got worse.");
    html.open("div", "class", "scroll");
    charts.errors(metric.get());
    html.close();
    html.open("ul", "class", "key");
    key("path", "err", "M1 7h22", "error in service");
    key("path", "held", "M1 7h22", "error on rows held out");
    key("path", "change", "M12 0v14", "another version takes over");
    key("path", "m-warn", "M12 2l5 10h-10z", "drift, warning");
    key("path", "m-drift", "M12 2l5 10h-10z", "drift, alarm");
    key("path", "m-err", "M7 2h10v10h-10z", "errs more, alarm");
    html.close().close();
  }

  private void heatMap() {
    boolean earlier = content.againstEarlier();
    section(earlier ? "Does the world move?" : "Is the world still the one it was trained in?");
    note(
        "Each cell compares one column of one window with "
            + (earlier ? "windows before it." : "the rows that the version was trained on.")
            + " The number behind the colour is the PSI (population stability index): 0 if a column is"
            + " distributed as before, 0.1 for a change worth a look, 0.25 for a large one. The "
            + Charts.MOST_ROWS
            + " columns that changed most.");
    html.open("div", "class", "scroll");
    charts.heatMap();
    html.close();
    html.open("ul", "class", "key");
    String[] levels = {"below 0.05", "0.05 to 0.1", "0.1 to 0.25", "0.25 to 0.5", "0.5 and more"};
    for (int i = 0; i < levels.length; i++) {
      key("path", "h" + i, "M0 0h24v14h-24z", levels[i]);
    }
    html.close().close();
  }

  private void key(String element, String kind, String shape, String what) {
    html.open("li").open("svg", "viewBox", "0 0 24 14", "aria-hidden", "true");
    html.empty(element, "class", kind, "d", shape).close().text(what).close();
  }

  private void alerts() {
    section("Alerts");
    if (content.alerts().isEmpty()) {
      note("None so far.");
      html.close();
      return;
    }
    List<Alert> newest = new ArrayList<>(content.alerts());
    Collections.reverse(newest);
    stack(
        "What the monitor told, latest first", "When (UTC)", "Version", "Kind", "Severity", "What");
    for (Alert alert : newest.subList(0, Math.min(newest.size(), MOST_TABLE_ROWS))) {
      html.open("tr");
      cell("when", time(alert.at()));
      cell("nw", "v" + alert.version() + ", " + alert.window());
      cell("nw", words(alert.kind().name()));
      badge(
          words(alert.severity().name()),
          alert.severity() == Alert.Severity.ALARM ? "bad" : "warn");
      cell("wide", alert.message());
      html.close();
    }
    endTable();
    html.close();
  }

  private void versions() {
    section("Versions");
    wide(
        "Newest first; the metrics are those that its gates judged",
        "Version",
        "State",
        "Replaces",
        "Registered (UTC)",
        "Metrics",
        "#Predictions",
        "#Labels",
        "Description");
    for (Version version : content.versions()) {
      html.open("tr");
      html.leaf(
          "th",
          "v" + version.number() + (version.number() == content.champion() ? " (serves)" : ""),
          "scope",
          "row");
      cell("nw", words(version.state()));
      cell("nw", version.parent() > 0 ? "v" + version.parent() : "–");
      cell("when", time(version.createdAt()));
      cell(
          "list",
          new TreeMap<>(version.metrics())
              .entrySet().stream()
                  .map(metric -> metric.getKey() + " " + Charts.brief(metric.getValue()))
                  .collect(Collectors.joining(", ")));
      cell("n", count(version.predictions()));
      cell("n", count(version.labels()));
      cell("wide", version.description());
      html.close();
    }
    endTable();
    html.close();
  }

  private void moves() {
    if (content.moves().isEmpty()) {
      return;
    }
    section("Who served when");
    stack("Each move of the alias “champion”, latest first", "From (UTC)", "Version", "By", "Why");
    List<Move> newest = new ArrayList<>(content.moves());
    Collections.reverse(newest);
    for (Move move : newest.subList(0, Math.min(newest.size(), MOST_TABLE_ROWS))) {
      html.open("tr");
      cell("when", time(move.at()));
      cell("nw", move.version() > 0 ? "v" + move.version() : "none");
      cell("nw", move.actor());
      cell("wide", move.reason());
      html.close();
    }
    endTable();
    html.close();
  }

  private void terms() {
    section("Terms");
    html.open("dl");
    term(
        "Window",
        "So many predictions in a row, which are compared together with the reference, or with"
            + " windows before.");
    term(
        "Reference",
        "How the rows were distributed that a version was trained on, and how it scored and erred on"
            + " rows that it had not seen.");
    term("Drift", "What the model is asked, or what it answers, is distributed differently now.");
    term(
        "PSI",
        "Population stability index: how far two sets of shares are apart; 0 if they are equal.");
    term(
        "p, adjusted",
        "How likely a difference as clear as this would be by chance alone, made stricter for the"
            + " number of columns that were looked at.");
    term(
        "KS, chi-square",
        "The tests that say whether a difference is clear: Kolmogorov-Smirnov for numbers, χ² for"
            + " categories.");
    term(
        "Unseen",
        "The share of categories that have no bin of their own in the reference, mostly because they"
            + " did not occur there.");
    term(
        "(score), (answer), (label)",
        "Not inputs: how the model scored, what it answered where there are more than two answers,"
            + " and what turned out to be true. A drifted label alone raises no alert.");
    html.close().close();
  }

  private void term(String term, String meaning) {
    html.leaf("dt", term).leaf("dd", meaning);
  }

  private void section(String title) {
    html.open("section").leaf("h2", title);
  }

  private void note(String text) {
    html.leaf("p", text, "class", "soft");
  }

  /** A table whose rows become blocks on a phone, each cell saying what it is by itself. */
  private void stack(String caption, String... heads) {
    table("stack", caption, heads);
  }

  private void wide(String caption, String... heads) {
    table("wide", caption, heads);
  }

  /** Opens a table; a head that begins with # is of a column of numbers. */
  private void table(String kind, String caption, String... heads) {
    html.open("div", "class", "scroll", "tabindex", "0");
    html.open("table", "class", kind).leaf("caption", caption).open("thead").open("tr");
    for (String head : heads) {
      if (head.startsWith("#")) {
        html.leaf("th", head.substring(1), "scope", "col", "class", "n");
      } else {
        html.leaf("th", head, "scope", "col");
      }
    }
    html.close().close().open("tbody");
  }

  private void endTable() {
    html.close().close().close();
  }

  private void cell(String kind, String text) {
    html.leaf("td", text, "class", kind);
  }

  private void badge(String text, String tone) {
    html.open("td").leaf("span", text, "class", "badge " + tone).close();
  }

  private static String tone(ModelHealth.Status status) {
    return switch (status) {
      case OK -> "good";
      case WARNING -> "warn";
      case ALARM -> "bad";
      case NOT_ENOUGH_DATA -> "soft";
    };
  }

  private static String words(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String time(Instant at) {
    return MINUTE.format(at);
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
