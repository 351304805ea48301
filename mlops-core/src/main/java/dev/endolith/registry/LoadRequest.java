package dev.endolith.registry;

import java.util.List;

/**
 * What a {@link LoadPolicy} decides about. Immutable.
 *
 * @param version the version that is to be loaded, as the registry has it
 * @param attestations what is said about it, as the registry has it, in any order
 * @param artifacts gives the blobs of the attestations
 */
public record LoadRequest(
    ModelVersion version, List<Attestation> attestations, ArtifactStore artifacts) {
  /**
   * Copies the attestations.
   *
   * @param version the version that is to be loaded, as the registry has it
   * @param attestations what is said about it, as the registry has it, in any order
   * @param artifacts gives the blobs of the attestations
   */
  public LoadRequest {
    attestations = List.copyOf(attestations);
  }

  /**
   * Whether the version's manifest is the digest of its format, its schema and its attachments. A
   * policy that trusts the manifest asks this first: a row that was changed by hand may have any.
   *
   * @return false if one of them was changed after registration
   */
  public boolean manifestFits() {
    return version.manifestFits();
  }
}
