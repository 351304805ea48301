package dev.endolith.registry.signing;

import dev.endolith.data.Digest;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.registry.Attestation;
import dev.endolith.registry.LoadDecision;
import dev.endolith.registry.LoadPolicy;
import dev.endolith.registry.LoadRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Lets a version be loaded that its trainer has signed, that enough others have approved, and that
 * nobody has withdrawn: <em>sig(trainer) ∧ sig(approver ≠ trainer) ∧ ¬withdrawn</em>. An approval
 * counts if neither its key nor the holder of its key has signed as trainer; approvals of one
 * holder count once. All of it is read from the signed statements, nothing from rows: a state, an
 * alias or an attestation that was changed by hand in the database makes no version loadable.
 * Immutable.
 *
 * <p>A withdrawal is final for its manifest. What a store does not show cannot be seen: who can
 * delete a withdrawal from the database can undo it, so what must never serve again belongs into
 * {@link #withWithdrawn} too, which is the host's own configuration.
 */
public final class SignaturePolicy implements LoadPolicy {
  private static final int MAX_ATTESTATIONS = 1_000;

  private final SignatureVerifier verifier;
  private final int approvals;
  private final Set<Digest> withdrawn;

  private SignaturePolicy(SignatureVerifier verifier, int approvals, Set<Digest> withdrawn) {
    this.verifier = verifier;
    this.approvals = approvals;
    this.withdrawn = withdrawn;
  }

  /**
   * Asks for the trainer's signature and one approval.
   *
   * @param keys whose signatures count, and for what
   * @return the policy
   */
  public static SignaturePolicy of(TrustedKeys keys) {
    return new SignaturePolicy(SignatureVerifier.of(keys), 1, Set.of());
  }

  /**
   * The same policy with another number of approvals.
   *
   * @param needed how many different people must approve; 0 if the trainer's signature is enough
   * @return the policy
   * @throws IllegalArgumentException if the number is negative
   */
  public SignaturePolicy withApprovals(int needed) {
    if (needed < 0) {
      throw new IllegalArgumentException("the approvals needed are at least 0, was " + needed);
    }
    return new SignaturePolicy(verifier, needed, withdrawn);
  }

  /**
   * The same policy that refuses some manifests whatever is said about them.
   *
   * @param manifests the manifests of versions that must never be loaded
   * @return the policy
   */
  public SignaturePolicy withWithdrawn(Set<Digest> manifests) {
    return new SignaturePolicy(verifier, approvals, Set.copyOf(manifests));
  }

  @Override
  public LoadDecision decide(LoadRequest request) {
    String label = request.version().label();
    if (!request.manifestFits()) {
      return refused(label + ": its manifest is not that of its format, schema and attachments");
    }
    if (withdrawn.contains(request.version().manifest())) {
      return refused(label + " is withdrawn by the configuration of this host");
    }
    if (request.attestations().size() > MAX_ATTESTATIONS) {
      return refused(label + " has more than " + MAX_ATTESTATIONS + " attestations");
    }
    return new Tally(request).decision();
  }

  private static LoadDecision refused(String reason) {
    return new LoadDecision.Refused(List.of(reason));
  }

  /** The signatures of one version. */
  private final class Tally {
    private final LoadRequest request;
    private final Set<String> trainers = new HashSet<>();
    private final List<TrustedKey> training = new ArrayList<>();
    private final List<TrustedKey> approving = new ArrayList<>();
    private final List<String> objections = new ArrayList<>();
    private final List<String> ignored = new ArrayList<>();

    Tally(LoadRequest request) {
      this.request = request;
      Set<Digest> seen = new HashSet<>();
      for (Attestation attestation : request.attestations()) {
        // the row's kind is part of it: junk recorded as a withdrawal objects, elsewhere it does
        // not
        if (seen.add(attestation.blob().digest())
            || attestation.kind() == Attestation.Kind.WITHDRAWAL) {
          count(attestation);
        }
      }
    }

    private void count(Attestation attestation) {
      Verification verification;
      try {
        byte[] bundle = request.artifacts().read(attestation.blob().digest(), StrictJson.MAX_BYTES);
        verification = verifier.verify(bundle, request.version());
      } catch (NotFoundException | IntegrityException e) {
        verification = new Verification.Refused("its blob is missing or damaged");
      }
      if (verification instanceof Verification.Verified verified) {
        TrustedKey key = verified.key();
        switch (verified.statement().kind()) {
          case TRAINING -> {
            training.add(key);
            trainers.add(key.holder());
          }
          case APPROVAL -> approving.add(key);
          case WITHDRAWAL ->
              objections.add(request.version().label() + " is withdrawn by " + key.holder());
          case EVALUATION, SCAN, EXPORT -> {
            // said, but not asked for by this policy
          }
        }
      } else if (verification instanceof Verification.Refused refused) {
        String what = "'" + attestation.blob().name() + "': " + refused.reason();
        if (attestation.kind() == Attestation.Kind.WITHDRAWAL) {
          objections.add(
              request.version().label()
                  + " has a withdrawal that cannot be verified and counts therefore: "
                  + what);
        } else {
          ignored.add(what);
        }
      }
    }

    LoadDecision decision() {
      List<String> reasons = new ArrayList<>(objections);
      if (training.isEmpty()) {
        reasons.add(
            request.version().label() + " has no valid signature of a trainer" + whatElse());
      }
      Set<String> approvers = new HashSet<>();
      for (TrustedKey key : approving) {
        if (!training.contains(key) && !trainers.contains(key.holder())) {
          approvers.add(key.holder());
        }
      }
      if (approvers.size() < approvals) {
        reasons.add(
            request.version().label()
                + " has "
                + approvers.size()
                + " valid approvals by others than its trainer, needed are "
                + approvals
                + whatElse());
      }
      return reasons.isEmpty() ? new LoadDecision.Allowed() : new LoadDecision.Refused(reasons);
    }

    private String whatElse() {
      return ignored.isEmpty() ? "" : "; not counted: " + String.join("; ", ignored);
    }
  }
}
