package dev.endolith.sequential;

import java.util.random.RandomGenerator;

/**
 * An exact test that failures of a variant are no more frequent than failures of a baseline, on
 * separate requests. Immutable; the wealths of several nodes, whose requests are separate, add.
 *
 * <p>Requests are taken in blocks: a block ends as soon as it has one of either side, so that one
 * of the sides has exactly one. With the block's shares of failures x̄ and ȳ, a bet λ multiplies
 * its wealth by 1 + λ (ȳ − x̄), whose expectation under the hypothesis is at most 1 as long as who
 * answers does not depend on how. The mean over the bets 0.1, 0.25, 0.5 and 0.9 ever reaches 1/α
 * with probability at most α (Ville). It works from the first request, and uses all of the smaller
 * side.
 *
 * @param tenth ln of the wealth of the bet 0.1
 * @param quarter ln of the wealth of the bet 0.25
 * @param half ln of the wealth of the bet 0.5
 * @param most ln of the wealth of the bet 0.9
 * @param baseline requests of the baseline in the open block
 * @param baselineFailures failures among them
 * @param variant requests of the variant in the open block
 * @param variantFailures failures among them
 */
public record TwoSampleEProcess(
    double tenth,
    double quarter,
    double half,
    double most,
    long baseline,
    long baselineFailures,
    long variant,
    long variantFailures) {
  /** No requests yet. */
  public static final TwoSampleEProcess EMPTY = new TwoSampleEProcess(0, 0, 0, 0, 0, 0, 0, 0);

  /**
   * Adds a request.
   *
   * @param ofVariant whether the variant answered it
   * @param failed whether it failed
   * @return the new state
   */
  public TwoSampleEProcess plus(boolean ofVariant, boolean failed) {
    long one = failed ? 1 : 0;
    return new TwoSampleEProcess(
            tenth,
            quarter,
            half,
            most,
            baseline + (ofVariant ? 0 : 1),
            baselineFailures + (ofVariant ? 0 : one),
            variant + (ofVariant ? 1 : 0),
            variantFailures + (ofVariant ? one : 0))
        .closed();
  }

  private TwoSampleEProcess closed() {
    if (baseline == 0 || variant == 0) {
      return this;
    }
    double worse = variantFailures / (double) variant - baselineFailures / (double) baseline;
    return new TwoSampleEProcess(
        tenth + Math.log1p(Bets.SIZES[0] * worse),
        quarter + Math.log1p(Bets.SIZES[1] * worse),
        half + Math.log1p(Bets.SIZES[2] * worse),
        most + Math.log1p(Bets.SIZES[3] * worse),
        0,
        0,
        0,
        0);
  }

  /**
   * Adds requests of which only counts are known. Their order is drawn: within a stretch in which
   * both sides' rates stay as they are every order is as likely as the one that was, so the test
   * stays exact. O(requests of the smaller side).
   *
   * @param baselineRequests requests of the baseline
   * @param baselineErrors failures among them
   * @param variantRequests requests of the variant
   * @param variantErrors failures among them
   * @param random draws the order; seeded from what every node knows, to be repeatable
   * @return the new state
   */
  public TwoSampleEProcess plus(
      long baselineRequests,
      long baselineErrors,
      long variantRequests,
      long variantErrors,
      RandomGenerator random) {
    long blocks = Math.min(baselineRequests, variantRequests);
    long baselineLeft = baselineRequests;
    long baselineBad = baselineErrors;
    long variantLeft = variantRequests;
    long variantBad = variantErrors;
    TwoSampleEProcess state = this;
    for (long block = blocks; block > 0; block--) {
      // what is left is shared out evenly over the blocks that are left
      long xs = baselineLeft / block;
      long ys = variantLeft / block;
      long xBad = drawn(xs, baselineLeft, baselineBad, random);
      long yBad = drawn(ys, variantLeft, variantBad, random);
      baselineLeft -= xs;
      baselineBad -= xBad;
      variantLeft -= ys;
      variantBad -= yBad;
      state =
          new TwoSampleEProcess(
                  state.tenth, state.quarter, state.half, state.most, xs, xBad, ys, yBad)
              .closed();
    }
    return blocks > 0
        ? new TwoSampleEProcess(
            state.tenth,
            state.quarter,
            state.half,
            state.most,
            baseline,
            baselineFailures,
            variant,
            variantFailures)
        : this;
  }

  /** How many of the next requests are bad, drawn without replacement. */
  private static long drawn(long requests, long left, long bad, RandomGenerator random) {
    long hits = 0;
    for (long i = 0; i < requests && hits < bad; i++) {
      if (random.nextDouble() * (left - i) < bad - hits) {
        hits++;
      }
    }
    return hits;
  }

  /**
   * Adds what was gathered from other requests. The open block of the other is left out: its
   * requests are the last ones of one side.
   *
   * @param other the other state
   * @return the state of both
   */
  public TwoSampleEProcess plus(TwoSampleEProcess other) {
    return new TwoSampleEProcess(
        tenth + other.tenth,
        quarter + other.quarter,
        half + other.half,
        most + other.most,
        baseline,
        baselineFailures,
        variant,
        variantFailures);
  }

  /**
   * The evidence that the variant fails more often.
   *
   * @return ln K; the hypothesis is rejected at α once this was at least −ln α at any look
   */
  public double logWealth() {
    return Bets.mean(tenth, quarter, half, most);
  }
}
