package dev.endolith.registry;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person decided about a version. Immutable.
 *
 * @param actor who
 * @param roles the roles that the actor had, in alphabetical order
 * @param approved whether the version may serve
 * @param reason why
 * @param at when
 * @param until when the decision ends, null if it does not
 * @param evidence what it rests on: reports, gate results, files
 */
public record Approval(
    String actor,
    List<String> roles,
    boolean approved,
    String reason,
    Instant at,
    @Nullable Instant until,
    List<Attachment> evidence) {
  /**
   * Copies the lists.
   *
   * @param actor who
   * @param roles the roles that the actor had, in alphabetical order
   * @param approved whether the version may serve
   * @param reason why
   * @param at when
   * @param until when the decision ends, null if it does not
   * @param evidence what it rests on: reports, gate results, files
   */
  public Approval {
    roles = List.copyOf(roles);
    evidence = List.copyOf(evidence);
  }

  /**
   * Whether the decision holds at an instant.
   *
   * @param now the instant
   * @return false once it has ended
   */
  public boolean holds(Instant now) {
    return until == null || now.isBefore(until);
  }
}
