package dev.endolith.monitoring.report;

import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.drift.ColumnDrift.Bin;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The distributions of a column, one over the other.
 *
 * @param reference the outline of the reference's shares
 * @param current the outline of the current shares
 * @param ticks the names of bins below
 * @param axis the greatest share, at the top
 * @param says what the picture shows, in a sentence
 * @param bins the figures behind it
 */
record Overlay(
    String reference,
    String current,
    List<Tick> ticks,
    String axis,
    String says,
    List<Share> bins) {
  static final double WIDTH = 640;
  static final double LEFT = 46;
  static final double TOP = 8;
  static final double BOTTOM = 128;

  /** As many bins are named below the picture at most; of more the first, middle and last. */
  private static final int MOST_TICKS = 8;

  /** More bars could not be told apart; the JSON has all. */
  private static final int MOST_BINS = 30;

  private static final int TICK_LENGTH = 80;

  /** A name below the picture. */
  record Tick(String x, String anchor, String text) {}

  /** A line of the table. */
  record Share(String label, String reference, String current, String change) {}

  static Overlay of(ColumnDrift column) {
    List<Bin> bins = pooled(column.bins());
    double before = bins.stream().mapToLong(Bin::reference).sum();
    double now = bins.stream().mapToLong(Bin::current).sum();
    double highest = 0;
    Bin most = null;
    double mostChange = 0;
    for (Bin bin : bins) {
      double was = share(bin.reference(), before);
      double is = share(bin.current(), now);
      highest = Math.max(highest, Math.max(was, is));
      if (Math.abs(is - was) > Math.abs(mostChange)) {
        most = bin;
        mostChange = is - was;
      }
    }
    StringBuilder reference = new StringBuilder();
    StringBuilder current = new StringBuilder();
    double cell = bins.isEmpty() ? 0 : (WIDTH - LEFT) / bins.size();
    List<Share> shares = new ArrayList<>();
    for (int i = 0; i < bins.size(); i++) {
      double was = share(bins.get(i).reference(), before);
      double is = share(bins.get(i).current(), now);
      bar(reference, LEFT + i * cell + cell * 0.06, cell * 0.88, was, highest);
      bar(current, LEFT + i * cell + cell * 0.24, cell * 0.52, is, highest);
      shares.add(
          new Share(
              bins.get(i).label(),
              Figures.share(was),
              Figures.share(is),
              Figures.change(is - was)));
    }
    return new Overlay(
        reference.toString(),
        current.toString(),
        ticks(bins, cell),
        Figures.share(highest),
        says(most, before, now),
        shares);
  }

  private static List<Bin> pooled(List<Bin> bins) {
    if (bins.size() <= MOST_BINS) {
      return bins;
    }
    List<Bin> rest = bins.subList(MOST_BINS - 1, bins.size());
    List<Bin> pooled = new ArrayList<>(bins.subList(0, MOST_BINS - 1));
    pooled.add(
        new Bin(
            "all others",
            rest.stream().mapToLong(Bin::reference).sum(),
            rest.stream().mapToLong(Bin::current).sum()));
    return pooled;
  }

  private static String says(@Nullable Bin most, double before, double now) {
    if (before == 0 || now == 0) {
      return "One side has no values.";
    }
    if (most == null) {
      return "Both have the same shares in every bin.";
    }
    double was = share(most.reference(), before);
    double is = share(most.current(), now);
    return String.format(
        Locale.ROOT,
        "The greatest change: “%s” held %s before and holds %s now.",
        "\u2068" + Figures.cut(most.label(), TICK_LENGTH) + "\u2069",
        Figures.share(was),
        Figures.share(is));
  }

  private static double share(long count, double all) {
    return all == 0 ? 0 : count / all;
  }

  private static void bar(
      StringBuilder path, double x, double width, double share, double highest) {
    if (share > 0) {
      double y = BOTTOM - (BOTTOM - TOP) * share / highest;
      path.append('M').append(at(x)).append(' ').append(at(BOTTOM));
      path.append('V').append(at(y)).append('h').append(at(width)).append('V').append(at(BOTTOM));
      path.append('z');
    }
  }

  private static List<Tick> ticks(List<Bin> bins, double cell) {
    List<Tick> ticks = new ArrayList<>();
    int n = bins.size();
    for (int i = 0; i < n; i++) {
      boolean named = n <= MOST_TICKS || i == 0 || i == n / 2 || i == n - 1;
      if (named) {
        double room = n <= MOST_TICKS ? cell : (WIDTH - LEFT) / 3;
        String anchor =
            n <= MOST_TICKS ? "middle" : i == 0 ? "start" : i == n - 1 ? "end" : "middle";
        double x =
            switch (anchor) {
              case "start" -> LEFT;
              case "end" -> WIDTH;
              default -> LEFT + (i + 0.5) * cell;
            };
        ticks.add(
            new Tick(
                at(x), anchor, Figures.cut(bins.get(i).label(), Math.max(3, (int) (room / 7)))));
      }
    }
    return ticks;
  }

  private static String at(double value) {
    return Figures.tenths(value);
  }
}
