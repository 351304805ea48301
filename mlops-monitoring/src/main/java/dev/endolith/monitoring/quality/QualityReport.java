package dev.endolith.monitoring.quality;

import dev.endolith.data.CanonicalJson;
import dev.endolith.registry.GateResult;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What data is like, compared with what was expected of it. Immutable; holds no value that the
 * privacy policy drops.
 *
 * @param verdict the summary
 * @param at when it was checked
 * @param rows how many rows were read
 * @param quarantined how many of them are set aside
 * @param results one per expectation, in their order
 * @param quarantine the first of the rows that are set aside, with the rules that they break
 * @param metrics the figures that were measured, by {@link Measure#of name}; those that are not
 *     defined are left out
 */
public record QualityReport(
    Verdict verdict,
    Instant at,
    long rows,
    long quarantined,
    List<CheckResult> results,
    List<BrokenRow> quarantine,
    Map<String, Double> metrics) {
  private static final int FORMAT = 1;
  private static final int MOST_NAMED = 5;

  /** The summary of a check. */
  public enum Verdict {
    /** Nothing is broken. */
    GOOD,
    /** Something is broken that does not keep the rest from being used. */
    WARNED,
    /** The data is not to be used. */
    FAILED
  }

  /**
   * Copies the collections.
   *
   * @param verdict the summary
   * @param at when it was checked
   * @param rows how many rows were read
   * @param quarantined how many of them are set aside
   * @param results one per expectation
   * @param quarantine the rows that are set aside
   * @param metrics the figures that were measured
   */
  public QualityReport {
    results = List.copyOf(results);
    quarantine = List.copyOf(quarantine);
    metrics = Map.copyOf(metrics);
  }

  /**
   * The figures that were measured.
   *
   * @return by {@link Measure#of name}, sorted
   */
  @Override
  public Map<String, Double> metrics() {
    return new TreeMap<>(metrics);
  }

  /**
   * The expectations that are broken.
   *
   * @return the results, those that fail first, otherwise in the order of the expectations
   */
  public List<CheckResult> broken() {
    return results.stream()
        .filter(r -> r.status() == Status.BROKEN)
        .sorted((a, b) -> Boolean.compare(b.fails(), a.fails()))
        .toList();
  }

  /**
   * What is wrong, for people.
   *
   * @return one sentence
   */
  public String summary() {
    List<CheckResult> broken = broken();
    if (broken.isEmpty()) {
      return String.format(
          Locale.ROOT, "%d rows keep all of %d expectations", rows, results.size());
    }
    return String.format(
            Locale.ROOT,
            "%d rows break %d of %d expectations, %d rows are set aside: ",
            rows,
            broken.size(),
            results.size(),
            quarantined)
        + broken.stream()
            .limit(MOST_NAMED)
            .map(r -> r.expectation().check().text() + " (" + r.evidence() + ")")
            .collect(Collectors.joining("; "));
  }

  /**
   * What a gate of a pipeline decides: passed unless {@link Verdict#FAILED}.
   *
   * <pre>{@code
   * steps.gate("quality", data, d -> expectations.check(d, context).gate("quality"));
   * }</pre>
   *
   * @param name the gate's name
   * @return the decision, with {@link #summary()} as evidence
   */
  public GateResult gate(String name) {
    return new GateResult(name, verdict != Verdict.FAILED, summary());
  }

  /**
   * The report as canonical JSON; a figure that is not defined is the text {@code "NaN"}.
   *
   * @return the text
   */
  public String toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("verdict", verdict);
    json.put("at", at);
    json.put("rows", rows);
    json.put("quarantined", quarantined);
    json.put("quarantine", quarantine);
    json.put("metrics", metrics);
    json.put("results", results.stream().map(QualityReport::result).toList());
    return CanonicalJson.write(json);
  }

  private static Map<String, Object> result(CheckResult result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("expectation", CheckJson.write(result.expectation()));
    json.put("text", result.expectation().check().text());
    json.put("status", result.status());
    json.put("rows", result.rows());
    json.put("broken", result.broken());
    json.put("value", result.value());
    json.put("evidence", result.evidence());
    json.put("examples", result.examples());
    return json;
  }
}
