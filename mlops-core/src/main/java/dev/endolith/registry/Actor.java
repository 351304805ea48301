package dev.endolith.registry;

import dev.endolith.data.Texts;
import java.util.List;

/**
 * Who does something, and in which roles. Both are what the host knows: it has authenticated.
 * Immutable.
 *
 * @param name the principal's name as the host knows it, at most 200 printable characters
 * @param roles the principal's roles, in alphabetical order
 */
public record Actor(String name, List<String> roles) {
  /** The library acting by itself, for example the loop of a managed model. */
  public static final Actor SYSTEM = new Actor("system");

  private static final int MAX_ROLES = 100;

  /**
   * Checks the name and sorts the roles.
   *
   * @param name the principal's name as the host knows it, at most 200 printable characters
   * @param roles the principal's roles
   * @throws IllegalArgumentException if the name or a role is blank, longer than 200 characters, or
   *     has control characters, or there are more than 100 roles
   */
  public Actor {
    roles = roles.stream().sorted().distinct().toList();
    check("an actor's name", name);
    roles.forEach(role -> check("a role", role));
    if (roles.size() > MAX_ROLES) {
      throw new IllegalArgumentException("an actor has at most 100 roles, had " + roles.size());
    }
  }

  /**
   * Someone without roles.
   *
   * @param name the principal's name
   */
  public Actor(String name) {
    this(name, List.of());
  }

  /**
   * Someone with roles.
   *
   * @param name the principal's name
   * @param roles the principal's roles
   * @return the actor
   */
  public static Actor of(String name, String... roles) {
    return new Actor(name, List.of(roles));
  }

  private static void check(String what, String text) {
    if (text.isBlank() || text.length() > 200 || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          what + " is 1 to 200 printable characters, was " + text.length());
    }
    Texts.check(what, text);
  }
}
