package dev.endolith.serving;

/**
 * How champion and challenger serve beside each other, from the moment that the challenger was
 * loaded. Immutable; the health of several nodes adds.
 *
 * @param version the challenger's number
 * @param champion the champion's counts
 * @param challenger the challenger's counts
 */
public record ServiceHealth(long version, ServiceCounts champion, ServiceCounts challenger) {
  /**
   * Adds what another node counted.
   *
   * @param other its health, about the same challenger
   * @return the health of both
   * @throws IllegalArgumentException if it is about another challenger
   */
  public ServiceHealth plus(ServiceHealth other) {
    if (version != other.version) {
      throw new IllegalArgumentException(
          "only the health of one challenger adds, was of " + version + " and " + other.version);
    }
    return new ServiceHealth(
        version, champion.plus(other.champion), challenger.plus(other.challenger));
  }
}
