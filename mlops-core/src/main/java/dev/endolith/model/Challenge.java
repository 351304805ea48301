package dev.endolith.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;

/**
 * A champion against a challenger on the same rows: better, not worse, worse or undecided, never
 * just {@code a > b}. Immutable and thread-safe.
 *
 * <p>Methods by metric: for {@link Metric#ACCURACY} McNemar's exact test and Newcombe's interval of
 * paired shares (1998); for {@link Metric#AUC} DeLong's test and interval (1988); for {@link
 * Metric#LOG_LOSS}, {@link Metric#BRIER} and {@link Metric#MAE} the paired t-test and interval of
 * the rows' losses, for a regression with Wilcoxon's signed ranks beside it; for {@link
 * Metric#RMSE} the paired t-test of squared errors and the paired bootstrap interval; for every
 * other metric the paired bootstrap within labels. If both are equally good, {@link
 * Decision.Verdict#BETTER} comes up with probability of at most about {@code (1 − confidence) / 2};
 * exactly so for accuracy, in large samples for the others.
 *
 * @param metric what is compared
 * @param margin how much worse still counts as not worse, in the metric's unit, 0 or more
 * @param confidence the interval's level, in (0, 1)
 */
public record Challenge(Metric metric, double margin, double confidence) {
  /** Fewer rows, or fewer of a class for the AUC, decide nothing. */
  static final int LEAST_ROWS = 20;

  static final int LEAST_OF_A_CLASS = 10;

  /**
   * Checks the numbers.
   *
   * @param metric what is compared
   * @param margin how much worse still counts as not worse, in the metric's unit, 0 or more
   * @param confidence the interval's level, in (0, 1)
   * @throws IllegalArgumentException if a number is out of its range
   */
  public Challenge {
    Share.confidence(confidence);
    if (!(margin >= 0) || Double.isInfinite(margin)) {
      throw new IllegalArgumentException("margin must be 0 or more, was " + margin);
    }
  }

  /**
   * A challenge without a margin at 95 %.
   *
   * @param metric what is compared
   * @return the challenge
   */
  public static Challenge on(Metric metric) {
    return new Challenge(metric, 0, 0.95);
  }

  /**
   * The same challenge with a margin of non-inferiority.
   *
   * @param most how much worse still counts as not worse, in the metric's unit, 0 or more
   * @return a new challenge
   */
  public Challenge withMargin(double most) {
    return new Challenge(metric, most, confidence);
  }

  /**
   * The same challenge at another level.
   *
   * @param level the level, in (0, 1)
   * @return a new challenge
   */
  public Challenge withConfidence(double level) {
    return new Challenge(metric, margin, level);
  }

  /**
   * Decides.
   *
   * @param champion the champion's answers
   * @param challenger the challenger's answers on the same rows
   * @return the decision; undecided with under 20 rows, or under 10 of a class for the AUC
   * @throws IllegalArgumentException if the two do not have the same rows and labels
   */
  public Decision decide(Outcomes champion, Outcomes challenger) {
    checkRows(champion, challenger);
    double first = metric.compute(champion);
    double second = metric.compute(challenger);
    double gain = metric.direction().gain(second, first);
    Evidence evidence =
        champion.size() < LEAST_ROWS || Double.isNaN(gain)
            ? Evidence.none("too few rows, or the metric is not defined on them")
            : evidence(champion, challenger, gain);
    return new Decision(
        verdict(evidence),
        metric.name(),
        champion.size(),
        first,
        second,
        gain,
        evidence.low,
        evidence.high,
        confidence,
        margin,
        evidence.method,
        evidence.tests);
  }

  private Decision.Verdict verdict(Evidence evidence) {
    boolean differs = !evidence.tests.isEmpty() && evidence.tests.get(0).pValue() <= 1 - confidence;
    if (evidence.low > 0 && differs) {
      return Decision.Verdict.BETTER;
    } else if (evidence.low > -margin) {
      return Decision.Verdict.NOT_WORSE;
    }
    return evidence.high < 0 && differs ? Decision.Verdict.WORSE : Decision.Verdict.UNDECIDED;
  }

  private static void checkRows(Outcomes champion, Outcomes challenger) {
    boolean same = champion.size() == challenger.size() && champion.labels() == challenger.labels();
    for (int i = 0; same && i < champion.size(); i++) {
      same = champion.trueNumber(i) == challenger.trueNumber(i);
    }
    if (!same) {
      throw new IllegalArgumentException(
          "both models must answer for the same rows, were "
              + champion.size()
              + " and "
              + challenger.size()
              + " rows, or their labels differ");
    }
  }

  private Evidence evidence(Outcomes champion, Outcomes challenger, double gain) {
    if (metric == Metric.ACCURACY && champion.labels() > 0) {
      McNemar table = McNemar.of(champion, challenger);
      double[] ends = table.interval(confidence);
      return new Evidence(
          ends[0], ends[1], "Newcombe, paired shares", List.of(table.exact(), table.midP()));
    } else if (metric == Metric.AUC && champion.positive() >= 0) {
      return areas(RocArea.of(champion), RocArea.of(challenger), gain);
    }
    Optional<RowLoss> loss = RowLoss.behind(metric, champion);
    return loss.isPresent()
        ? losses(loss.get().gains(champion, challenger), champion, challenger)
        : resampled(champion, challenger);
  }

  private Evidence areas(RocArea champion, RocArea challenger, double gain) {
    if (champion.positives() < LEAST_OF_A_CLASS || champion.negatives() < LEAST_OF_A_CLASS) {
      return Evidence.none("DeLong needs " + LEAST_OF_A_CLASS + " rows of either class");
    }
    double deviation = Math.sqrt(challenger.varianceOfDifference(champion));
    double half = deviation * NormalQuantile.of((1 + confidence) / 2);
    double z = deviation == 0 ? Math.signum(gain) * Double.MAX_VALUE : gain / deviation;
    double p = gain == 0 ? 1 : 2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(z));
    return new Evidence(
        gain - half, gain + half, "DeLong", List.of(new PairedTest("DeLong", z, p)));
  }

  private Evidence losses(double[] gains, Outcomes champion, Outcomes challenger) {
    int n = gains.length;
    double mean = Arrays.stream(gains).sum() / n;
    double squares = Arrays.stream(gains).map(g -> (g - mean) * (g - mean)).sum();
    double deviation = Math.sqrt(squares / (n - 1) / n);
    TDistribution student = TDistribution.of(n - 1);
    double t = deviation == 0 ? Math.signum(mean) * Double.MAX_VALUE : mean / deviation;
    List<PairedTest> tests = new ArrayList<>();
    tests.add(
        new PairedTest(
            metric == Metric.RMSE ? "paired t of squared errors" : "paired t",
            t,
            mean == 0 ? 1 : 2 * student.survivalProbability(Math.abs(t))));
    if (champion.labels() == 0 && Arrays.stream(gains).anyMatch(g -> g != 0)) {
      WilcoxonSignedRankTest.Result ranks = WilcoxonSignedRankTest.withDefaults().test(gains);
      tests.add(new PairedTest("Wilcoxon, signed ranks", ranks.getStatistic(), ranks.getPValue()));
    }
    if (metric == Metric.RMSE) {
      double[] resampled = gainsOfResamples(champion, challenger);
      double[] ends = Bootstrap.interval(resampled, confidence);
      return new Evidence(ends[0], ends[1], bootstrapName(), tests);
    }
    double half = deviation * student.inverseCumulativeProbability((1 + confidence) / 2);
    return new Evidence(mean - half, mean + half, "paired t", tests);
  }

  private Evidence resampled(Outcomes champion, Outcomes challenger) {
    double[] gains = gainsOfResamples(champion, challenger);
    double[] ends = Bootstrap.interval(gains, confidence);
    return new Evidence(
        ends[0],
        ends[1],
        bootstrapName(),
        List.of(new PairedTest("paired bootstrap", Double.NaN, Bootstrap.twoSidedP(gains))));
  }

  private double[] gainsOfResamples(Outcomes champion, Outcomes challenger) {
    return Bootstrap.of(
        champion,
        rows ->
            metric
                .direction()
                .gain(
                    metric.compute(challenger.select(rows)),
                    metric.compute(champion.select(rows))));
  }

  private static String bootstrapName() {
    return "paired bootstrap within labels, " + Bootstrap.RESAMPLES + " resamples";
  }

  private record Evidence(double low, double high, String method, List<PairedTest> tests) {
    static Evidence none(String why) {
      return new Evidence(Double.NaN, Double.NaN, why, List.of());
    }
  }
}
