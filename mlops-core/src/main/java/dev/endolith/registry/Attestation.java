package dev.endolith.registry;

import java.time.Instant;
import java.util.Locale;

/**
 * What somebody says about a version, as a signed blob. The fields of this record are as
 * trustworthy as the store that gives them: who relies on a statement verifies the blob. Immutable.
 *
 * @param kind what is said
 * @param blob the blob that holds the signed statement
 * @param actor who added it, as the store has it
 * @param at when it was added, by the workspace's clock
 */
public record Attestation(Kind kind, Attachment blob, String actor, Instant at) {
  /** What can be said about a version. */
  public enum Kind {
    /** This is what was trained: the signature of whoever made the version. */
    TRAINING,
    /** This may serve. */
    APPROVAL,
    /** This was judged. */
    EVALUATION,
    /** This was searched for what should not be in it. */
    SCAN,
    /** This may not serve any more. Final: what was withdrawn is registered anew. */
    WITHDRAWAL,
    /**
     * This model left a workspace as it is in an archive: the signature of the archive, which is
     * never an attestation of a version.
     */
    EXPORT;

    /**
     * The kind as statements spell it.
     *
     * @return its name in lower case, for example {@code approval}
     */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
