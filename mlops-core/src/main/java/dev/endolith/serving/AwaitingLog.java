package dev.endolith.serving;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Id;
import dev.endolith.data.Schema;
import dev.endolith.error.ConflictException;
import dev.endolith.registry.Document;
import dev.endolith.registry.StateStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/*
 * Labels wait in one document a deployment, changed by compare-and-set. A label is taken out only
 * after it was joined, and joining it twice does nothing, as a label that became known no later than
 * the one that stands changes nothing, a correction that came in between included: a crash between
 * the two loses and doubles nothing. A label is written down before it is answered
 * as pending, and looked for once more after that, as its prediction may have come in between.
 */
/**
 * A prediction log that keeps labels which arrive before their prediction. Made with {@link
 * PredictionLog#awaiting}. Thread-safe, across processes too.
 *
 * <p>Labels are joined when this node appends predictions or adds labels, and by {@link #join},
 * which a node that only takes labels should call now and then. A label that waits under a key is
 * joined to the first prediction under that key that is seen.
 */
public final class AwaitingLog implements PredictionLog {
  /** More would make the document costly to rewrite; further labels are answered as unknown. */
  public static final int MOST_PENDING = 1_000;

  private static final int TRIES = 100;

  private final PredictionLog log;
  private final StateStore state;
  private final Duration patience;
  private final Clock clock;

  /** Deployments for which this node knows of labels that wait. */
  private final Set<String> waiting = ConcurrentHashMap.newKeySet();

  AwaitingLog(PredictionLog log, StateStore state, Duration patience, Clock clock) {
    if (patience.isZero() || patience.isNegative()) {
      throw new IllegalArgumentException("patience must be positive, was " + patience);
    }
    this.log = log;
    this.state = state;
    this.patience = patience;
    this.clock = clock;
  }

  /**
   * What became of the labels that waited. Immutable.
   *
   * @param joined labels that found their prediction now, or found that it has one
   * @param expired labels that were given up now
   * @param pending labels that go on waiting
   */
  public record Joined(int joined, int expired, int pending) {}

  private record Waiting(String prediction, String key, String label, Instant at, Instant until) {
    Feedback feedback() {
      return new Feedback(prediction.isEmpty() ? null : Id.parse(prediction), key, label, at);
    }
  }

  /** {@code expired} counts all that were ever given up. */
  private record Labels(List<Waiting> labels, long expired) {}

  @Override
  public void append(List<PredictionRecord> records) {
    log.append(records);
    records.stream()
        .map(PredictionRecord::deployment)
        .distinct()
        .filter(waiting::contains)
        .forEach(this::join);
  }

  @Override
  public List<FeedbackResult> label(String deployment, List<Feedback> feedback) {
    List<FeedbackResult> results = new ArrayList<>(log.label(deployment, feedback));
    Instant until = clock.instant().plus(patience);
    List<Waiting> late = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) instanceof FeedbackResult.UnknownPrediction) {
        late.add(waiting(feedback.get(i), until));
        positions.add(i);
      }
    }
    if (late.isEmpty()) {
      if (waiting.contains(deployment)) {
        join(deployment);
      }
      return List.copyOf(results);
    }
    int kept = keep(deployment, late);
    for (int i = 0; i < kept; i++) {
      results.set(positions.get(i), new FeedbackResult.Pending(until));
    }
    join(deployment);
    return List.copyOf(results);
  }

  private static Waiting waiting(Feedback feedback, Instant until) {
    Id id = feedback.prediction();
    return new Waiting(
        id == null ? "" : id.toString(), feedback.key(), feedback.label(), feedback.at(), until);
  }

  private int keep(String deployment, List<Waiting> late) {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Optional<Document> document = state.get(name(deployment));
      Labels before = labels(document);
      int room = Math.max(0, MOST_PENDING - before.labels().size());
      int kept = Math.min(room, late.size());
      List<Waiting> all = new ArrayList<>(before.labels());
      all.addAll(late.subList(0, kept));
      if (kept == 0 || put(deployment, document, new Labels(all, before.expired()))) {
        waiting.add(deployment);
        return kept;
      }
    }
    throw busy(deployment);
  }

  /**
   * Looks whether the predictions of labels that wait have come, and gives up those that have
   * waited for too long.
   *
   * @param deployment the deployment
   * @return what became of them
   */
  public Joined join(String deployment) {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Optional<Document> document = state.get(name(deployment));
      Labels before = labels(document);
      if (before.labels().isEmpty()) {
        waiting.remove(deployment);
        return new Joined(0, 0, 0);
      }
      Instant now = clock.instant();
      List<FeedbackResult> results =
          log.label(deployment, before.labels().stream().map(Waiting::feedback).toList());
      List<Waiting> left = new ArrayList<>();
      int expired = 0;
      for (int i = 0; i < results.size(); i++) {
        if (results.get(i) instanceof FeedbackResult.UnknownPrediction) {
          if (before.labels().get(i).until().isAfter(now)) {
            left.add(before.labels().get(i));
          } else {
            expired++;
          }
        }
      }
      int joined = results.size() - left.size() - expired;
      if (left.size() == results.size()
          || put(deployment, document, new Labels(left, before.expired() + expired))) {
        if (left.isEmpty()) {
          waiting.remove(deployment);
        } else {
          waiting.add(deployment);
        }
        return new Joined(joined, expired, left.size());
      }
    }
    throw busy(deployment);
  }

  /**
   * The labels that wait.
   *
   * @param deployment the deployment
   * @return how many
   */
  public int pending(String deployment) {
    return labels(state.get(name(deployment))).labels().size();
  }

  /**
   * The labels that were given up since the deployment began.
   *
   * @param deployment the deployment
   * @return how many, on all nodes
   */
  public long expired(String deployment) {
    return labels(state.get(name(deployment))).expired();
  }

  private boolean put(String deployment, Optional<Document> before, Labels labels) {
    try {
      state.put(
          name(deployment), before.map(Document::revision).orElse(0L), CanonicalJson.write(labels));
      return true;
    } catch (ConflictException e) {
      return false; // another node was first: look again
    }
  }

  private static Labels labels(Optional<Document> document) {
    return document
        .map(d -> CanonicalJson.read(d.json(), Labels.class))
        .orElse(new Labels(List.of(), 0));
  }

  private static String name(String deployment) {
    return "pending-labels." + deployment;
  }

  private static ConflictException busy(String deployment) {
    return new ConflictException(
        name(deployment),
        0,
        0,
        "the labels that wait for '"
            + deployment
            + "' were changed by others "
            + TRIES
            + " times in a row; try again");
  }

  @Override
  public List<LogEntry> read(String deployment, Schema schema, long after, int limit) {
    return log.read(deployment, schema, after, limit);
  }

  @Override
  public LogCounts counts(String deployment) {
    return log.counts(deployment);
  }
}
