package dev.endolith.registry;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What may change about a version after it was registered. Every change leaves an audit record that
 * holds the digest of the whole. Immutable.
 *
 * @param state how far it has come
 * @param readiness whether it can be used
 * @param failure why it cannot be used, empty unless it failed
 * @param description a text for people in place of the one it was registered with, null for that
 * @param tags its tags
 * @param approvals what people decided about it, oldest first
 * @param attestations signed statements about it, oldest first
 * @param deleted whether it was taken out of sight
 */
public record VersionStatus(
    VersionState state,
    Readiness readiness,
    String failure,
    @Nullable String description,
    Map<String, String> tags,
    List<Approval> approvals,
    List<Attestation> attestations,
    boolean deleted) {
  /** What a version has when it was registered and nothing was said about it. */
  public static final VersionStatus DRAFT =
      new VersionStatus(
          VersionState.DRAFT, Readiness.READY, "", null, Map.of(), List.of(), List.of(), false);

  /**
   * Copies the collections.
   *
   * @param state how far it has come
   * @param readiness whether it can be used
   * @param failure why it cannot be used, empty unless it failed
   * @param description a text for people in place of the one it was registered with, null for that
   * @param tags its tags
   * @param approvals what people decided about it, oldest first
   * @param attestations signed statements about it, oldest first
   * @param deleted whether it was taken out of sight
   */
  public VersionStatus {
    tags = Map.copyOf(tags);
    approvals = List.copyOf(approvals);
    attestations = List.copyOf(attestations);
  }

  /** The digest of all of it. */
  Digest digest() {
    Map<String, Object> all = new TreeMap<>();
    all.put("approvals", approvals);
    all.put("attestations", attestations);
    all.put("deleted", deleted);
    all.put("description", description == null ? List.of() : List.of(description));
    all.put("failure", failure);
    all.put("readiness", readiness.name());
    all.put("state", state.name());
    all.put("tags", tags);
    return Digest.ofText(CanonicalJson.write(all));
  }

  VersionStatus in(VersionState next) {
    return new VersionStatus(
        next, readiness, failure, description, tags, approvals, attestations, deleted);
  }

  VersionStatus resolved(Readiness next, String why) {
    return new VersionStatus(state, next, why, description, tags, approvals, attestations, deleted);
  }

  VersionStatus annotated(@Nullable String text, Map<String, String> newTags) {
    return new VersionStatus(
        state,
        readiness,
        failure,
        text == null ? description : text,
        newTags,
        approvals,
        attestations,
        deleted);
  }

  VersionStatus approved(Approval approval) {
    return new VersionStatus(
        state,
        readiness,
        failure,
        description,
        tags,
        plus(approvals, approval, "decisions"),
        attestations,
        deleted);
  }

  VersionStatus attested(Attestation attestation) {
    return new VersionStatus(
        state,
        readiness,
        failure,
        description,
        tags,
        approvals,
        plus(attestations, attestation, "attestations"),
        deleted);
  }

  VersionStatus deleted(boolean gone) {
    return new VersionStatus(
        state, readiness, failure, description, tags, approvals, attestations, gone);
  }

  /** Bounded: a version is read whole. */
  private static <E> List<E> plus(List<E> list, E element, String what) {
    if (list.size() >= 100) {
      throw new IllegalStateException("a version has at most 100 " + what);
    }
    List<E> longer = new ArrayList<>(list);
    longer.add(element);
    return longer;
  }
}
