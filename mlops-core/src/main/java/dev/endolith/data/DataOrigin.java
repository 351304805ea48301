package dev.endolith.data;

/**
 * Where data came from. Text for people and auditors; the library opens none of it.
 *
 * @param name a short name, used in messages
 * @param location where it lives, empty if unknown
 * @param legalBasis why it may be used, empty if unknown
 */
public record DataOrigin(String name, String location, String legalBasis) {
  /**
   * An origin that is known by name only.
   *
   * @param name a short name
   * @return the origin
   */
  public static DataOrigin named(String name) {
    return new DataOrigin(name, "", "");
  }
}
