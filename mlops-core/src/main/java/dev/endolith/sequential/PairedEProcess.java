package dev.endolith.sequential;

/**
 * An exact test that failures y of a variant are no more frequent than failures x of a baseline by
 * more than a margin, on the same requests. Immutable; tallies of several nodes add.
 *
 * <p>The wealth of a bet λ is K = Π (1 + λ (yᵢ − xᵢ − margin)), a supermartingale under the
 * hypothesis; so is the mean over the bets 0.1, 0.25, 0.5 and 0.9 (scaled to keep wealth positive),
 * and by Ville's inequality it ever reaches 1/α with probability at most α. Only the counts of
 * pairs matter, and nothing is asymptotic (Waudby-Smith and Ramdas, 2020, arXiv 2010.09686).
 *
 * @param onlyVariant pairs in which only the variant failed
 * @param onlyBaseline pairs in which only the baseline failed
 * @param alike pairs in which both did the same
 */
public record PairedEProcess(long onlyVariant, long onlyBaseline, long alike) {
  /** No pairs yet. */
  public static final PairedEProcess EMPTY = new PairedEProcess(0, 0, 0);

  /**
   * Adds a pair.
   *
   * @param baselineFailed whether the baseline failed
   * @param variantFailed whether the variant failed on the same request
   * @return a new tally
   */
  public PairedEProcess plus(boolean baselineFailed, boolean variantFailed) {
    if (baselineFailed == variantFailed) {
      return new PairedEProcess(onlyVariant, onlyBaseline, alike + 1);
    }
    return variantFailed
        ? new PairedEProcess(onlyVariant + 1, onlyBaseline, alike)
        : new PairedEProcess(onlyVariant, onlyBaseline + 1, alike);
  }

  /**
   * Adds pairs that were counted elsewhere.
   *
   * @param other their tally
   * @return the tally of both
   */
  public PairedEProcess plus(PairedEProcess other) {
    return new PairedEProcess(
        onlyVariant + other.onlyVariant, onlyBaseline + other.onlyBaseline, alike + other.alike);
  }

  /**
   * How many pairs there are.
   *
   * @return the number of pairs
   */
  public long n() {
    return onlyVariant + onlyBaseline + alike;
  }

  /**
   * The evidence that the variant fails more often.
   *
   * @param margin how much more often it may fail, in [0, 1)
   * @return ln K; the hypothesis is rejected at α once this was at least −ln α at any look
   */
  public double logWealth(double margin) {
    double[] logs = new double[Bets.SIZES.length];
    for (int i = 0; i < logs.length; i++) {
      double bet = Bets.SIZES[i] / (1 + margin);
      logs[i] =
          onlyVariant * Math.log1p(bet * (1 - margin))
              + onlyBaseline * Math.log1p(-bet * (1 + margin))
              + alike * Math.log1p(-bet * margin);
    }
    return Bets.mean(logs);
  }

  /**
   * The evidence that the variant fails less often.
   *
   * @return ln K of the bets against the baseline
   */
  public double logWealthBetter() {
    return new PairedEProcess(
            /* onlyVariant= */ onlyBaseline, /* onlyBaseline= */ onlyVariant, alike)
        .logWealth(0);
  }
}
