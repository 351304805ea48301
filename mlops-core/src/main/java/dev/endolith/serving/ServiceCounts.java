package dev.endolith.serving;

/**
 * How one side of a rollout served. Immutable; counts of several nodes add.
 *
 * @param requests how many requests it was asked
 * @param errors how many of them it failed
 * @param slow how many took longer than the latency budget; 0 if time is not taken
 */
public record ServiceCounts(long requests, long errors, long slow) {
  /** Nothing was asked yet. */
  public static final ServiceCounts NONE = new ServiceCounts(0, 0, 0);

  /**
   * Adds what was counted elsewhere.
   *
   * @param other the other counts
   * @return the counts of both
   */
  public ServiceCounts plus(ServiceCounts other) {
    return new ServiceCounts(requests + other.requests, errors + other.errors, slow + other.slow);
  }

  ServiceCounts minus(ServiceCounts other) {
    return new ServiceCounts(requests - other.requests, errors - other.errors, slow - other.slow);
  }
}
