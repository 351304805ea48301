package dev.endolith.tuning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.commons.statistics.distribution.NormalDistribution;

/*
 * Tree-structured Parzen estimators (Bergstra, Bardenet, Bengio and Kégl, 2011, section 4).
 *
 * The trials so far are cut into the good ones and the others by loss. For each parameter a density l
 * is estimated from the good ones and g from the others; of some draws from l the one of the greatest
 * l / g is proposed, which maximises the expected improvement (their equation 6). A parameter under a
 * condition is estimated from the trials in which it had a value: that is the tree.
 *
 * For a number a density is a mixture of normal curves on [0, 1], cut off at its ends: one around each
 * trial, as wide as the distance to its farther neighbour, and one for the prior, as wide as the
 * interval. For a choice it is the shares with one more of each.
 */
final class ParzenProposals implements Proposals {
  private static final int BY_CHANCE = 20;
  private static final int CANDIDATES = 24;

  /** The best tenth are good, at most so many: with more the good ones blur. */
  private static final double GOOD = 0.1;

  private static final int MOST_GOOD = 25;
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private final Space space;
  private final int trials;
  private final long seed;
  private final int parallel;

  ParzenProposals(Space space, int trials, long seed, int parallel) {
    this.space = space;
    this.trials = trials;
    this.seed = seed;
    this.parallel = parallel;
  }

  @Override
  public List<Proposal> next(List<TrialResult> results) {
    List<TrialResult> known = new ArrayList<>(results);
    known.removeIf(result -> !result.succeeded());
    known.sort(Comparator.comparingDouble(TrialResult::loss).thenComparing(TrialResult::number));
    int good = Math.min(MOST_GOOD, (int) Math.ceil(GOOD * known.size()));
    List<Proposal> batch = new ArrayList<>();
    for (int i = results.size(); i < Math.min(trials, results.size() + parallel); i++) {
      Configuration configuration =
          known.size() < Math.min(BY_CHANCE, trials)
              ? Proposals.drawn(space, seed, i)
              : modelled(
                  known.subList(0, good),
                  known.subList(good, known.size()),
                  Proposals.chance(seed, i));
      batch.add(new Proposal(configuration, 1));
    }
    return batch;
  }

  private Configuration modelled(List<TrialResult> good, List<TrialResult> others, Random random) {
    return space.at(
        parameter -> {
          double[] better = places(parameter, good);
          double[] worse = places(parameter, others);
          return parameter.kinds() > 0
              ? choice(better, worse, parameter.kinds(), random)
              : number(better, worse, random);
        });
  }

  private static double[] places(Parameter<?> parameter, List<TrialResult> results) {
    return results.stream()
        .filter(result -> result.configuration().has(parameter))
        .mapToDouble(result -> parameter.placeIn(result.configuration()))
        .sorted()
        .toArray();
  }

  private static double choice(double[] better, double[] worse, int kinds, Random random) {
    double[] likely = shares(better, kinds);
    double[] unlikely = shares(worse, kinds);
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int draw = 0; draw < CANDIDATES; draw++) {
      double at = random.nextDouble();
      int kind = 0;
      while (kind < kinds - 1 && at >= likely[kind]) {
        at -= likely[kind++];
      }
      if (likely[kind] / unlikely[kind] > most) {
        most = likely[kind] / unlikely[kind];
        best = kind;
      }
    }
    return (best + 0.5) / kinds;
  }

  private static double[] shares(double[] places, int kinds) {
    double[] shares = new double[kinds];
    Arrays.fill(shares, 1);
    for (double place : places) {
      shares[(int) (place * kinds)]++;
    }
    for (int kind = 0; kind < kinds; kind++) {
      shares[kind] /= places.length + kinds;
    }
    return shares;
  }

  private static double number(double[] better, double[] worse, Random random) {
    Mixture likely = Mixture.of(better);
    Mixture unlikely = Mixture.of(worse);
    double best = 0.5;
    double most = Double.NEGATIVE_INFINITY;
    for (int draw = 0; draw < CANDIDATES; draw++) {
      double at = likely.draw(random);
      double gain = Math.log(likely.density(at)) - Math.log(unlikely.density(at));
      if (gain > most) {
        most = gain;
        best = at;
      }
    }
    return best;
  }

  /** Normal curves of equal weight, each cut off at 0 and 1. */
  private static final class Mixture {
    private final double[] centres;
    private final double[] widths;
    private final double[] below;
    private final double[] inside;

    private Mixture(double[] centres, double[] widths) {
      this.centres = centres;
      this.widths = widths;
      this.below = new double[centres.length];
      this.inside = new double[centres.length];
      for (int i = 0; i < centres.length; i++) {
        below[i] = NORMAL.cumulativeProbability(-centres[i] / widths[i]);
        inside[i] = NORMAL.cumulativeProbability((1 - centres[i]) / widths[i]) - below[i];
      }
    }

    static Mixture of(double[] sorted) {
      int n = sorted.length;
      double least = 1.0 / Math.min(100, n + 2);
      double[] centres = Arrays.copyOf(sorted, n + 1);
      double[] widths = new double[n + 1];
      for (int i = 0; i < n; i++) {
        double left = sorted[i] - (i > 0 ? sorted[i - 1] : 0);
        double right = (i + 1 < n ? sorted[i + 1] : 1) - sorted[i];
        widths[i] = Math.max(least, Math.min(1, Math.max(left, right)));
      }
      centres[n] = 0.5;
      widths[n] = 1;
      return new Mixture(centres, widths);
    }

    double draw(Random random) {
      int i = random.nextInt(centres.length);
      double p = below[i] + random.nextDouble() * inside[i];
      double at = centres[i] + widths[i] * NORMAL.inverseCumulativeProbability(p);
      return Math.max(0, Math.min(Math.nextDown(1.0), at));
    }

    double density(double at) {
      double sum = 0;
      for (int i = 0; i < centres.length; i++) {
        sum += NORMAL.density((at - centres[i]) / widths[i]) / widths[i] / inside[i];
      }
      return sum / centres.length;
    }
  }
}
