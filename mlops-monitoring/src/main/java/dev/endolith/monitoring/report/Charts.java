package dev.endolith.monitoring.report;

import dev.endolith.event.Alert;
import dev.endolith.html.Html;
import dev.endolith.monitoring.WindowSummary;
import dev.endolith.monitoring.report.MonitorReport.Content;
import dev.endolith.monitoring.report.MonitorReport.Step;
import dev.endolith.monitoring.report.MonitorReport.Version;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Draws what a report shows as inline SVG. */
final class Charts {
  /** More columns than can be told apart would be noise. */
  static final int MOST_ROWS = 15;

  /** The latest windows; with more a cell would be thinner than a hair. */
  static final int MOST_STEPS = 200;

  private static final double WIDTH = 1_000;
  private static final double RIGHT = 14;

  private final Html html;
  private final Content content;
  private final List<Step> steps;

  Charts(Html html, Content content) {
    this.html = html;
    this.content = content;
    List<Step> all = content.steps();
    this.steps = all.subList(Math.max(0, all.size() - MOST_STEPS), all.size());
  }

  List<Step> steps() {
    return steps;
  }

  /** What a window's error is called: of a classification or a regression. */
  Optional<String> errorMetric() {
    return List.of("error_rate", "mae").stream()
        .filter(name -> steps.stream().anyMatch(s -> s.window().metrics().containsKey(name)))
        .findFirst();
  }

  void errors(String metric) {
    double left = 56;
    double top = 56;
    double bottom = 250;
    double greatest = 0;
    for (Step step : steps) {
      greatest = Math.max(greatest, step.window().metrics().getOrDefault(metric, 0.0));
      greatest = Math.max(greatest, heldOut(step.version()).orElse(0.0));
    }
    double unit = tick(greatest * 1.1);
    double highest = unit * Math.max(1, Math.ceil(greatest * 1.1 / unit));
    html.open("svg", "viewBox", "0 0 1000 290", "role", "img", "aria-labelledby", "errors-title");
    html.leaf(
        "title",
        "Errors per window over time, with changes of version and alerts",
        "id",
        "errors-title");
    for (double value = 0; value <= highest + unit / 2; value += unit) {
      double y = bottom - (bottom - top) * value / highest;
      line("axis", left, y, WIDTH - RIGHT, y);
      text(Html.at(left - 6), Html.at(y + 4), "end", brief(value));
    }
    changes(left, 12, 16, bottom);
    for (int from = 0; from < steps.size(); ) {
      int to = from;
      while (to < steps.size() && steps.get(to).version() == steps.get(from).version()) {
        to++;
      }
      series(metric, from, to, left, top, bottom, highest);
      from = to;
    }
    content.alerts().forEach(alert -> marker(alert, left));
    dates(left, bottom + 18);
    html.close();
  }

  private void series(
      String metric, int from, int to, double left, double top, double bottom, double highest) {
    Optional<Double> held = heldOut(steps.get(from).version());
    held.ifPresent(
        level -> {
          double y = bottom - (bottom - top) * level / highest;
          line("held", edge(from, left), y, edge(to, left), y);
        });
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (int i = from; i < to; i++) {
      Double value = steps.get(i).window().metrics().get(metric);
      if (value != null) {
        path.append(pen ? 'L' : 'M').append(Html.at(middle(i, left))).append(' ');
        path.append(Html.at(bottom - (bottom - top) * value / highest));
      }
      pen = value != null;
    }
    html.empty("path", "class", "err", "d", path.toString());
    for (int i = from; i < to; i++) {
      WindowSummary window = steps.get(i).window();
      Double value = window.metrics().get(metric);
      if (value != null) {
        double y = bottom - (bottom - top) * value / highest;
        html.open(
            "circle",
            "class",
            "dot",
            "cx",
            Html.at(middle(i, left)),
            "cy",
            Html.at(y),
            "r",
            steps.size() > 80 ? "2" : "3.5");
        html.leaf("title", name(steps.get(i)) + ": " + brief(value) + " over " + window.labels());
        html.close();
      }
    }
  }

  private Optional<Double> heldOut(long number) {
    for (Version version : content.versions()) {
      if (version.number() == number && version.heldOut() != null) {
        double level = version.heldOut().mean();
        double inUnits =
            version.heldOut().classification() ? level : level * version.heldOut().scale();
        return Double.isFinite(inUnits) ? Optional.of(inUnits) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private void marker(Alert alert, double left) {
    int at = -1;
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).version() == alert.version()
          && !steps.get(i).window().from().isAfter(alert.at())) {
        at = i; // of an alert in a window that is not complete the last one before it
      }
    }
    if (at < 0) {
      return;
    }
    double x = middle(at, left);
    boolean errors = alert.kind() == Alert.Kind.PERFORMANCE;
    double y = errors ? 26 : 43;
    String shape =
        errors
            ? "M" + Html.at(x - 6) + " " + Html.at(y - 6) + "h12v12h-12z"
            : "M" + Html.at(x) + " " + Html.at(y - 6) + "l6 11h-12z";
    String kind =
        errors ? "m-err" : alert.severity() == Alert.Severity.ALARM ? "m-drift" : "m-warn";
    html.open("path", "class", kind, "d", shape);
    html.leaf("title", alert.window() + ": " + alert.message());
    html.close();
  }

  void heatMap() {
    Map<String, Double> greatest = new HashMap<>();
    steps.forEach(
        step -> step.window().psi().forEach((name, psi) -> greatest.merge(name, psi, Math::max)));
    List<String> columns =
        greatest.entrySet().stream()
            .sorted(
                Comparator.comparingDouble((Map.Entry<String, Double> e) -> -e.getValue())
                    .thenComparing(Map.Entry::getKey))
            .limit(MOST_ROWS)
            .map(Map.Entry::getKey)
            .toList();
    double left = 170;
    double top = 22;
    double row = 22;
    double bottom = top + row * columns.size();
    html.open(
        "svg",
        "viewBox",
        "0 0 1000 " + Html.at(bottom + 26),
        "role",
        "img",
        "aria-labelledby",
        "heat-title");
    html.leaf(
        "title", "PSI of the columns that changed most, window by window", "id", "heat-title");
    double cell = (WIDTH - RIGHT - left) / steps.size();
    for (int c = 0; c < columns.size(); c++) {
      String column = columns.get(c);
      double y = top + row * c;
      text(Html.at(left - 8), Html.at(y + 15), "end", cut(column, 24));
      for (int i = 0; i < steps.size(); i++) {
        Double psi = steps.get(i).window().psi().get(column);
        if (psi != null) {
          html.open(
              "rect",
              "class",
              "h" + level(psi),
              "x",
              Html.at(left + cell * i),
              "y",
              Html.at(y),
              "width",
              Html.at(Math.max(0.5, cell - (cell > 5 ? 1 : 0))),
              "height",
              Html.at(row - 1));
          html.leaf("title", column + ", " + name(steps.get(i)) + ": PSI " + brief(psi));
          html.close();
        }
      }
    }
    changes(left, 12, top - 6, bottom);
    dates(left, bottom + 18);
    html.close();
  }

  static int level(double psi) {
    if (psi < 0.05) {
      return 0;
    }
    if (psi < 0.1) {
      return 1;
    }
    return psi < 0.25 ? 2 : psi < 0.5 ? 3 : 4;
  }

  /** Where another version begins to serve. */
  private void changes(double left, double textAt, double from, double to) {
    double free = left;
    for (int i = 0; i < steps.size(); i++) {
      if (i == 0 || steps.get(i).version() != steps.get(i - 1).version()) {
        double x = edge(i, left);
        if (i > 0) {
          line("change", x, from, x, to);
        }
        if (x >= free) {
          String label = "v" + steps.get(i).version();
          html.leaf("text", label, "class", "strong", "x", Html.at(x + 2), "y", Html.at(textAt));
          free = x + 10 + 8 * label.length();
        }
      }
    }
  }

  private void dates(double left, double y) {
    boolean days =
        Duration.between(steps.get(0).window().from(), steps.get(steps.size() - 1).window().to())
                .toDays()
            > 2;
    DateTimeFormatter format =
        DateTimeFormatter.ofPattern(days ? "yyyy-MM-dd" : "MM-dd HH:mm", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    int every = Math.max(1, (steps.size() + 6) / 7);
    for (int i = 0; i < steps.size(); i += every) {
      text(
          Html.at(Math.min(middle(i, left), WIDTH - 44)),
          Html.at(y),
          "middle",
          format.format(steps.get(i).window().to()));
    }
  }

  /** The shares of the reference and of the window, bin by bin. */
  private double edge(int step, double left) {
    return left + (WIDTH - RIGHT - left) * step / steps.size();
  }

  private double middle(int step, double left) {
    return (edge(step, left) + edge(step + 1, left)) / 2;
  }

  private static String name(Step step) {
    return step.window().name() + " of v" + step.version();
  }

  private void line(String kind, double x1, double y1, double x2, double y2) {
    html.empty(
        "line",
        "class",
        kind,
        "x1",
        Html.at(x1),
        "y1",
        Html.at(y1),
        "x2",
        Html.at(x2),
        "y2",
        Html.at(y2));
  }

  private void text(String x, String y, String anchor, String text) {
    html.leaf("text", text, "x", x, "y", y, "text-anchor", anchor);
  }

  static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }

  /** About four steps of 1, 2 or 5 times a power of ten. */
  private static double tick(double range) {
    if (!(range > 0)) {
      return 0.25;
    }
    double power = Math.pow(10, Math.floor(Math.log10(range / 4)));
    double part = range / 4 / power;
    return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
  }

  static String brief(double value) {
    String text = String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.3f" : "%.4g", value);
    return text.contains(".") && !text.contains("e")
        ? text.replaceAll("0+$", "").replaceAll("\\.$", "")
        : text;
  }
}
