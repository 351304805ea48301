package dev.endolith.registry;

import java.time.Instant;

/**
 * A signed statement about a version that was made after or with its registration. What it says
 * counts only once its signature was verified, see {@link LoadPolicy}. Immutable.
 *
 * @param kind {@code training}, {@code approval}, {@code evaluation}, {@code scan} or {@code
 *     withdrawal}
 * @param bundle the blob that holds the signed bundle
 * @param actor who added it
 * @param at when
 */
public record Attestation(String kind, Attachment bundle, String actor, Instant at) {
  /** By whoever trained the model. */
  public static final String TRAINING = "training";

  /** By whoever agreed that it may serve. */
  public static final String APPROVAL = "approval";

  /** By whoever took it back. */
  public static final String WITHDRAWAL = "withdrawal";

  /**
   * Checks the kind.
   *
   * @param kind {@code training}, {@code approval}, {@code evaluation}, {@code scan} or {@code
   *     withdrawal}
   * @param bundle the blob that holds the signed bundle
   * @param actor who added it
   * @param at when
   */
  public Attestation {
    Names.check("attestation", kind);
  }
}
