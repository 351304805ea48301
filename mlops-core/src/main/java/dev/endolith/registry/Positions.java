package dev.endolith.registry;

import dev.endolith.query.Page;

/** Where a row stands in the order of a search; what pages go on after. */
public final class Positions {
  private Positions() {}

  /**
   * A version's place: by model, newest first.
   *
   * @param version the version
   * @return its place
   */
  public static String of(ModelVersion version) {
    return version.model() + "/" + version.number();
  }

  /**
   * An alias's place: by model and name.
   *
   * @param alias the alias
   * @return its place
   */
  public static String of(Alias alias) {
    return alias.model() + "/" + alias.name();
  }

  /**
   * The model in the place of a version or an alias.
   *
   * @param position the place
   * @return its name
   * @throws IllegalArgumentException if it is no place
   */
  public static String model(String position) {
    return position.substring(0, slash(position));
  }

  /**
   * The alias in the place of an alias.
   *
   * @param position the place
   * @return its name
   * @throws IllegalArgumentException if it is no place
   */
  public static String alias(String position) {
    return position.substring(slash(position) + 1);
  }

  /**
   * The number in the place of a version.
   *
   * @param position the place
   * @return the number
   * @throws IllegalArgumentException if it is no place
   */
  public static long number(String position) {
    try {
      return Long.parseLong(alias(position));
    } catch (NumberFormatException e) {
      throw Page.badPosition();
    }
  }

  private static int slash(String position) {
    int slash = position.indexOf('/'); // no name has one
    if (slash < 1) {
      throw Page.badPosition();
    }
    return slash;
  }
}
