package dev.endolith.contract;

import java.util.Map;

/**
 * How often a contract found what. Immutable.
 *
 * @param rows the rows it looked at
 * @param refused those it refused
 * @param broken rows by field and rule, for example {@code "income RANGE"}, of the rules that were
 *     broken
 */
public record ContractCounts(long rows, long refused, Map<String, Long> broken) {
  /**
   * Copies the counts.
   *
   * @param rows the rows it looked at
   * @param refused those it refused
   * @param broken rows by field and rule
   */
  public ContractCounts {
    broken = Map.copyOf(broken);
  }
}
