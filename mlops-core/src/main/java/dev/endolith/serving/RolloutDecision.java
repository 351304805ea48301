package dev.endolith.serving;

/** What the samples of a rollout say so far. */
public sealed interface RolloutDecision {
  /**
   * The numbers behind it.
   *
   * @return one sentence
   */
  String evidence();

  /** Go on sampling. */
  record Continue() implements RolloutDecision {
    @Override
    public String evidence() {
      return "the samples do not decide yet";
    }
  }

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

  /**
   * The samples or the time are over, and the rules say to hold: the champion stays, the challenger
   * keeps its share, and what is learnt later may still decide. Told once.
   *
   * @param version the challenger
   * @param evidence the numbers behind it
   */
  record Undecided(long version, String evidence) implements RolloutDecision {}
}
