package dev.endolith.registry;

/**
 * Decides whether a version may be loaded, before any parser sees a byte of it. SPI. Thread-safe.
 */
@FunctionalInterface
public interface LoadPolicy {
  /**
   * Decides about one version.
   *
   * @param request the version, and what is said about it
   * @return whether it may be loaded, and why not
   * @throws dev.endolith.error.StorageException if the store cannot be read; the version is not
   *     loaded then
   */
  LoadDecision decide(LoadRequest request);

  /**
   * The policy of a workspace that was given none: every version may be loaded.
   *
   * @return the policy
   */
  static LoadPolicy anything() {
    return request -> new LoadDecision.Allowed();
  }
}
