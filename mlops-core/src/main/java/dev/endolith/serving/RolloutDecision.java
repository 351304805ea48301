package dev.endolith.serving;

/** What the samples of a rollout say so far. */
public sealed interface RolloutDecision {
  /**
   * The numbers behind it.
   *
   * @return one sentence
   */
  String evidence();

  /**
   * Go on sampling.
   *
   * @param evidence the numbers behind it
   */
  record Continue(String evidence) implements RolloutDecision {}

  /**
   * The challenger takes over.
   *
   * @param version the challenger
   * @param evidence the numbers behind it
   */
  record Promote(long version, String evidence) implements RolloutDecision {}

  /**
   * The champion stays.
   *
   * @param version the challenger
   * @param evidence the numbers behind it
   */
  record RollBack(long version, String evidence) implements RolloutDecision {}
}
