package dev.endolith.pipeline;

import java.time.Instant;
import java.util.List;

/**
 * What a person answered. Immutable.
 *
 * @param actor who
 * @param roles the roles that the actor had
 * @param approved whether the run may go on
 * @param reason why
 * @param at when
 */
public record Answer(
    String actor, List<String> roles, boolean approved, String reason, Instant at) {
  /**
   * Copies the roles.
   *
   * @param actor who
   * @param roles the roles that the actor had
   * @param approved whether the run may go on
   * @param reason why
   * @param at when
   */
  public Answer {
    roles = List.copyOf(roles);
  }
}
