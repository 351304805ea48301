package dev.endolith.monitoring.window;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/** Into what pieces live data is cut before a piece is compared with a reference. Immutable. */
public sealed interface Window permits Window.Rows, Window.Timed {
  /**
   * A piece is so many predictions, one after the other, none of them in two pieces.
   *
   * <p>More rows see smaller changes, and see them later. A change that matters (PSI of 0.1) is
   * seen in a few hundred rows; 1 000 to 5 000 suit most models.
   *
   * @param rows how many, at least 2
   * @return the window
   * @throws IllegalArgumentException if {@code rows} &lt; 2
   */
  static Window rows(int rows) {
    return new Rows(rows);
  }

  /**
   * A piece is what happened in a span of time. Spans begin at multiples of their length since
   * 1970-01-01T00:00:00Z.
   *
   * @param length how long, from one second to ten years, in whole milliseconds
   * @return the window, which waits for no row that comes late
   * @throws IllegalArgumentException if {@code length} is outside its range
   */
  static Timed every(Duration length) {
    return new Span(length, Duration.ZERO);
  }

  /**
   * A piece is a day.
   *
   * @param zone whose days; one may have 23 or 25 hours
   * @return the window, which waits for no row that comes late
   */
  static Timed day(ZoneId zone) {
    return new Calendar(ChronoUnit.DAYS, zone, Duration.ZERO);
  }

  /**
   * A piece is a week from Monday on.
   *
   * @param zone whose weeks
   * @return the window, which waits for no row that comes late
   */
  static Timed week(ZoneId zone) {
    return new Calendar(ChronoUnit.WEEKS, zone, Duration.ZERO);
  }

  /**
   * A piece is a month.
   *
   * @param zone whose months
   * @return the window, which waits for no row that comes late
   */
  static Timed month(ZoneId zone) {
    return new Calendar(ChronoUnit.MONTHS, zone, Duration.ZERO);
  }

  /**
   * So many predictions.
   *
   * @param rows how many, at least 2
   */
  record Rows(int rows) implements Window {
    /**
     * Checks the number.
     *
     * @param rows how many, at least 2
     * @throws IllegalArgumentException if {@code rows} &lt; 2
     */
    public Rows {
      if (rows < 2) {
        throw new IllegalArgumentException("a window must have at least 2 rows, was " + rows);
      }
    }
  }

  /** Pieces of time that follow each other without a gap. */
  sealed interface Timed extends Window permits Span, Calendar {
    /**
     * The beginning of the piece that an instant is in.
     *
     * @param at the instant
     * @return the beginning, at or before {@code at}
     */
    Instant start(Instant at);

    /**
     * The end of a piece, which is the beginning of the next.
     *
     * @param start the beginning of a piece
     * @return the end, after {@code start}
     */
    Instant end(Instant start);

    /**
     * How many pieces lie between two.
     *
     * @param end the end of a piece
     * @param start the beginning of another, at or after {@code end}
     * @return the number; 0 if one follows the other
     */
    long between(Instant end, Instant start);

    /**
     * How long a piece waits after its end for rows that come late.
     *
     * @return not negative
     */
    Duration lateness();

    /**
     * The same pieces, which wait for rows that come late.
     *
     * @param lateness how long after the latest row a row may have happened, in [0, 1000 pieces],
     *     of calendar pieces in [0, 1000 days]
     * @return the window
     * @throws IllegalArgumentException if {@code lateness} is outside its range
     */
    Timed withLateness(Duration lateness);
  }

  /**
   * Spans of one length.
   *
   * @param length how long, at least one second
   * @param lateness how long a piece waits after its end
   */
  record Span(Duration length, Duration lateness) implements Timed {
    /**
     * Checks the length.
     *
     * @param length how long, at least one second
     * @param lateness how long a piece waits after its end
     * @throws IllegalArgumentException if one is outside its range
     */
    public Span {
      if (length.compareTo(Duration.ofSeconds(1)) < 0
          || length.compareTo(Duration.ofDays(3_660)) > 0
          || length.toNanosPart() % 1_000_000 != 0) {
        throw new IllegalArgumentException(
            "a window must be from a second to ten years long, in milliseconds, was " + length);
      }
      check(lateness, length);
    }

    @Override
    public Instant start(Instant at) {
      long step = length.toMillis();
      return Instant.ofEpochMilli(Math.floorDiv(at.toEpochMilli(), step) * step);
    }

    @Override
    public Instant end(Instant start) {
      return start.plusMillis(length.toMillis());
    }

    @Override
    public long between(Instant end, Instant start) {
      return Duration.between(end, start).toMillis() / length.toMillis();
    }

    @Override
    public Timed withLateness(Duration longer) {
      return new Span(length, longer);
    }
  }

  /**
   * Days, weeks or months.
   *
   * @param unit which of them
   * @param zone where
   * @param lateness how long a piece waits after its end
   */
  record Calendar(ChronoUnit unit, ZoneId zone, Duration lateness) implements Timed {
    /**
     * Checks the unit.
     *
     * @param unit days, weeks or months
     * @param zone where
     * @param lateness how long a piece waits after its end
     * @throws IllegalArgumentException if the unit is another, or the lateness is outside its range
     */
    public Calendar {
      if (unit != ChronoUnit.DAYS && unit != ChronoUnit.WEEKS && unit != ChronoUnit.MONTHS) {
        throw new IllegalArgumentException("unit must be days, weeks or months, was " + unit);
      }
      check(lateness, Duration.ofDays(1));
    }

    @Override
    public Instant start(Instant at) {
      LocalDate day = LocalDate.ofInstant(at, zone);
      if (unit == ChronoUnit.WEEKS) {
        day = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
      } else if (unit == ChronoUnit.MONTHS) {
        day = day.withDayOfMonth(1);
      }
      return day.atStartOfDay(zone).toInstant();
    }

    @Override
    public Instant end(Instant start) {
      return LocalDate.ofInstant(start, zone).plus(1, unit).atStartOfDay(zone).toInstant();
    }

    @Override
    public long between(Instant end, Instant start) {
      return unit.between(LocalDate.ofInstant(end, zone), LocalDate.ofInstant(start, zone));
    }

    @Override
    public Timed withLateness(Duration longer) {
      return new Calendar(unit, zone, longer);
    }
  }

  private static void check(Duration lateness, Duration length) {
    if (lateness.isNegative() || lateness.compareTo(length.multipliedBy(1_000)) > 0) {
      throw new IllegalArgumentException(
          "lateness must be in [0, 1000 pieces], was " + lateness + " for pieces of " + length);
    }
  }
}
