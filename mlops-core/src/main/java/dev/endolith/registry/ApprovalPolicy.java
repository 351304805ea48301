package dev.endolith.registry;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who must agree before a version is {@link VersionState#APPROVED}. Immutable.
 *
 * @param required how many different people, from 1
 * @param roles the roles of which each must have one, in alphabetical order; empty for any
 * @param authorCounts whether whoever registered the version may be one of them
 * @param validFor how long a decision holds; zero for ever
 */
public record ApprovalPolicy(
    int required, List<String> roles, boolean authorCounts, Duration validFor) {
  /**
   * Checks the number and sorts the roles.
   *
   * @param required how many different people, from 1
   * @param roles the roles of which each must have one; empty for any
   * @param authorCounts whether whoever registered the version may be one of them
   * @param validFor how long a decision holds; zero for ever
   * @throws IllegalArgumentException if fewer than one person is required, or the time is negative
   */
  public ApprovalPolicy {
    roles = roles.stream().sorted().distinct().toList();
    if (required < 1 || required > 100 || validFor.isNegative()) {
      throw new IllegalArgumentException(
          "an approval policy requires 1 to 100 people and a time that is not negative, were "
              + required
              + " and "
              + validFor);
    }
  }

  /**
   * So many different people, none of them the author, for ever.
   *
   * @param people how many
   * @param roles the roles of which each must have one; none for any
   * @return the policy
   */
  public static ApprovalPolicy of(int people, String... roles) {
    return new ApprovalPolicy(people, List.of(roles), false, Duration.ZERO);
  }

  /**
   * The same policy with decisions that end.
   *
   * @param time how long a decision holds
   * @return the policy
   */
  public ApprovalPolicy validFor(Duration time) {
    return new ApprovalPolicy(required, roles, authorCounts, time);
  }

  /** Why someone's decision would not count, empty if it does. */
  Optional<String> disqualified(ModelVersion version, String actor, List<String> actorRoles) {
    if (!authorCounts && actor.equals(version.createdBy())) {
      return Optional.of(
          "'" + actor + "' registered " + version.label() + " and so cannot decide about it");
    }
    if (!roles.isEmpty() && actorRoles.stream().noneMatch(roles::contains)) {
      return Optional.of(
          "'" + actor + "' has none of the roles " + roles + " that decide about the model");
    }
    return Optional.empty();
  }

  /** What is missing before the version may serve, empty if nothing is. */
  Optional<String> missing(ModelVersion version, Instant now) {
    Map<String, Approval> last = new LinkedHashMap<>();
    version.status().approvals().forEach(a -> last.put(a.actor(), a));
    long agreed = 0;
    for (Approval approval : last.values()) {
      if (approval.holds(now)
          && disqualified(version, approval.actor(), approval.roles()).isEmpty()) {
        if (!approval.approved()) {
          return Optional.of(
              version.label()
                  + " was rejected by '"
                  + approval.actor()
                  + "': "
                  + approval.reason());
        }
        agreed++;
      }
    }
    return agreed >= required
        ? Optional.empty()
        : Optional.of(
            version.label()
                + " has "
                + agreed
                + " of "
                + required
                + " approvals"
                + (roles.isEmpty() ? "" : " by " + roles)
                + " that hold");
  }
}
