package dev.endolith.monitoring.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AdwinTest {
  private static final double[] ABRUPT =
      StreamGenerator.stream("bern(seed=2,n=10000,a=5000,b=5000,p0=0.2,p1=0.4)");

  record Reference(
      String stream,
      String generator,
      String sha256,
      ReferenceMode mode,
      boolean risesOnly,
      double delta,
      String finalMean,
      List<Integer> drifts) {}

  static List<Reference> references() throws IOException {
    List<Reference> references = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(AdwinTest.class.getResourceAsStream("adwin.tsv")),
                StandardCharsets.UTF_8))) {
      for (String line : lines.lines().filter(l -> !l.startsWith("#")).toList()) {
        String[] cell = line.split("\t", -1);
        references.add(
            new Reference(
                cell[0],
                cell[1],
                cell[2],
                ReferenceMode.valueOf(cell[3]),
                Boolean.parseBoolean(cell[4]),
                Double.parseDouble(cell[5]),
                cell[6],
                cell[7].equals("-")
                    ? List.of()
                    : Arrays.stream(cell[7].split(",", -1)).map(Integer::valueOf).toList()));
      }
    }
    return references;
  }

  @ParameterizedTest
  @MethodSource("references")
  void update_referenceStream_givesTheReferencesIndices(Reference reference) {
    double[] stream = StreamGenerator.stream(reference.generator());
    assertThat(StreamGenerator.sha256(stream)).isEqualTo(reference.sha256());
    Adwin adwin =
        Adwin.builder()
            .mode(reference.mode())
            .risesOnly(reference.risesOnly())
            .delta(reference.delta())
            .build();

    assertThat(drifts(adwin, stream)).isEqualTo(reference.drifts());
    if (!reference.finalMean().equals("-")) {
      assertThat(adwin.mean()).isEqualTo(Double.parseDouble(reference.finalMean()));
    }
  }

  @Test
  void references_file_hasAllRows() throws IOException {
    // 14 streams, three MOA rows and one River row each.
    assertThat(references()).hasSize(56);
  }

  @Test
  void builder_moaWithoutDirection_signalsRisesOnly() {
    double[] improvement =
        StreamGenerator.stream("bern(seed=5,n=10000,a=5000,b=5000,p0=0.4,p1=0.1)");

    Adwin moa = Adwin.builder().mode(ReferenceMode.MOA).build();

    assertThat(drifts(moa, improvement)).isEmpty();
    assertThat(moa.mean()).isCloseTo(0.1, within(0.02));
    assertThat(drifts(Adwin.create(), improvement)).isNotEmpty();
  }

  @Test
  void update_paperAbruptRise_isFoundWithin200AndWindowShrinks() {
    Adwin adwin = Adwin.create();

    List<Integer> drifts = drifts(adwin, ABRUPT);

    // Equal halves of variance 0.2 and a difference of 0.2 cross ε when the newer part has about
    // 2·0.16·ln(2·ln(5000)/0.002)/0.04 ≈ 73 values and the linear term adds some; 200 is generous.
    assertThat(drifts.get(0)).isBetween(5000, 5200);
    assertThat(adwin.width()).isBetween(4900L, 5200L);
    assertThat(adwin.mean()).isCloseTo(0.4, within(0.03));
  }

  @Test
  void update_stationaryStreams_falseAlarmsStayBelowDelta() {
    // 100 streams of 10 000 values are 31 250 checks. By the bound at most δ = 0.002 of them, 63,
    // alarm; the bound is loose, and ten is the level at which we would want to know.
    int alarms = 0;
    for (int seed = 1; seed <= 100; seed++) {
      double p = (seed % 10) / 10.0;
      alarms +=
          drifts(
                  Adwin.create(),
                  StreamGenerator.stream(
                      "bern(seed=" + seed + ",n=10000,a=0,b=0,p0=" + p + ",p1=" + p + ")"))
              .size();
    }
    assertThat(alarms).isLessThanOrEqualTo(10);
  }

  @Test
  void update_smallShiftOnLongStream_isFound() {
    // Power: 0.20 → 0.23 with 20 000 values on each side is eight standard errors.
    int found = 0;
    for (int seed = 1; seed <= 20; seed++) {
      List<Integer> drifts =
          drifts(
              Adwin.create(),
              StreamGenerator.stream(
                  "bern(seed=" + seed + ",n=40000,a=20000,b=20000,p0=0.2,p1=0.23)"));
      found += !drifts.isEmpty() && drifts.get(0) >= 20000 ? 1 : 0;
    }
    assertThat(found).isGreaterThanOrEqualTo(19);
  }

  @ParameterizedTest
  @EnumSource
  void update_differentHistogramShapes_meanIsThatOfTheWindow(ReferenceMode mode) {
    for (int maxBuckets : new int[] {2, 3, 5, 7, 8, 30}) {
      Adwin adwin = Adwin.builder().mode(mode).maxBuckets(maxBuckets).build();
      double[] values = StreamGenerator.stream("norm(seed=9,n=3000,a=0,b=0,m0=0,m1=0,s0=1,s1=1)");
      double sum = 0;
      int seen = 0;
      for (double value : values) {
        sum += value;
        seen++;
        assertThat(adwin.update(value)).isEqualTo(Signal.STABLE);
        assertThat(adwin.width()).isEqualTo(seen);
      }
      assertThat(adwin.mean()).isCloseTo(sum / seen, within(1e-12));
    }
  }

  @Test
  void update_windowOfOneClock_dropsTheWholeOlderPart() {
    Adwin adwin = Adwin.builder().clock(1).minSubWindow(1).minWindow(1).build();
    for (int i = 0; i < 1000; i++) {
      adwin.update(0);
    }
    Signal signal = Signal.STABLE;
    int delay = 0;
    while (signal != Signal.DRIFT && delay < 100) {
      signal = adwin.update(1);
      delay++;
    }
    assertThat(delay).isLessThan(30);
  }

  @Test
  void mean_emptyWindow_isNaN() {
    assertThat(Adwin.create().mean()).isNaN();
    assertThat(Adwin.create().width()).isZero();
  }

  @Test
  void update_hugeValue_isRejectedWithRuleAndValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Adwin.create().update(-1e101))
        .withMessage("value must be finite and at most 1e100 in magnitude, was -1.0E101");
  }

  @Test
  void builder_nonsense_isRejectedWithRuleAndValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Adwin.builder().delta(1.5))
        .withMessage("delta must be in (0, 1), was 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Adwin.builder().delta(Double.NaN))
        .withMessage("delta must be in (0, 1), was NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Adwin.builder().clock(0))
        .withMessage("clock must be at least 1, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Adwin.builder().maxBuckets(1))
        .withMessage("maxBuckets must be in [2, 1024], was 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Adwin.builder().minSubWindow(0))
        .withMessage("minSubWindow must be at least 1, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Adwin.builder().minWindow(0))
        .withMessage("minWindow must be at least 1, was 0");
  }

  @Test
  void restore_otherSettings_isRejectedAndStateIsKept() {
    Adwin adwin = Adwin.create();
    drifts(adwin, ABRUPT);
    byte[] before = adwin.snapshot();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> adwin.restore(Adwin.builder().delta(0.01).build().snapshot()))
        .withMessageContaining("same settings")
        .withMessageContaining("delta=0.002");
    assertThat(adwin.snapshot()).isEqualTo(before);
  }

  @Test
  void restore_everyTruncation_isRejectedAndStateIsKept() {
    Adwin adwin = Adwin.create();
    drifts(adwin, ABRUPT);
    byte[] before = adwin.snapshot();
    for (int length = 0; length < before.length; length++) {
      byte[] cut = Arrays.copyOf(before, length);
      assertThatIllegalArgumentException().isThrownBy(() -> adwin.restore(cut));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> adwin.restore(Arrays.copyOf(before, before.length + 1)));
    assertThat(adwin.snapshot()).isEqualTo(before);
  }

  @Test
  void restore_damagedBytes_neverBreaksTheDetector() {
    double[] values = Arrays.copyOf(ABRUPT, 3000);
    Adwin source = Adwin.create();
    drifts(source, values);
    byte[] sound = source.snapshot();
    for (int at = 0; at < sound.length; at++) {
      byte[] damaged = sound.clone();
      damaged[at] ^= (byte) 0x80;
      Adwin adwin = Adwin.create();
      try {
        adwin.restore(damaged);
      } catch (IllegalArgumentException refused) {
        assertThat(adwin.width()).isZero();
      }
      drifts(adwin, values);
    }
  }

  private static List<Integer> drifts(ChangeDetector detector, double[] stream) {
    List<Integer> drifts = new ArrayList<>();
    for (int i = 0; i < stream.length; i++) {
      if (detector.update(stream[i]) == Signal.DRIFT) {
        drifts.add(i);
      }
    }
    return drifts;
  }
}
