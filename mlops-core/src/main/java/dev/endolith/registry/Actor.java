package dev.endolith.registry;

/**
 * Who does something.
 *
 * @param name the principal's name as the host knows it, at most 200 printable characters
 */
public record Actor(String name) {
  /** The library acting by itself, for example the loop of a managed model. */
  public static final Actor SYSTEM = new Actor("system");

  /**
   * Checks the name.
   *
   * @param name the principal's name as the host knows it, at most 200 printable characters
   * @throws IllegalArgumentException if it is blank, longer than 200 characters, or has control
   *     characters
   */
  public Actor {
    if (name.isBlank() || name.length() > 200 || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "an actor's name is 1 to 200 printable characters, was " + name.length());
    }
  }
}
