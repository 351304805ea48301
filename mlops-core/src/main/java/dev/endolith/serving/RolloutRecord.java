package dev.endolith.serving;

import java.time.Instant;

/**
 * A decision about a rollout with all that it rests on, as kept in the workspace. Immutable.
 *
 * @param decision {@code Promote}, {@code RollBack} or {@code Undecided}
 * @param version the challenger's number
 * @param champion the champion's number
 * @param at when it was decided
 * @param evidence the numbers behind it, as one sentence
 * @param rollout the rules
 * @param tally what was learnt
 */
public record RolloutRecord(
    String decision,
    long version,
    long champion,
    Instant at,
    String evidence,
    Rollout rollout,
    RolloutTally tally) {
  /** So that a document's name stays within what a store takes. */
  private static final int LONGEST = 60;

  /**
   * The name of the document that a rollout's decision is kept in.
   *
   * @param model the model
   * @param version the challenger's number
   * @return the name in {@code workspace.state()}; of a long model name the beginning and a hash
   */
  public static String document(String model, long version) {
    String name =
        model.length() <= LONGEST
            ? model
            : model.substring(0, LONGEST) + "-" + Long.toHexString(Bucket.place("", model));
    return "rollout." + name + ".v" + version;
  }
}
