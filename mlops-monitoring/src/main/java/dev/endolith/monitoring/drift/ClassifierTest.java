package dev.endolith.monitoring.drift;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The classifier two-sample test: can a classifier tell rows of the current sample from those of
 * the reference?
 *
 * <p>Half of each sample is learned from. The rows of the other half, which the classifier has
 * never seen, are scored, and the statistic and effect size are the area under their ROC curve: ½
 * if the samples cannot be told apart, 1 if perfectly. That area is the Mann-Whitney statistic of
 * the scores, so its p-value is known without any permutation, given the classifier; one-sided, as
 * a classifier that is worse than chance has seen nothing. The 95 % interval is that of {@link
 * MannWhitney}. A test on held-out rows keeps its level whatever the classifier; which changes it
 * sees depends on the classifier: a linear one sees shifts of means, not of spreads.
 *
 * <p>At least eight rows on each side. Costs one training and a score per held-out row. Immutable,
 * and thread-safe if the classifier is.
 *
 * <p>Source: D. Lopez-Paz and M. Oquab, <i>Revisiting Classifier Two-Sample Tests</i>, ICLR 2017.
 */
public final class ClassifierTest implements MultivariateTest {
  private static final String NAME = "classifier two-sample test";
  private static final int LEAST_ROWS = 8;

  private final RowClassifier classifier;
  private final long seed;

  private ClassifierTest(RowClassifier classifier, long seed) {
    this.classifier = classifier;
    this.seed = seed;
  }

  /**
   * Returns the test.
   *
   * @param classifier what learns; {@code TribuoClassifiers.logistic()} in {@code
   *     dev.endolith.monitoring.tribuo} is one
   * @return the test, with the seed 0
   */
  public static ClassifierTest of(RowClassifier classifier) {
    return new ClassifierTest(classifier, 0);
  }

  /**
   * Returns the test with another seed.
   *
   * @param seed which rows are learned from, and the classifier's chance
   * @return the test
   */
  public ClassifierTest withSeed(long seed) {
    return new ClassifierTest(classifier, seed);
  }

  @Override
  public TestResult compare(double[][] reference, double[][] current) {
    RowPair pair = new RowPair(reference, current);
    if (pair.n < LEAST_ROWS || pair.m < LEAST_ROWS) {
      return pair.notEnoughData(NAME);
    }
    SplittableRandom random = new SplittableRandom(seed);
    int[] x = RowPair.shuffled(pair.n, random);
    int[] y = RowPair.shuffled(pair.m, random);
    int learnedX = pair.n / 2;
    int learnedY = pair.m / 2;
    double[][] rows = new double[learnedX + learnedY][];
    boolean[] isCurrent = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      isCurrent[i] = i >= learnedX;
      rows[i] = isCurrent[i] ? pair.rows[pair.n + y[i - learnedX]] : pair.rows[x[i]];
    }
    RowClassifier.Scorer scorer = classifier.learn(rows, isCurrent, random.nextLong());
    double[] before = new double[pair.n - learnedX];
    double[] now = new double[pair.m - learnedY];
    Arrays.setAll(before, i -> score(scorer, pair.rows[x[learnedX + i]]));
    Arrays.setAll(now, i -> score(scorer, pair.rows[pair.n + y[learnedY + i]]));
    // Mann-Whitney's effect is P(first > second): the current scores come first
    TestResult areas = MannWhitney.create().compare(now, before);
    double area = areas.effectSize();
    double p = area > 0.5 ? areas.pValue() / 2 : 1 - areas.pValue() / 2;
    return pair.result(NAME, area, p, area)
        .withEffect(areas.effectLow(), areas.effectHigh(), areas.minimumDetectableEffect());
  }

  /** A score that is not a number says nothing, like one in the middle. */
  private static double score(RowClassifier.Scorer scorer, double[] row) {
    double score = scorer.score(row);
    return Double.isNaN(score) ? 0 : score;
  }
}
