package dev.endolith.monitoring.report;

import dev.endolith.monitoring.WindowSummary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The columns' PSI window by window.
 *
 * @param rows the columns that changed most, at most {@link Charts#MOST_ROWS}
 * @param height of the picture
 * @param dates below it
 * @param windows the figures behind it, oldest first
 */
record Trend(List<Line> rows, String height, List<Overlay.Tick> dates, List<Step> windows) {
  private static final double LEFT = 170;
  private static final double RIGHT = 986;
  private static final double ROW = 22;
  private static final double TOP = 8;
  private static final int NAME_LENGTH = 22;
  private static final int MOST_NAMED = 5;

  /** A column: its cells by level, one path each. */
  record Line(String name, String y, List<Level> levels) {}

  /** The cells of one colour. */
  record Level(String kind, String path) {}

  /** A window. */
  record Step(String name, String from, String rows, String verdict, String tone, String drifted) {}

  static Trend of(List<WindowSummary> all) {
    List<WindowSummary> windows =
        all.subList(Math.max(0, all.size() - Charts.MOST_STEPS), all.size());
    Map<String, Double> greatest = new HashMap<>();
    windows.forEach(w -> w.psi().forEach((name, psi) -> greatest.merge(name, psi, Math::max)));
    List<String> columns =
        greatest.entrySet().stream()
            .sorted(
                Map.Entry.<String, Double>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(Charts.MOST_ROWS)
            .map(Map.Entry::getKey)
            .toList();
    List<Line> rows = new ArrayList<>();
    double cell = (RIGHT - LEFT) / Math.max(1, windows.size());
    for (int r = 0; r < columns.size(); r++) {
      rows.add(line(columns.get(r), TOP + r * ROW, cell, windows));
    }
    double bottom = TOP + columns.size() * ROW;
    return new Trend(
        rows, at(bottom + 24), dates(windows, cell), windows.stream().map(Trend::step).toList());
  }

  private static Line line(String column, double y, double cell, List<WindowSummary> windows) {
    Map<Integer, StringBuilder> paths = new TreeMap<>();
    for (int i = 0; i < windows.size(); i++) {
      Double psi = windows.get(i).psi().get(column);
      if (psi != null) {
        double width = Math.max(0.5, cell - (cell > 5 ? 1 : 0));
        paths
            .computeIfAbsent(Charts.level(psi), level -> new StringBuilder())
            .append('M')
            .append(at(LEFT + i * cell))
            .append(' ')
            .append(at(y))
            .append('h')
            .append(at(width))
            .append('v')
            .append(at(ROW - 2))
            .append('h')
            .append(at(-width))
            .append('z');
      }
    }
    return new Line(
        Figures.cut(column, NAME_LENGTH),
        at(y + 15),
        paths.entrySet().stream()
            .map(e -> new Level("h" + e.getKey(), e.getValue().toString()))
            .toList());
  }

  private static List<Overlay.Tick> dates(List<WindowSummary> windows, double cell) {
    if (windows.isEmpty()) {
      return List.of();
    }
    List<Overlay.Tick> ticks = new ArrayList<>();
    ticks.add(new Overlay.Tick(at(LEFT), "start", Figures.time(windows.get(0).from())));
    if (windows.size() > 1) {
      ticks.add(
          new Overlay.Tick(
              at(LEFT + windows.size() * cell),
              "end",
              Figures.time(windows.get(windows.size() - 1).to())));
    }
    return ticks;
  }

  private static Step step(WindowSummary window) {
    return new Step(
        window.name(),
        Figures.time(window.from()),
        Figures.count(window.rows()),
        Figures.verdict(window.verdict()),
        Figures.tone(window.verdict()),
        drifted(window));
  }

  private static String drifted(WindowSummary window) {
    int more = window.drifted().size() - MOST_NAMED;
    return String.join(
            ", ", window.drifted().stream().limit(MOST_NAMED).map(n -> Figures.cut(n, 40)).toList())
        + (more > 0 ? " and " + Figures.count(more) + " more" : "");
  }

  private static String at(double value) {
    return Figures.tenths(value);
  }
}
