package dev.endolith.registry;

import dev.endolith.data.Texts;
import java.util.List;

/**
 * Changes that become visible together or not at all, with who makes them and why. Immutable.
 *
 * @param actor who
 * @param reason why, for people and auditors
 * @param changes what, in order
 */
public record Changes(Actor actor, String reason, List<Change> changes) {
  /**
   * Checks the reason and copies the changes.
   *
   * @param actor who
   * @param reason why, for people and auditors
   * @param changes what, in order
   * @throws IllegalArgumentException if the reason is blank or longer than 2 000 characters, or
   *     there is no change
   */
  public Changes {
    if (reason.isBlank() || reason.length() > 2_000) {
      throw new IllegalArgumentException(
          "a reason is 1 to 2000 characters, was " + reason.length());
    }
    Texts.check("a reason", reason);
    changes = List.copyOf(changes);
    if (changes.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one change");
    }
  }

  /**
   * Changes in order.
   *
   * @param actor who
   * @param reason why
   * @param changes what
   * @return the changes
   */
  public static Changes of(Actor actor, String reason, Change... changes) {
    return new Changes(actor, reason, List.of(changes));
  }
}
