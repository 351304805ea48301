package dev.endolith.registry;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what with a model. Kept with the model and changed under audit, so that it holds for
 * every process. Immutable.
 *
 * @param approvals who must agree before a version is approved, null if nobody must
 * @param protectedAliases by alias, the roles of which a mover must have one
 * @param owners the roles of which one is needed to change this; empty for anybody
 */
public record Governance(
    @Nullable ApprovalPolicy approvals,
    Map<String, List<String>> protectedAliases,
    List<String> owners) {
  /** Anybody may do everything. */
  public static final Governance NONE = new Governance(null, Map.of(), List.of());

  /**
   * Sorts roles and copies.
   *
   * @param approvals who must agree before a version is approved, null if nobody must
   * @param protectedAliases by alias, the roles of which a mover must have one
   * @param owners the roles of which one is needed to change this; empty for anybody
   * @throws IllegalArgumentException if an alias breaks the rule of {@link Names}, or is protected
   *     by no role
   */
  public Governance {
    Map<String, List<String>> sorted = new TreeMap<>();
    protectedAliases.forEach(
        (alias, roles) -> {
          Names.check("alias", alias);
          if (roles.isEmpty()) {
            throw new IllegalArgumentException(
                "alias '" + alias + "' is protected by no role, so nobody could ever move it");
          }
          sorted.put(alias, roles.stream().sorted().distinct().toList());
        });
    protectedAliases = Map.copyOf(sorted);
    owners = owners.stream().sorted().distinct().toList();
  }

  /**
   * The same, with approvals.
   *
   * @param policy who must agree
   * @return the governance
   */
  public Governance approvals(ApprovalPolicy policy) {
    return new Governance(policy, protectedAliases, owners);
  }

  /**
   * The same, with an alias that only some may move.
   *
   * @param alias the alias
   * @param roles the roles of which a mover must have one
   * @return the governance
   */
  public Governance protect(String alias, String... roles) {
    Map<String, List<String>> changed = new TreeMap<>(protectedAliases);
    changed.put(alias, List.of(roles));
    return new Governance(approvals, changed, owners);
  }

  /**
   * The same, to be changed by some only.
   *
   * @param roles the roles of which one is needed
   * @return the governance
   */
  public Governance ownedBy(String... roles) {
    return new Governance(approvals, protectedAliases, List.of(roles));
  }
}
