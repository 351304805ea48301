package dev.endolith.examples;

import java.util.List;
import java.util.Map;

/** What a replay came to: {@code summary.json}. */
record Summary(
    String demo,
    long servedRequests,
    long failedRequests,
    long versions,
    long promotions,
    long rollbacks,
    List<AlertLine> alerts,
    double aucFrozen,
    double aucManaged,
    double aucGainLow,
    double aucGainHigh,
    double logLossFrozen,
    double logLossManaged,
    double logLossGainLow,
    double logLossGainHigh,
    Map<String, double[]> aucByPeriod,
    boolean auditVerified,
    boolean resumed,
    String report,
    String modelCard,
    double seconds) {
  /** One alert. */
  record AlertLine(String month, String kind, String severity, List<String> columns) {}
}
