package dev.endolith.pipeline;

import java.util.List;

/**
 * What a run waits for. Immutable.
 *
 * @param run the run's id
 * @param step the path of the approval
 * @param text what people are asked
 * @param required how many different people must agree
 * @param roles the roles of which each must have one; empty for any
 * @param answers what was answered so far
 */
public record Question(
    String run, String step, String text, int required, List<String> roles, List<Answer> answers) {
  /**
   * Copies the lists.
   *
   * @param run the run's id
   * @param step the path of the approval
   * @param text what people are asked
   * @param required how many different people must agree
   * @param roles the roles of which each must have one; empty for any
   * @param answers what was answered so far
   */
  public Question {
    roles = List.copyOf(roles);
    answers = List.copyOf(answers);
  }
}
