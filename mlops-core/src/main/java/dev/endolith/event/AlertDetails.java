package dev.endolith.event;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What helps whoever is told of an alert. It holds what the privacy policy lets out of the process,
 * and nothing else. Immutable.
 *
 * @param profile the digest of the reference that was compared with, empty where there is none
 * @param owner who looks after the model, empty where nobody was named
 * @param runbook where it is written what to do, empty where nowhere
 * @param causes what has the greatest share in it, most important first, a sentence each
 * @param rows some rows that show it: their values by column, those of the causes only
 */
public record AlertDetails(
    String profile,
    String owner,
    String runbook,
    List<String> causes,
    List<Map<String, String>> rows) {
  /** Nothing is known beyond the alert. */
  public static final AlertDetails NONE = new AlertDetails("", "", "", List.of(), List.of());

  /**
   * Copies the collections.
   *
   * @param profile the digest of the reference
   * @param owner who looks after the model
   * @param runbook where it is written what to do
   * @param causes what has the greatest share in it
   * @param rows some rows that show it
   */
  public AlertDetails {
    causes = List.copyOf(causes);
    rows = rows.stream().map(row -> (Map<String, String>) new TreeMap<>(row)).toList();
  }
}
