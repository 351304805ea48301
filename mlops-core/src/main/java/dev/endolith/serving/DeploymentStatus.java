package dev.endolith.serving;

import java.util.List;
import java.util.Optional;

/**
 * What a deployment's aliases want, what this node serves, and why they differ. Immutable; a
 * version of 0 means none.
 *
 * @param desiredChampion the version that the champion alias points to
 * @param servedChampion the version that answers here
 * @param desiredChallenger the version that the challenger alias points to
 * @param servedChallenger the version that answers its share here
 * @param generation the generation of the champion alias that is served
 * @param problem why the two differ, empty if they do not
 * @param lostRecords predictions that were answered and could not be logged
 * @param loaded the versions that are loaded here, the champion first
 */
public record DeploymentStatus(
    long desiredChampion,
    long servedChampion,
    long desiredChallenger,
    long servedChallenger,
    long generation,
    Optional<String> problem,
    long lostRecords,
    List<LoadedVersion> loaded) {
  /**
   * Copies the list.
   *
   * @param desiredChampion the version that the champion alias points to
   * @param servedChampion the version that answers here
   * @param desiredChallenger the version that the challenger alias points to
   * @param servedChallenger the version that answers its share here
   * @param generation the generation of the champion alias that is served
   * @param problem why the two differ, empty if they do not
   * @param lostRecords predictions that were answered and could not be logged
   * @param loaded the versions that are loaded here, the champion first
   */
  public DeploymentStatus {
    loaded = List.copyOf(loaded);
  }
}
