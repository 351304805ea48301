package dev.endolith.data;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for leaks: ways in which training rows tell what the rows to judge on should not know.
 * Immutable and thread-safe. O(rows × fields × log rows).
 *
 * @param explained from which share of the label a feature counts as telling it, in (0, 1]
 * @param repeated which share of rows to judge on may repeat training rows, in [0, 1]
 * @param timeOrdered whether training rows must be older than those to judge on
 */
public record Leakage(double explained, double repeated, boolean timeOrdered) {
  /** Fewer errors than that of the most frequent label say nothing about a feature. */
  static final int LEAST_ERRORS = 10;

  /**
   * Checks the limits.
   *
   * @param explained from which share of the label a feature counts as telling it, in (0, 1]
   * @param repeated which share of rows to judge on may repeat training rows, in [0, 1]
   * @param timeOrdered whether training rows must be older than those to judge on
   * @throws IllegalArgumentException if a limit is out of its range
   */
  public Leakage {
    if (!(explained > 0 && explained <= 1)) {
      throw new IllegalArgumentException("explained must be in (0, 1], was " + explained);
    }
    if (!(repeated >= 0 && repeated <= 1)) {
      throw new IllegalArgumentException("repeated must be in [0, 1], was " + repeated);
    }
  }

  /**
   * The usual limits: a feature may explain less than 99 % of the label, at most 1 % of the rows
   * may be repeated, and where the task declares a time the training rows are older.
   *
   * @return the limits
   */
  public static Leakage usual() {
    return new Leakage(0.99, 0.01, true);
  }

  /**
   * The same limits for rows that may be repeated more often, as rows of a few categories are.
   *
   * @param share which share of rows to judge on may repeat training rows, in [0, 1]
   * @return new limits
   */
  public Leakage withRepeated(double share) {
    return new Leakage(explained, share, timeOrdered);
  }

  /**
   * The same limits for rows without an order of time.
   *
   * @return new limits
   */
  public Leakage inAnyOrder() {
    return new Leakage(explained, repeated, false);
  }

  /**
   * Looks for leaks.
   *
   * @param training the rows to train on
   * @param judged the rows to judge on
   * @param <X> the row
   * @param <Y> the label
   * @return what was found, and what could not be looked for
   */
  public <X, Y> LeakageReport check(Dataset<X, Y> training, Dataset<X, Y> judged) {
    List<Leak> leaks = new ArrayList<>();
    List<String> unchecked = new ArrayList<>();
    ToldLabels.find(training, explained, leaks, unchecked);
    repeatedRows(training, judged).ifPresent(leaks::add);
    keys(training, judged, unchecked).ifPresent(leaks::add);
    if (timeOrdered) {
      times(training, judged, unchecked).ifPresent(leaks::add);
    }
    return new LeakageReport(training.size(), judged.size(), leaks, unchecked);
  }

  private <X, Y> Optional<Leak> repeatedRows(Dataset<X, Y> training, Dataset<X, Y> judged) {
    RowHasher<X, Y> hasher = new RowHasher<>(training.task());
    MessageDigest sha = Digest.sha256();
    Map<Digest, Integer> seen = new HashMap<>();
    Set<Digest> labelled = new HashSet<>();
    for (Example<X, Y> row : training) {
      hasher.putFeatures(sha, row.x());
      seen.merge(Digest.finish(sha), 1, Integer::sum);
      hasher.putExample(sha, row);
      labelled.add(Digest.finish(sha));
    }
    int found = 0;
    int sameLabel = 0;
    for (Example<X, Y> row : judged) {
      hasher.putFeatures(sha, row.x());
      if (seen.containsKey(Digest.finish(sha))) {
        found++;
        hasher.putExample(sha, row);
        if (labelled.contains(Digest.finish(sha))) {
          sameLabel++;
        }
      }
    }
    if (found <= repeated * judged.size()) {
      return Optional.empty();
    }
    int twins = seen.values().stream().filter(n -> n > 1).mapToInt(n -> n).sum();
    return Optional.of(
        new Leak.RepeatedRows(found, judged.size(), sameLabel, (double) twins / training.size()));
  }

  private static <X, Y> Optional<Leak> keys(
      Dataset<X, Y> training, Dataset<X, Y> judged, List<String> unchecked) {
    Set<String> keys = new HashSet<>();
    for (Example<X, Y> row : training) {
      Optional<String> key = training.task().key(row.x());
      if (key.isEmpty()) {
        unchecked.add("keys, because the task declares none");
        return Optional.empty();
      }
      keys.add(key.get());
    }
    int shared = 0;
    for (Example<X, Y> row : judged) {
      if (judged.task().key(row.x()).filter(keys::contains).isPresent()) {
        shared++;
      }
    }
    return shared == 0 ? Optional.empty() : Optional.of(new Leak.SharedKeys(shared, judged.size()));
  }

  private static <X, Y> Optional<Leak> times(
      Dataset<X, Y> training, Dataset<X, Y> judged, List<String> unchecked) {
    if (training.isEmpty() || judged.isEmpty()) {
      return Optional.empty();
    }
    if (training.task().time(training.examples().get(0).x()).isEmpty()) {
      unchecked.add("order in time, because the task declares no time");
      return Optional.empty();
    }
    Instant last = Instant.MIN;
    for (Instant time : SplitRules.times(training)) {
      last = time.isAfter(last) ? time : last;
    }
    Instant first = Instant.MAX;
    int early = 0;
    for (Instant time : SplitRules.times(judged)) {
      first = time.isBefore(first) ? time : first;
      early += time.isBefore(last) ? 1 : 0;
    }
    return early == 0
        ? Optional.empty()
        : Optional.of(new Leak.TimeOverlap(early, judged.size(), last, first));
  }
}
