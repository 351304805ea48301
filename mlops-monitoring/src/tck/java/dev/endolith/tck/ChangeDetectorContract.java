package dev.endolith.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.endolith.monitoring.stream.ChangeDetector;
import dev.endolith.monitoring.stream.Signal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The rules that every {@link ChangeDetector} keeps, as tests. Extend it, return a detector from
 * {@link #create()}, and override a {@code protected} figure where the detector's documentation
 * promises something else.
 *
 * <p>The streams are zeros and ones, as a classifier's errors are, so that every detector accepts
 * them. A rise of their mean must be found; whether a fall is found is the detector's choice.
 */
public abstract class ChangeDetectorContract {
  private static final int STATIONARY_STREAMS = 20;
  private static final int STATIONARY_LENGTH = 5_000;
  private static final int CHANGE_AT = 1_000;

  /** For subclasses. */
  protected ChangeDetectorContract() {}

  /**
   * Makes a detector.
   *
   * @return a new detector that has seen nothing; always with the same settings
   */
  protected abstract ChangeDetector create();

  /**
   * How many values after an error rate has risen from 0.1 to 0.9 the first {@link Signal#DRIFT}
   * may come.
   *
   * @return the greatest permitted delay; 200 unless overridden
   */
  protected int greatestDelay() {
    return 200;
  }

  /**
   * How many {@link Signal#DRIFT}s are permitted in all on 20 stationary streams of 5000 values
   * with a mean of 0.2.
   *
   * @return the greatest permitted number; 2 unless overridden
   */
  protected int greatestFalseAlarms() {
    return 2;
  }

  /**
   * In how many of ten streams of 1000 values with a mean of 0.1 a {@link Signal#DRIFT} may come
   * before there is a change.
   *
   * @return the greatest permitted number; 0 unless overridden
   */
  protected int greatestEarlyAlarms() {
    return 0;
  }

  @Test
  @DisplayName("Two new detectors give the same signals on the same stream")
  void update_sameStreamTwice_sameSignals() {
    double[] stream = risingStream(11);
    assertThat(signals(create(), stream)).isEqualTo(signals(create(), stream));
  }

  @Test
  @DisplayName("After reset a detector behaves like a new one, wherever it stood")
  void reset_anywhere_behavesLikeNew() {
    double[] stream = risingStream(12);
    List<Signal> expected = signals(create(), stream);
    for (int length : new int[] {0, 1, 33, 500, CHANGE_AT + 40, stream.length}) {
      ChangeDetector detector = create();
      signals(detector, Arrays.copyOf(stream, length));
      detector.reset();
      assertThat(signals(detector, stream)).as("reset after %d values", length).isEqualTo(expected);
    }
  }

  @Test
  @DisplayName("A new detector is stable on its first value")
  void update_firstValue_isStable() {
    assertThat(create().update(0)).isEqualTo(Signal.STABLE);
    assertThat(create().update(1)).isEqualTo(Signal.STABLE);
  }

  @Test
  @DisplayName("A large abrupt rise is found within the permitted delay, and not before it happens")
  void update_abruptRise_isFoundInTime() {
    List<Long> early = new ArrayList<>();
    for (long seed = 21; seed < 31; seed++) {
      List<Signal> signals = signals(create(), risingStream(seed));
      if (signals.subList(0, CHANGE_AT).contains(Signal.DRIFT)) {
        early.add(seed);
      }
      assertThat(signals.subList(CHANGE_AT, signals.size()).indexOf(Signal.DRIFT))
          .as("delay of the first drift, seed %d", seed)
          .isBetween(0, greatestDelay());
    }
    assertThat(early)
        .as("seeds of alarms before the change")
        .hasSizeLessThanOrEqualTo(greatestEarlyAlarms());
  }

  @Test
  @DisplayName("A second rise is found after a first one, without a reset by the caller")
  void update_secondRise_isFoundToo() {
    double[] once = risingStream(13);
    double[] low = bernoulli(14, 2_000, 0.1);
    double[] stream = Arrays.copyOf(once, once.length + low.length + once.length);
    System.arraycopy(low, 0, stream, once.length, low.length);
    int second = once.length + low.length;
    System.arraycopy(once, 0, stream, second, once.length);

    List<Signal> signals = signals(create(), stream);

    assertThat(signals.subList(second + CHANGE_AT, signals.size())).contains(Signal.DRIFT);
  }

  @Test
  @DisplayName("Stationary streams give at most the permitted number of false alarms")
  void update_stationary_isQuiet() {
    List<Long> alarmingSeeds = new ArrayList<>();
    for (long seed = 41; seed < 41 + STATIONARY_STREAMS; seed++) {
      for (Signal signal : signals(create(), bernoulli(seed, STATIONARY_LENGTH, 0.2))) {
        if (signal == Signal.DRIFT) {
          alarmingSeeds.add(seed);
        }
      }
    }
    assertThat(alarmingSeeds)
        .as("seeds of false alarms")
        .hasSizeLessThanOrEqualTo(greatestFalseAlarms());
  }

  @Test
  @DisplayName("Constant streams never give a drift")
  void update_constant_isNeverDrift() {
    for (double constant : new double[] {0, 1}) {
      double[] stream = new double[3_000];
      Arrays.fill(stream, constant);
      assertThat(signals(create(), stream)).doesNotContain(Signal.DRIFT);
    }
  }

  @Test
  @DisplayName("NaN and the infinities are refused, naming the value, and change nothing")
  void update_notFinite_isRefusedAndStateIsKept() {
    double[] stream = risingStream(15);
    List<Signal> expected = signals(create(), stream);
    ChangeDetector detector = create();
    List<Signal> actual = new ArrayList<>();
    for (double value : stream) {
      byte[] before = detector.snapshot();
      for (double refused :
          new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> detector.update(refused))
            .withMessageContaining("value")
            .withMessageContaining(String.valueOf(refused));
      }
      assertThat(detector.snapshot()).isEqualTo(before);
      actual.add(detector.update(value));
    }
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  @DisplayName("A restored snapshot continues exactly, wherever it was taken")
  void restore_anywhere_continuesIdentically() {
    double[] stream = risingStream(16);
    List<Signal> expected = signals(create(), stream);
    ChangeDetector saved = create();
    List<byte[]> snapshots = new ArrayList<>();
    for (double value : stream) {
      snapshots.add(saved.snapshot());
      saved.update(value);
    }
    byte[] end = saved.snapshot();
    // Every 37th: coprime to the usual clocks, so that all phases occur; and all around the change.
    for (int at = 0; at < stream.length; at += at >= CHANGE_AT && at < CHANGE_AT + 100 ? 1 : 37) {
      ChangeDetector restored = create();
      restored.restore(snapshots.get(at));
      assertThat(restored.snapshot()).as("snapshot at %d", at).isEqualTo(snapshots.get(at));
      assertThat(signals(restored, Arrays.copyOfRange(stream, at, stream.length)))
          .as("signals from %d", at)
          .isEqualTo(expected.subList(at, expected.size()));
      assertThat(restored.snapshot()).as("state at the end, from %d", at).isEqualTo(end);
    }
  }

  @Test
  @DisplayName("Restoring replaces whatever state there was")
  void restore_usedDetector_forgetsItsOwnState() {
    double[] stream = risingStream(17);
    byte[] fresh = create().snapshot();
    ChangeDetector used = create();
    signals(used, stream);

    used.restore(fresh);

    assertThat(used.snapshot()).isEqualTo(fresh);
    assertThat(signals(used, stream)).isEqualTo(signals(create(), stream));
  }

  @Test
  @DisplayName("A snapshot is a copy: later updates and edits of the array do not reach it")
  void snapshot_later_isUnchanged() {
    ChangeDetector detector = create();
    signals(detector, risingStream(18));
    byte[] snapshot = detector.snapshot();
    byte[] copy = snapshot.clone();
    detector.update(1);
    assertThat(snapshot).isEqualTo(copy);

    ChangeDetector restored = create();
    restored.restore(snapshot);
    Arrays.fill(snapshot, (byte) 0);
    assertThat(restored.snapshot()).isEqualTo(copy);
  }

  @Test
  @DisplayName("Bytes that are not a snapshot are refused and change nothing")
  void restore_foreignBytes_areRefusedAndStateIsKept() {
    ChangeDetector detector = create();
    signals(detector, risingStream(19));
    byte[] before = detector.snapshot();
    byte[] otherFormat = before.clone();
    otherFormat[0] ^= 1;
    for (byte[] foreign :
        List.of(new byte[0], new byte[64], otherFormat, Arrays.copyOf(before, before.length - 1))) {
      assertThatIllegalArgumentException().isThrownBy(() -> detector.restore(foreign));
      assertThat(detector.snapshot()).isEqualTo(before);
    }
  }

  @Test
  @DisplayName("Two detectors share no state")
  void update_interleaved_detectorsAreIndependent() {
    double[] rising = risingStream(20);
    double[] quiet = bernoulli(21, rising.length, 0.2);
    ChangeDetector first = create();
    ChangeDetector second = create();
    List<Signal> onRising = new ArrayList<>();
    List<Signal> onQuiet = new ArrayList<>();
    for (int i = 0; i < rising.length; i++) {
      onRising.add(first.update(rising[i]));
      onQuiet.add(second.update(quiet[i]));
    }
    assertThat(onRising).isEqualTo(signals(create(), rising));
    assertThat(onQuiet).isEqualTo(signals(create(), quiet));
  }

  @Test
  @DisplayName("The state stays small on a long stream")
  void snapshot_longStream_staysSmall() {
    ChangeDetector detector = create();
    SplittableRandom random = new SplittableRandom(22);
    for (int i = 0; i < 300_000; i++) {
      detector.update(random.nextDouble() < 0.2 ? 1 : 0);
    }
    // 64 KiB holds a window of several thousand values, and no copy of the stream.
    assertThat(detector.snapshot()).hasSizeLessThan(64 * 1024);
  }

  private static double[] risingStream(long seed) {
    double[] stream = bernoulli(seed, CHANGE_AT, 0.1);
    double[] after = bernoulli(seed + 1_000, CHANGE_AT, 0.9);
    stream = Arrays.copyOf(stream, CHANGE_AT + after.length);
    System.arraycopy(after, 0, stream, CHANGE_AT, after.length);
    return stream;
  }

  private static double[] bernoulli(long seed, int length, double p) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] stream = new double[length];
    for (int i = 0; i < length; i++) {
      stream[i] = random.nextDouble() < p ? 1 : 0;
    }
    return stream;
  }

  private static List<Signal> signals(ChangeDetector detector, double[] stream) {
    List<Signal> signals = new ArrayList<>(stream.length);
    for (double value : stream) {
      signals.add(detector.update(value));
    }
    return signals;
  }
}
