package dev.endolith.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MultivariateTestsTest {
  /** The difference of the means, learned from one half: enough to see shifts. */
  private static final RowClassifier MEANS =
      (rows, current, seed) -> {
        double[] direction = new double[rows[0].length];
        double now = 0;
        for (boolean c : current) {
          now += c ? 1 : 0;
        }
        double before = rows.length - now;
        for (int i = 0; i < rows.length; i++) {
          for (int k = 0; k < direction.length; k++) {
            direction[k] += current[i] ? rows[i][k] / now : -rows[i][k] / before;
          }
        }
        return row -> {
          double sum = 0;
          for (int k = 0; k < row.length; k++) {
            sum += row[k] * direction[k];
          }
          return sum;
        };
      };

  static List<MultivariateTest> tests() {
    return List.of(
        Mmd.builder().permutations(39).build(),
        Mmd.builder().method(Mmd.Method.BLOCK).build(),
        Mmd.builder().method(Mmd.Method.RANDOM_FEATURES).permutations(39).build(),
        Lsdd.builder().permutations(39).build(),
        ClassifierTest.of(MEANS),
        PcaReconstruction.create(),
        EmbeddingDrift.by(Mmd.builder().permutations(39).build()));
  }

  @ParameterizedTest
  @MethodSource("tests")
  void compare_anyRows_hasADefinedAnswer(MultivariateTest test) {
    double inf = Double.POSITIVE_INFINITY;
    double[][][] samples = {
      {},
      {{1, 2}},
      {{Double.NaN, 1}, {inf, 1}},
      filled(20, 0),
      filled(20, 5),
      filled(30, 1e300),
      filled(30, -1e300),
      filled(20, 1e-300),
      rows(new SplittableRandom(1), 40, 2, 0),
      rows(new SplittableRandom(2), 25, 2, 1e6)
    };
    for (double[][] x : samples) {
      for (double[][] y : samples) {
        TestResult result = test.compare(x, y);
        String what = Arrays.deepToString(x) + " " + Arrays.deepToString(y) + " " + result;
        assertThat(result.referenceSize() + result.referenceMissing()).isEqualTo(x.length);
        if (result.enoughData()) {
          assertThat(result.statistic()).as(what).isNotNaN();
          assertThat(result.effectSize()).as(what).isNotNaN();
          assertThat(result.pValue()).as(what).isBetween(0.0, 1.0);
          if (x == y) {
            assertThat(result.pValue()).as(what).isGreaterThan(0.02);
          }
        }
      }
    }
    assertThat(test.compare(new double[20][0], new double[20][0])).isNotNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> test.compare(new double[][] {{1, 2}}, new double[][] {{1}}))
        .withMessageContaining("current[0] had 1 values, others 2");
  }

  @ParameterizedTest
  @MethodSource("tests")
  void compare_sameLaw_falseAlarmsAreAtMostTheLevel(MultivariateTest test) {
    SplittableRandom random = new SplittableRandom(11);
    int rounds = 200;
    int alarms = 0;
    for (int i = 0; i < rounds; i++) {
      alarms +=
          test.compare(rows(random, 60, 3, 0), rows(random, 40, 3, 0)).pValue() <= 0.05 ? 1 : 0;
    }
    // binomial: 10 expected, more than 10 + 4·3.1 has a probability below 1e-3
    assertThat(alarms).isLessThanOrEqualTo(23);
  }

  @ParameterizedTest
  @MethodSource("tests")
  void compare_sameTwice_isTheSameAnswer(MultivariateTest test) {
    double[][] x = rows(new SplittableRandom(3), 60, 3, 0);
    double[][] y = rows(new SplittableRandom(4), 60, 3, 0.5);
    assertThat(test.compare(x, y)).isEqualTo(test.compare(x, y));
  }

  @ParameterizedTest
  @MethodSource("tests")
  void compare_farApart_isFound(MultivariateTest test) {
    double[][] x = rows(new SplittableRandom(3), 200, 3, 0);
    double[][] y = rows(new SplittableRandom(4), 200, 3, 3);
    assertThat(test.compare(x, y).pValue()).isLessThanOrEqualTo(0.025);
  }

  @Test
  void mmd_referenceRows_givesTheReferenceValues() {
    double[][] x = columns(Vectors.n(305, 40, 0, 1), Vectors.n(306, 40, 0, 1));
    double[][] y = columns(Vectors.n(307, 30, 0.7, 1), Vectors.n(308, 30, 0, 1));

    assertThat(Mmd.builder().bandwidth(1).build().compare(x, y).statistic())
        .isCloseTo(0.023864955342250527, within(1e-14));
    assertThat(
            Mmd.builder()
                .bandwidth(Math.sqrt(1.4296973621553675))
                .build()
                .compare(x, y)
                .statistic())
        .isCloseTo(0.0337431568981601, within(1e-14));
    // the default takes pairs i < j, whose median is the one off the diagonal
    assertThat(Mmd.create().compare(x, y).statistic()).isCloseTo(0.0337431568981601, within(1e-12));
    // the cosines approach it as 1/√D
    assertThat(
            Mmd.builder()
                .method(Mmd.Method.RANDOM_FEATURES)
                .features(20_000)
                .permutations(19)
                .build()
                .compare(x, y)
                .statistic())
        .isCloseTo(0.0337431568981601, within(0.006));
  }

  @Test
  void mmd_changeOfShapeAlone_isFound() {
    SplittableRandom random = new SplittableRandom(8);
    double[][] round = rows(random, 300, 2, 0);
    double[][] ring = new double[300][];
    for (int i = 0; i < ring.length; i++) {
      double angle = random.nextDouble() * 2 * Math.PI;
      ring[i] = new double[] {Math.sqrt(2) * Math.cos(angle), Math.sqrt(2) * Math.sin(angle)};
    }
    assertThat(Mmd.create().compare(round, ring).pValue()).isEqualTo(0.005);
    assertThat(Lsdd.create().compare(round, ring).pValue()).isLessThan(0.02);
    // no line separates them
    assertThat(ClassifierTest.of(MEANS).compare(round, ring).effectSize()).isLessThan(0.65);
  }

  @Test
  void pca_correlationTurns_isNannymlsErrorAndFound() {
    double[][][] parts =
        Vectors.correlated(304, new int[] {500, 300, 300}, new double[] {0.9, 0.9, -0.9});
    PcaReconstruction.Components components = PcaReconstruction.Components.of(parts[0], 0.65);

    assertThat(components.kept).isEqualTo(2);
    double reference = Normal.mean(components.errors(parts[0]));
    assertThat(reference).isCloseTo(0.6788773227772209, within(1e-12));
    assertThat(Normal.mean(components.errors(parts[1])))
        .isCloseTo(0.7352963778318359, within(1e-12));
    assertThat(Normal.mean(components.errors(parts[2])))
        .isCloseTo(1.4216757646450726, within(1e-12));
    TestResult broken = PcaReconstruction.create().compare(parts[0], parts[2]);
    assertThat(broken.statistic()).isCloseTo(1.4216757646450726 - reference, within(1e-12));
    assertThat(broken.pValue()).isLessThan(1e-20);
    assertThat(broken.effectLow()).isGreaterThan(0.8);
    assertThat(PcaReconstruction.create().compare(parts[0], parts[1]).pValue()).isGreaterThan(0.01);
    // neither column by itself has changed
    double[] before = Arrays.stream(parts[0]).mapToDouble(row -> row[1]).toArray();
    double[] now = Arrays.stream(parts[2]).mapToDouble(row -> row[1]).toArray();
    assertThat(KolmogorovSmirnov.create().compare(before, now).pValue()).isGreaterThan(0.01);
  }

  @Test
  void embeddings_centreMoves_effectSaysHowFar() {
    SplittableRandom random = new SplittableRandom(9);
    double[][] x = rows(random, 400, 16, 0);
    TestResult moved = EmbeddingDrift.create().ofLengths().compare(x, rows(random, 400, 16, 0.5));
    // |shift|² = 16·0.25 of a spread of 16
    assertThat(moved.effectSize()).isCloseTo(0.25, within(0.06));
    assertThat(moved.pValue()).isEqualTo(0.005);
    assertThat(EmbeddingDrift.create().compare(x, x).effectSize()).isZero();
  }

  @Test
  void texts_otherTopic_isFoundAndSameIsNot() {
    List<String> weather = texts(1, 200, "sun", "rain", "cloud", "wind", "storm", "warm", "cold");
    List<String> same = texts(2, 200, "sun", "rain", "cloud", "wind", "storm", "warm", "cold");
    List<String> money = texts(3, 200, "sun", "bank", "credit", "loan", "rate", "debt", "cold");

    TextDrift.Findings changed = TextDrift.create().compare(weather, money);
    assertThat(changed.pValue()).isLessThanOrEqualTo(0.015);
    assertThat(changed.content().pValue()).isEqualTo(0.005);
    assertThat(changed.outOfVocabulary().effectSize()).isGreaterThan(0.9);
    assertThat(TextDrift.create().compare(weather, same).pValue()).isGreaterThan(0.05);

    List<String> longer = same.stream().map(text -> text + " " + text).toList();
    assertThat(TextDrift.create().compare(weather, longer).length().pValue()).isLessThan(1e-10);
  }

  @Test
  void texts_anyInput_hasADefinedAnswer() {
    List<String> odd = new ArrayList<>(Arrays.asList("", null, "\uD800", "a", "日本語", " "));
    for (List<String> texts : List.of(odd, List.<String>of(), List.of("x"))) {
      TextDrift.Findings findings = TextDrift.create().compare(odd, texts);
      assertThat(Double.isNaN(findings.pValue()) || findings.pValue() <= 1).isTrue();
      assertThat(findings.length().referenceMissing()).isEqualTo(1);
    }
  }

  private static List<String> texts(long seed, int count, String... words) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      int length = 5 + random.nextInt(10);
      for (int k = 0; k < length; k++) {
        text.append(words[random.nextInt(words.length)]).append(' ');
      }
      texts.add(text.toString());
    }
    return texts;
  }

  private static double[][] filled(int count, double value) {
    double[][] rows = new double[count][2];
    for (double[] row : rows) {
      Arrays.fill(row, value);
    }
    return rows;
  }

  private static double[][] rows(SplittableRandom random, int count, int width, double shift) {
    double[][] rows = new double[count][width];
    for (double[] row : rows) {
      Arrays.setAll(row, i -> shift + random.nextGaussian());
    }
    return rows;
  }

  private static double[][] columns(double[] first, double[] second) {
    double[][] rows = new double[first.length][];
    Arrays.setAll(rows, i -> new double[] {first[i], second[i]});
    return rows;
  }
}
