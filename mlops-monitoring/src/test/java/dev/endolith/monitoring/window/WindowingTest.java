package dev.endolith.monitoring.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.monitoring.World;
import dev.endolith.monitoring.World.Mood;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.drift.Drift;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WindowingTest {
  private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");
  private static final Instant MIDNIGHT = Instant.parse("2024-01-01T00:00:00Z");

  @Test
  void add_rows_cutsByCount() {
    Windowing<List<Integer>> windowing = Windowing.of(Window.rows(3), ArrayList::new);
    List<Piece<List<Integer>>> pieces = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int row = i;
      pieces.addAll(windowing.add(MIDNIGHT.plusSeconds(i), list -> list.add(row)));
    }

    assertThat(pieces)
        .extracting(Piece::content)
        .containsExactly(List.of(0, 1, 2), List.of(3, 4, 5));
    assertThat(pieces).allMatch(Piece::complete);
    assertThat(pieces.get(1).from()).isEqualTo(MIDNIGHT.plusSeconds(3));
    assertThat(windowing.flush())
        .singleElement()
        .satisfies(last -> assertThat(last.content()).containsExactly(6, 7))
        .satisfies(last -> assertThat(last.complete()).isFalse());
    assertThat(windowing.flush()).isEmpty();
  }

  @Test
  void add_time_closesAtTheWatermarkAndCountsLateRows() {
    Window.Timed hours = Window.every(Duration.ofHours(1)).withLateness(Duration.ofMinutes(10));
    Windowing<List<String>> windowing = Windowing.of(hours, ArrayList::new);

    assertThat(windowing.add(minute(5), l -> l.add("a"))).isEmpty();
    assertThat(windowing.add(minute(65), l -> l.add("b"))).isEmpty();
    assertThat(windowing.add(minute(59), l -> l.add("out of order"))).isEmpty();
    List<Piece<List<String>>> first = windowing.add(minute(70), l -> l.add("c"));
    assertThat(first)
        .singleElement()
        .satisfies(piece -> assertThat(piece.content()).containsExactly("a", "out of order"))
        .satisfies(piece -> assertThat(piece.from()).isEqualTo(MIDNIGHT))
        .satisfies(piece -> assertThat(piece.to()).isEqualTo(minute(60)))
        .satisfies(piece -> assertThat(piece.complete()).isFalse()); // its beginning was not seen
    assertThat(windowing.add(minute(58), l -> l.add("late"))).isEmpty();
    assertThat(windowing.late()).isEqualTo(1);
    assertThat(windowing.add(minute(5 * 60 + 30), l -> l.add("d")))
        .singleElement()
        .satisfies(piece -> assertThat(piece.content()).containsExactly("b", "c"))
        .satisfies(piece -> assertThat(piece.complete()).isTrue());
    assertThat(windowing.advance(minute(6 * 60 + 10)))
        .singleElement()
        .satisfies(piece -> assertThat(piece.emptyBefore()).isEqualTo(3))
        .satisfies(piece -> assertThat(piece.index()).isEqualTo(2));
    assertThat(windowing.openPieces()).isZero();
  }

  @Test
  void add_shuffledWithinTheLateness_givesTheSamePieces() {
    long seed = Long.getLong("seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    for (int run = 0; run < 50; run++) {
      List<long[]> rows = new ArrayList<>(); // when it happened, when it comes
      TreeMap<Long, Long> expected = new TreeMap<>();
      for (int i = 0; i < 500; i++) {
        long at = random.nextLong(86_400);
        rows.add(new long[] {at, at + random.nextLong(900)});
        expected.merge(at / 600, 1L, Long::sum);
      }
      rows.sort(Comparator.comparingLong(row -> row[1]));
      Windowing<long[]> windowing =
          Windowing.of(
              Window.every(Duration.ofMinutes(10)).withLateness(Duration.ofMinutes(15)),
              () -> new long[1]);
      TreeMap<Long, Long> counted = new TreeMap<>();
      List<Piece<long[]>> pieces = new ArrayList<>();
      for (long[] row : rows) {
        pieces.addAll(windowing.add(MIDNIGHT.plusSeconds(row[0]), cell -> cell[0]++));
        assertThat(windowing.openPieces()).as("seed %d", seed).isLessThanOrEqualTo(3);
      }
      pieces.addAll(windowing.flush());
      long passed = 0;
      for (Piece<long[]> piece : pieces) {
        long slot = Duration.between(MIDNIGHT, piece.from()).toSeconds() / 600;
        counted.put(slot, piece.content()[0]);
        assertThat(piece.rows()).isEqualTo(piece.content()[0]);
        passed += 1 + piece.emptyBefore();
      }

      assertThat(counted).as("seed %d", seed).isEqualTo(expected);
      assertThat(windowing.late()).as("seed %d", seed).isZero();
      assertThat(pieces).isSortedAccordingTo(Comparator.comparing(Piece::from));
      assertThat(passed).isEqualTo(expected.lastKey() - expected.firstKey() + 1);
    }
  }

  @Test
  void calendar_daysWeeksAndMonths_followTheZone() {
    Window.Timed day = Window.day(VIENNA);
    Instant summer = LocalDate.of(2024, 3, 31).atStartOfDay(VIENNA).toInstant();
    Instant winter = LocalDate.of(2024, 10, 27).atStartOfDay(VIENNA).toInstant();
    assertThat(Duration.between(summer, day.end(summer))).isEqualTo(Duration.ofHours(23));
    assertThat(Duration.between(winter, day.end(winter))).isEqualTo(Duration.ofHours(25));
    assertThat(day.start(winter.plus(Duration.ofHours(24)))).isEqualTo(winter);

    Instant at = Instant.parse("2024-02-29T23:30:00Z"); // a Friday in Vienna, in March
    assertThat(Window.week(VIENNA).start(at))
        .isEqualTo(LocalDate.of(2024, 2, 26).atStartOfDay(VIENNA).toInstant());
    assertThat(Window.month(VIENNA).start(at))
        .isEqualTo(LocalDate.of(2024, 3, 1).atStartOfDay(VIENNA).toInstant());
    assertThat(Window.month(ZoneOffset.UTC).end(Window.month(ZoneOffset.UTC).start(at)))
        .isEqualTo(Instant.parse("2024-03-01T00:00:00Z"));
    assertThat(Window.every(Duration.ofHours(6)).start(Instant.parse("1969-12-31T23:00:00Z")))
        .isEqualTo(Instant.parse("1969-12-31T18:00:00Z"));
  }

  @Test
  void windows_outsideTheirRange_areRefused() {
    assertThatThrownBy(() -> Window.every(Duration.ofMillis(999)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0.999S");
    assertThatThrownBy(() -> Window.day(VIENNA).withLateness(Duration.ofDays(1_001)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Window.every(Duration.ofMinutes(1)).withLateness(Duration.ofDays(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Against.previous(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Against.sameWeekday(0, VIENNA))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void choose_previousAndSameWeekday_takeCompletePiecesWithRows() {
    List<Piece<String>> history = new ArrayList<>();
    Instant monday = LocalDate.of(2024, 3, 4).atStartOfDay(VIENNA).toInstant();
    Window.Timed day = Window.day(VIENNA);
    Instant from = monday;
    for (int i = 0; i < 30; i++) { // over the change to summer time
      history.add(new Piece<>(i, from, day.end(from), i == 21 ? 0 : 10, i != 0, 0, "day " + i));
      from = day.end(from);
    }
    Piece<String> wednesday = new Piece<>(30, from, day.end(from), 10, true, 0, "now");

    assertThat(Against.reference().choose(wednesday, history)).isEmpty();
    assertThat(Against.previous(2).choose(wednesday, history))
        .extracting(Piece::content)
        .containsExactly("day 29", "day 28");
    assertThat(Against.sameWeekday(3, VIENNA).choose(wednesday, history))
        .extracting(Piece::content)
        .containsExactly("day 23", "day 16", "day 9");
    assertThat(Against.sameWeekday(9, VIENNA).choose(history.get(28), history.subList(0, 28)))
        .extracting(Piece::content)
        .containsExactly("day 14", "day 7"); // day 21 is empty, and day 0 was not seen whole
  }

  @Test
  void between_windows_seesWhatChangedSince() {
    World world = new World(1);
    ReferenceProfile reference = ReferenceProfile.of(world.rows(3_000, Mood.USUAL));
    WindowProfile usual = WindowProfile.of(reference, world.rows(2_000, Mood.USUAL));
    WindowProfile shifted = WindowProfile.of(reference, world.rows(2_000, Mood.SHIFTED));
    WindowProfile again = WindowProfile.of(reference, world.rows(2_000, Mood.SHIFTED));
    Drift drift = Drift.builder().build();

    assertThat(drift.between(usual, shifted).drifted()).extracting("name").contains("amount");
    assertThat(drift.between(shifted, again).drifted()).isEmpty();
    assertThat(drift.judge(reference, again).drifted()).isNotEmpty();
    WindowProfile empty = WindowProfile.empty(reference);
    WindowProfile tiny = WindowProfile.of(reference, world.rows(10, Mood.USUAL));
    for (WindowProfile few : List.of(empty, tiny)) {
      assertThat(drift.between(usual, few).verdict()).isEqualTo(Verdict.UNDECIDED);
      assertThat(drift.between(few, usual).verdict()).isEqualTo(Verdict.UNDECIDED);
      assertThat(drift.judge(reference, few).verdict()).isEqualTo(Verdict.UNDECIDED);
    }
    ReferenceProfile other = ReferenceProfile.of(world.rows(100, Mood.USUAL));
    assertThatThrownBy(() -> drift.between(usual, WindowProfile.empty(other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("same reference");
  }

  private static Instant minute(int minute) {
    return MIDNIGHT.plus(Duration.ofMinutes(minute));
  }
}
