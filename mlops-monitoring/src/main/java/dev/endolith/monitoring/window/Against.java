package dev.endolith.monitoring.window;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * With what a piece is compared: always the reference, which says how far things have moved from
 * where the model was made; or earlier pieces, which says whether they move now. Immutable.
 */
public sealed interface Against permits Against.Reference, Against.Previous, Against.SameWeekday {
  /**
   * The reference, which stays.
   *
   * @return the choice
   */
  static Against reference() {
    return new Reference();
  }

  /**
   * The latest pieces, which roll on. A slow drift does not show, as they drift along.
   *
   * @param pieces how many, at least 1
   * @return the choice
   * @throws IllegalArgumentException if {@code pieces} is below 1
   */
  static Against previous(int pieces) {
    return new Previous(pieces);
  }

  /**
   * The latest pieces that began on the same weekday at the same time of day: a Monday with
   * Mondays, where weekends are not like the days before them. Pieces must divide a week, as days
   * do: none of five hours begins at the same time a week later.
   *
   * @param pieces how many, at least 1
   * @param zone whose weekdays
   * @return the choice
   * @throws IllegalArgumentException if {@code pieces} is below 1
   */
  static Against sameWeekday(int pieces, ZoneId zone) {
    return new SameWeekday(pieces, zone);
  }

  /**
   * The pieces that another is compared with. Only complete ones with rows are taken.
   *
   * @param now the piece that is judged
   * @param history pieces that ended before it, the earliest first
   * @param <A> what is made of rows
   * @return the pieces, the latest first; empty for the reference. Fewer than asked for, or none,
   *     where there is no more history: then there is not enough data yet
   */
  <A> List<Piece<A>> choose(Piece<A> now, List<Piece<A>> history);

  /**
   * How many pieces are asked for.
   *
   * @return the number; 0 for the reference
   */
  int pieces();

  /** The reference. */
  record Reference() implements Against {
    @Override
    public <A> List<Piece<A>> choose(Piece<A> now, List<Piece<A>> history) {
      return List.of();
    }

    @Override
    public int pieces() {
      return 0;
    }
  }

  /**
   * The latest pieces.
   *
   * @param pieces how many, at least 1
   */
  record Previous(int pieces) implements Against {
    /**
     * Checks the number.
     *
     * @param pieces how many, at least 1
     * @throws IllegalArgumentException if {@code pieces} is below 1
     */
    public Previous {
      check(pieces);
    }

    @Override
    public <A> List<Piece<A>> choose(Piece<A> now, List<Piece<A>> history) {
      return latest(pieces, history.stream().filter(Previous::sound).toList());
    }

    private static boolean sound(Piece<?> piece) {
      return piece.complete() && piece.rows() > 0;
    }
  }

  /**
   * The latest pieces of the same weekday.
   *
   * @param pieces how many, at least 1
   * @param zone whose weekdays
   */
  record SameWeekday(int pieces, ZoneId zone) implements Against {
    /**
     * Checks the number.
     *
     * @param pieces how many, at least 1
     * @param zone whose weekdays
     * @throws IllegalArgumentException if {@code pieces} is below 1
     */
    public SameWeekday {
      check(pieces);
    }

    @Override
    public <A> List<Piece<A>> choose(Piece<A> now, List<Piece<A>> history) {
      ZonedDateTime begun = now.from().atZone(zone);
      return latest(
          pieces, history.stream().filter(Previous::sound).filter(p -> same(begun, p)).toList());
    }

    private boolean same(ZonedDateTime begun, Piece<?> piece) {
      ZonedDateTime other = piece.from().atZone(zone);
      return other.getDayOfWeek() == begun.getDayOfWeek()
          && other.toLocalTime().equals(begun.toLocalTime());
    }
  }

  private static void check(int pieces) {
    if (pieces < 1) {
      throw new IllegalArgumentException("pieces must be at least 1, were " + pieces);
    }
  }

  private static <A> List<Piece<A>> latest(int most, List<Piece<A>> pieces) {
    List<Piece<A>> latest = new ArrayList<>();
    for (int i = pieces.size() - 1; i >= 0 && latest.size() < most; i--) {
      latest.add(pieces.get(i));
    }
    return latest;
  }
}
