package dev.endolith.tuning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/*
 * The batches that a search proposes. What is proposed is a function of the space, the search, the
 * seed and the results so far; so a study that was killed goes on by proposing again from the start,
 * with the results that were kept.
 */
interface Proposals {
  /** Settings and how much to spend on them. */
  record Proposal(Configuration configuration, int resource) {}

  /**
   * The next batch.
   *
   * @param results what came of all before, in the order of proposals
   * @return the batch, empty at the end
   */
  List<Proposal> next(List<TrialResult> results);

  static Proposals of(Space space, Search search, long seed, int parallel) {
    if (search instanceof Search.Grid grid) {
      return once(space.grid(grid.perNumber()).stream().map(c -> new Proposal(c, 1)).toList());
    } else if (search instanceof Search.Chance chance) {
      List<Proposal> drawn = new ArrayList<>();
      for (int i = 0; i < chance.trials(); i++) {
        drawn.add(new Proposal(drawn(space, seed, i), 1));
      }
      return once(drawn);
    } else if (search instanceof Search.Halving halving) {
      return new Rungs(space, Plan.of(halving), seed);
    } else if (search instanceof Search.Hyperband hyperband) {
      return new Rungs(space, Plan.of(hyperband), seed);
    }
    return new ParzenProposals(space, ((Search.Parzen) search).trials(), seed, parallel);
  }

  /** Chance of its own for each trial, so that a trial does not depend on those before. */
  static Random chance(long seed, int trial) {
    // SplitMix64 (Steele, Lea and Flood, 2014): neighbouring seeds of Random give like numbers
    long z = seed + (trial + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return new Random(z ^ (z >>> 31));
  }

  static Configuration drawn(Space space, long seed, int trial) {
    Random random = chance(seed, trial);
    return space.at(parameter -> random.nextDouble());
  }

  private static Proposals once(List<Proposal> all) {
    return results -> results.isEmpty() ? all : List.of();
  }

  /** Brackets of rungs; a rung begins when the one before is done. */
  final class Rungs implements Proposals {
    private final Space space;
    private final Plan plan;
    private final long seed;
    private int bracket;
    private int rung;
    private int drawn;
    private int lastSize;

    Rungs(Space space, Plan plan, long seed) {
      this.space = space;
      this.plan = plan;
      this.seed = seed;
    }

    @Override
    public List<Proposal> next(List<TrialResult> results) {
      List<Proposal> batch = List.of();
      while (batch.isEmpty() && bracket < plan.brackets().size()) {
        List<Plan.Rung> rungs = plan.brackets().get(bracket);
        Plan.Rung here = rungs.get(rung);
        batch = rung == 0 ? begin(here) : goOn(here, results);
        rung++;
        if (rung == rungs.size() || batch.isEmpty()) {
          bracket++;
          rung = 0;
        }
        lastSize = batch.size();
      }
      return batch;
    }

    private List<Proposal> begin(Plan.Rung here) {
      List<Proposal> batch = new ArrayList<>();
      for (int i = 0; i < here.settings(); i++) {
        batch.add(new Proposal(drawn(space, seed, drawn++), here.resource()));
      }
      return batch;
    }

    /** The best of the rung before; failed ones do not go on. */
    private List<Proposal> goOn(Plan.Rung here, List<TrialResult> results) {
      return results.subList(results.size() - lastSize, results.size()).stream()
          .filter(TrialResult::succeeded)
          .sorted(Comparator.comparingDouble(TrialResult::loss).thenComparing(TrialResult::number))
          .limit(here.settings())
          .map(result -> new Proposal(result.configuration(), here.resource()))
          .toList();
    }
  }
}
