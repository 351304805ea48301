package dev.endolith.serving;

/**
 * How keys are shared out over arms. The same seed, key and weights always give the same arm.
 *
 * <p>{@link #flagd()} is the default: a multiplication and a shift of MurmurHash3, without modulo
 * bias. The others put every key where another product put it, so that an experiment can move here
 * without anybody changing arms.
 */
@FunctionalInterface
public interface Bucketing {
  /**
   * The arm of a key.
   *
   * @param seed tells experiments apart; the experiment's name
   * @param key the key
   * @param weights the weight of each arm, at least 0, with a positive sum
   * @return the arm's position
   */
  int arm(String seed, String key, int[] weights);

  /**
   * As flagd's {@code fractional} with its default value, the flag's key followed by the targeting
   * key.
   *
   * @return the bucketing
   */
  static Bucketing flagd() {
    return (seed, key, weights) ->
        CompatibleHashes.cumulative(
            CompatibleHashes.flagd(seed + key, CompatibleHashes.sum(weights)), weights);
  }

  /**
   * As GrowthBook, with full coverage.
   *
   * @param version GrowthBook's hash version: 1, which is biased, or 2
   * @return the bucketing
   * @throws IllegalArgumentException if {@code version} is another
   */
  static Bucketing growthBook(int version) {
    double unused = CompatibleHashes.growthBook("", "", version);
    return (seed, key, weights) ->
        CompatibleHashes.fraction(CompatibleHashes.growthBook(seed, key, version), weights);
  }

  /**
   * As Unleash's variants; the seed is the group id.
   *
   * @return the bucketing
   */
  static Bucketing unleashVariants() {
    return (seed, key, weights) ->
        CompatibleHashes.cumulative(
            CompatibleHashes.unleash(
                    seed, key, CompatibleHashes.sum(weights), CompatibleHashes.UNLEASH_VARIANTS)
                - 1,
            weights);
  }

  /**
   * As Unleash's gradual rollout of a percentage; the seed is the group id. The first of two arms
   * is enabled, and the weights are percentages.
   *
   * @return the bucketing
   */
  static Bucketing unleashRollout() {
    return (seed, key, weights) ->
        CompatibleHashes.cumulative(
            CompatibleHashes.unleash(seed, key, CompatibleHashes.sum(weights), 0) - 1, weights);
  }

  /**
   * As LaunchDarkly's percentage rollouts by a flag's key and salt; weights are shares of their
   * sum.
   *
   * @param salt the flag's salt
   * @return the bucketing; the seed is the flag's key
   */
  static Bucketing launchDarkly(String salt) {
    return (seed, key, weights) ->
        CompatibleHashes.fraction(CompatibleHashes.launchDarkly(seed + "." + salt, key), weights);
  }

  /**
   * As LaunchDarkly's experiments, by a seed of their own.
   *
   * @param seed the rollout's seed
   * @return the bucketing
   */
  static Bucketing launchDarkly(long seed) {
    return (flag, key, weights) ->
        CompatibleHashes.fraction(CompatibleHashes.launchDarkly(Long.toString(seed), key), weights);
  }
}
