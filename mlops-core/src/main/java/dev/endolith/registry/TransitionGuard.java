package dev.endolith.registry;

import java.util.Optional;

/**
 * A condition on the transitions of versions. Called within a transaction: it decides from its
 * arguments alone, and soon.
 */
@FunctionalInterface
public interface TransitionGuard {
  /**
   * Why a version may not go to a state.
   *
   * @param version the version as it is
   * @param to the state that it is to go to
   * @return a sentence that says what is missing; empty if it may go
   */
  Optional<String> refusal(ModelVersion version, VersionState to);
}
