package dev.endolith.registry.signing;

import dev.endolith.data.Digest;
import dev.endolith.registry.Attestation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a signature says: an in-toto statement about one model. */
public sealed interface Statement {
  /**
   * What it is about.
   *
   * @return the model's name, or the name of the folder that was signed
   */
  String subject();

  /**
   * What stands for the content: SHA-256 over the digests of all members, in order of name.
   *
   * @return the root digest of OpenSSF Model Signing
   */
  Digest root();

  /**
   * What is said.
   *
   * @return the kind
   */
  Attestation.Kind kind();

  /**
   * A piece of the signed content.
   *
   * @param name a member's path; of a shard {@code path:start:end}
   * @param digest the digest of its bytes
   */
  record Resource(String name, Digest digest) {}

  /**
   * This is what the model consists of: the statement of OpenSSF Model Signing v1.0.
   *
   * @param subject the model's name, or the name of the folder that was signed
   * @param root SHA-256 over the digests of the resources, in order
   * @param manifest the manifest of the registered version, empty if a folder was signed
   * @param resources all pieces, sorted by name
   * @param shardSize the length of the shards that files were cut into, 0 if they were not
   * @param ignored paths below the folder that are not part of the model
   */
  record Content(
      String subject,
      Digest root,
      Optional<Digest> manifest,
      List<Resource> resources,
      long shardSize,
      List<String> ignored)
      implements Statement {
    /**
     * Copies the lists.
     *
     * @param subject the model's name, or the name of the folder that was signed
     * @param root SHA-256 over the digests of the resources, in order
     * @param manifest the manifest of the registered version, empty if a folder was signed
     * @param resources all pieces, sorted by name
     * @param shardSize the length of the shards that files were cut into, 0 if they were not
     * @param ignored paths below the folder that are not part of the model
     */
    public Content {
      resources = List.copyOf(resources);
      ignored = List.copyOf(ignored);
    }

    @Override
    public Attestation.Kind kind() {
      return Attestation.Kind.TRAINING;
    }
  }

  /**
   * Somebody says something about a registered version, for example that it may serve.
   *
   * @param kind what is said; not {@link Attestation.Kind#TRAINING}, which is {@link Content}
   * @param subject the model's name
   * @param root SHA-256 over the digests of the attachments, in order of name
   * @param manifest the version's manifest
   * @param actor who says it: the holder of the key
   * @param reason why, for people and auditors
   * @param at when it was signed, by the signer's clock
   */
  record Claim(
      Attestation.Kind kind,
      String subject,
      Digest root,
      Digest manifest,
      String actor,
      String reason,
      Instant at)
      implements Statement {}
}
