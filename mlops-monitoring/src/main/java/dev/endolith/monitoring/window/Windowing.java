package dev.endolith.monitoring.window;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts rows into pieces as they come, and hands each piece over when it is complete. What it does
 * depends on the rows and their times alone; it knows no clock.
 *
 * <pre>{@code
 * Windowing<WindowProfile> days =
 *     Windowing.of(
 *         Window.day(zone).withLateness(Duration.ofHours(1)), () -> WindowProfile.empty(reference));
 * for (Piece<WindowProfile> day : days.add(happenedAt, profile -> profile.count(features, row))) {
 *   report(Drift.compare(reference, day.content()));
 * }
 * }</pre>
 *
 * <p><b>Time.</b> The watermark is the latest time seen, less the allowed lateness. A piece is over
 * when the watermark reaches its end; a row for a piece that is over is late: it is counted in
 * {@link #late()} and nowhere else. One row with a time far ahead makes all others late: check
 * times before. {@link #advance} moves the watermark where no rows come.
 *
 * <p>At most some thousand pieces are open, as the lateness is bounded. Mutable, confined to one
 * thread.
 *
 * @param <A> what is made of the rows of a piece
 */
public final class Windowing<A> {
  private final Window window;
  private final Supplier<? extends A> fresh;
  private final TreeMap<Instant, Open<A>> open = new TreeMap<>(); // by start
  private @Nullable Instant watermark;
  private @Nullable Instant closedUntil; // the end of the latest piece that is over
  private long closed;
  private long late;

  private Windowing(Window window, Supplier<? extends A> fresh) {
    this.window = window;
    this.fresh = fresh;
  }

  /** A piece that is not over. */
  private static final class Open<A> {
    final A content;
    Instant from;
    Instant to;
    long rows;

    Open(Instant from, Instant to, A content) {
      this.from = from;
      this.to = to;
      this.content = content;
    }
  }

  /**
   * Pieces without a row.
   *
   * @param window how rows are cut
   * @param fresh makes the content of a piece that begins
   * @param <A> what is made of the rows of a piece
   * @return the windowing
   */
  public static <A> Windowing<A> of(Window window, Supplier<? extends A> fresh) {
    return new Windowing<>(window, fresh);
  }

  /**
   * Adds a row.
   *
   * @param at when it happened
   * @param row counts it in the content of its piece; not called for a late row
   * @return the pieces that are over now, the earliest first
   */
  public List<Piece<A>> add(Instant at, Consumer<? super A> row) {
    return window instanceof Window.Timed timed
        ? addTimed(timed, at, row)
        : addCounted(((Window.Rows) window).rows(), at, row);
  }

  private List<Piece<A>> addCounted(int most, Instant at, Consumer<? super A> row) {
    if (open.isEmpty()) {
      open.put(Instant.EPOCH, new Open<>(at, at, fresh.get()));
    }
    Open<A> piece = open.firstEntry().getValue();
    piece.from = at.isBefore(piece.from) ? at : piece.from;
    piece.to = at.isAfter(piece.to) ? at : piece.to;
    row.accept(piece.content);
    piece.rows++;
    return piece.rows < most ? List.of() : List.of(close(true));
  }

  private List<Piece<A>> addTimed(Window.Timed timed, Instant at, Consumer<? super A> row) {
    Instant start = timed.start(at);
    Instant end = timed.end(start);
    if (watermark != null && !end.isAfter(watermark)) {
      late++;
      return List.of();
    }
    Open<A> piece = open.computeIfAbsent(start, s -> new Open<>(s, end, fresh.get()));
    row.accept(piece.content);
    piece.rows++;
    return advance(at);
  }

  /**
   * Says that a time has come, with a row or without. Without effect on pieces of rows.
   *
   * @param now the time
   * @return the pieces that are over now, the earliest first
   */
  public List<Piece<A>> advance(Instant now) {
    List<Piece<A>> over = new ArrayList<>();
    if (window instanceof Window.Timed timed) {
      Instant reached = now.minus(timed.lateness());
      if (watermark == null || reached.isAfter(watermark)) {
        watermark = reached;
        while (!open.isEmpty() && !open.firstEntry().getValue().to.isAfter(reached)) {
          over.add(close(closed > 0));
        }
      }
    }
    return over;
  }

  /**
   * Closes what is open, as at the end of the data. Rows for those pieces are late from then on.
   *
   * @return the pieces, not complete, the earliest first
   */
  public List<Piece<A>> flush() {
    List<Piece<A>> cut = new ArrayList<>();
    while (!open.isEmpty()) {
      Instant to = open.firstEntry().getValue().to;
      cut.add(close(false));
      if (window instanceof Window.Timed && (watermark == null || to.isAfter(watermark))) {
        watermark = to;
      }
    }
    return cut;
  }

  private Piece<A> close(boolean complete) {
    Map.Entry<Instant, Open<A>> entry = open.pollFirstEntry();
    Open<A> piece = entry.getValue();
    long empty = 0;
    if (window instanceof Window.Timed timed) {
      empty = closedUntil == null ? 0 : timed.between(closedUntil, piece.from);
      closedUntil = piece.to;
    }
    return new Piece<>(closed++, piece.from, piece.to, piece.rows, complete, empty, piece.content);
  }

  /**
   * Where a windowing stands, to be kept and {@linkplain #resume resumed}.
   *
   * @param window how rows are cut, as text
   * @param open the open pieces, the earliest first
   * @param watermark up to when time has come; null before the first row, or for pieces of rows
   * @param closedUntil the end of the latest piece of time that is over, or null
   * @param closed how many pieces are over
   * @param late how many rows came too late
   * @param <A> what is made of the rows of a piece
   */
  public record State<A>(
      String window,
      List<OpenPiece<A>> open,
      @Nullable Instant watermark,
      @Nullable Instant closedUntil,
      long closed,
      long late) {
    /**
     * Copies the list.
     *
     * @param window how rows are cut
     * @param open the open pieces
     * @param watermark up to when time has come
     * @param closedUntil the end of the latest piece of time that is over
     * @param closed how many pieces are over
     * @param late how many rows came too late
     * @throws IllegalArgumentException if a number is negative
     */
    public State {
      Objects.requireNonNull(window, "window");
      open = List.copyOf(open);
      if (closed < 0 || late < 0) {
        throw new IllegalArgumentException(
            "closed and late must not be negative, were " + closed + " and " + late);
      }
    }
  }

  /**
   * A piece that is not over.
   *
   * @param from when it begins
   * @param to when it ends
   * @param rows how many rows it has so far
   * @param content what was made of them
   * @param <A> what is made of rows
   */
  public record OpenPiece<A>(Instant from, Instant to, long rows, A content) {
    /**
     * Checks them.
     *
     * @param from when it begins
     * @param to when it ends
     * @param rows how many rows it has so far
     * @param content what was made of them
     * @throws NullPointerException if a part is missing
     * @throws IllegalArgumentException if it ends before it begins, or the rows are negative
     */
    public OpenPiece {
      Objects.requireNonNull(content, "content");
      if (to.isBefore(from) || rows < 0) {
        throw new IllegalArgumentException(
            "a piece must not end before it begins nor have less than no rows, was from "
                + from
                + " to "
                + to
                + " with "
                + rows);
      }
    }
  }

  /**
   * Where this windowing stands.
   *
   * @param saved makes of a piece's content what is kept
   * @param <B> what is kept
   * @return the state
   */
  public <B> State<B> state(Function<? super A, ? extends B> saved) {
    List<OpenPiece<B>> pieces = new ArrayList<>();
    for (Open<A> piece : open.values()) {
      pieces.add(new OpenPiece<>(piece.from, piece.to, piece.rows, saved.apply(piece.content)));
    }
    return new State<>(window.toString(), pieces, watermark, closedUntil, closed, late);
  }

  /**
   * Goes on where another windowing stood.
   *
   * @param window how rows are cut, as they were
   * @param fresh makes the content of a piece that begins
   * @param state where the other stood
   * @param restored makes a piece's content of what was kept
   * @param <A> what is made of the rows of a piece
   * @param <B> what was kept
   * @return the windowing
   * @throws IllegalArgumentException if the state is of another window
   */
  public static <A, B> Windowing<A> resume(
      Window window,
      Supplier<? extends A> fresh,
      State<B> state,
      Function<? super B, ? extends A> restored) {
    if (!state.window.equals(window.toString())) {
      throw new IllegalArgumentException(
          "a windowing goes on with the window it had, " + state.window + ", was given " + window);
    }
    Windowing<A> windowing = new Windowing<>(window, fresh);
    for (OpenPiece<B> piece : state.open) {
      Open<A> open = new Open<>(piece.from, piece.to, restored.apply(piece.content));
      open.rows = piece.rows;
      windowing.open.put(window instanceof Window.Timed ? piece.from : Instant.EPOCH, open);
    }
    windowing.watermark = state.watermark;
    windowing.closedUntil = state.closedUntil;
    windowing.closed = state.closed;
    windowing.late = state.late;
    return windowing;
  }

  /**
   * What is made of the rows of the latest open piece.
   *
   * @return the content, empty if no piece is open
   */
  public Optional<A> latest() {
    return Optional.ofNullable(open.lastEntry()).map(entry -> entry.getValue().content);
  }

  /**
   * How many rows came after their piece was over.
   *
   * @return the number
   */
  public long late() {
    return late;
  }

  /**
   * How many pieces are open.
   *
   * @return the number
   */
  public int openPieces() {
    return open.size();
  }
}
