package dev.endolith.serving;

/**
 * How a new version takes over from the champion. Immutable.
 *
 * @param share the share of keys that the challenger answers, in (0, 1]; 1 means at once
 * @param minSamples labelled predictions that each side needs before anything is decided
 * @param maxSamples labelled predictions of the challenger after which an undecided rollout ends
 * @param margin how much greater the challenger's mean loss may be and still pass, in units of the
 *     loss: half the squared distance of the scores from the truth for a classification, the
 *     squared error for a regression
 * @param alpha the probability of a wrong decision over the whole rollout, however often one looks
 * @param undecided what becomes of a rollout that ends undecided
 */
public record Rollout(
    double share,
    long minSamples,
    long maxSamples,
    double margin,
    double alpha,
    Undecided undecided) {

  /** What becomes of a rollout that the samples do not decide. */
  public enum Undecided {
    /** The champion stays. */
    ROLL_BACK,
    /** The challenger takes over. */
    PROMOTE
  }

  /**
   * Checks the values.
   *
   * @param share the share of keys that the challenger answers, in (0, 1]; 1 means at once
   * @param minSamples labelled predictions that each side needs before anything is decided
   * @param maxSamples labelled predictions of the challenger after which an undecided rollout ends
   * @param margin how much greater the challenger's mean loss may be and still pass, in units of
   *     the loss: half the squared distance of the scores from the truth for a classification, the
   *     squared error for a regression
   * @param alpha the probability of a wrong decision over the whole rollout, however often one
   *     looks
   * @param undecided what becomes of a rollout that ends undecided
   * @throws IllegalArgumentException if one is out of its range; the message names it
   */
  public Rollout {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be in (0, 1], was " + share);
    }
    if (minSamples < 2) {
      throw new IllegalArgumentException("minSamples must be at least 2, was " + minSamples);
    }
    if (maxSamples < minSamples) {
      throw new IllegalArgumentException(
          "maxSamples must be at least minSamples, was " + maxSamples + " < " + minSamples);
    }
    if (!(margin >= 0)) {
      throw new IllegalArgumentException("margin must be at least 0, was " + margin);
    }
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("alpha must be in (0, 1), was " + alpha);
    }
  }

  /**
   * The challenger answers a share of keys until labels show that it is not worse, or that it is.
   * By default at least 200 and at most 4 000 labelled predictions, a margin of 0.01, an alpha of
   * 0.05, and back to the champion if undecided.
   *
   * @param share the share of keys, in (0, 1)
   * @return the rollout
   */
  public static Rollout canary(double share) {
    return new Rollout(share, 200, 4_000, 0.01, 0.05, Undecided.ROLL_BACK);
  }

  /**
   * A version that passes its gates takes over at once.
   *
   * @return the rollout
   */
  public static Rollout immediate() {
    return new Rollout(1, 2, 2, 0, 0.05, Undecided.PROMOTE);
  }

  /**
   * Whether a version takes over without being compared on live traffic.
   *
   * @return true if its share is everything
   */
  public boolean atOnce() {
    return share == 1;
  }

  /**
   * This rollout with another least number of samples.
   *
   * @param samples labelled predictions that each side needs before anything is decided, at least 2
   * @return a new rollout; its greatest number grows along if it has to
   */
  public Rollout minSamples(long samples) {
    return new Rollout(share, samples, Math.max(maxSamples, samples), margin, alpha, undecided);
  }

  /**
   * This rollout with another end.
   *
   * @param samples labelled predictions of the challenger after which it ends
   * @param then what becomes of it if it is undecided by then
   * @return a new rollout
   */
  public Rollout undecidedAfter(long samples, Undecided then) {
    return new Rollout(share, minSamples, samples, margin, alpha, then);
  }

  /**
   * This rollout with another margin.
   *
   * @param loss how much greater the challenger's mean loss may be and still pass, at least 0
   * @return a new rollout
   */
  public Rollout margin(double loss) {
    return new Rollout(share, minSamples, maxSamples, loss, alpha, undecided);
  }
}
