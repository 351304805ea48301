package dev.endolith.serving;

import dev.endolith.data.Schema;
import dev.endolith.registry.InMemoryTransactions;
import dev.endolith.registry.StateStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Where predictions and labels are kept, in order. SPI. Thread-safe.
 *
 * <p>Each deployment has its own sequence from 1, dense, shared by predictions, labels and
 * corrections: a reader that keeps the last sequence it has seen misses nothing and sees nothing
 * twice.
 */
public interface PredictionLog {
  /**
   * Adds predictions, all or none, in order. When it returns they are durable if the log is. A
   * prediction whose id is in the log already is not added again, so that a caller who does not
   * know whether an append succeeded may repeat it.
   *
   * @param records predictions of one deployment
   * @throws dev.endolith.error.StorageException if they cannot be stored; nothing is visible
   */
  void append(List<PredictionRecord> records);

  /**
   * Adds labels to predictions that are in the log. A key names the last prediction made under it.
   *
   * <p>A prediction that has a label is corrected by another label that became known later, by a
   * microsecond at least; both stay in the log. The same label again, and one that became known no
   * later, change nothing, so that labels may be given again. Neither count of labels nor what was
   * decided on them changes with a correction.
   *
   * @param deployment the deployment
   * @param feedback the labels
   * @return what became of each, in order
   */
  List<FeedbackResult> label(String deployment, List<Feedback> feedback);

  /**
   * Reads a deployment's log.
   *
   * @param deployment the deployment
   * @param schema the schema to bind the features to, by field name; a field that an entry lacks is
   *     missing in its row
   * @param after only entries with a greater sequence; 0 from the start
   * @param limit how many at most, from 1
   * @return the entries, by sequence
   */
  List<LogEntry> read(String deployment, Schema schema, long after, int limit);

  /**
   * How much a deployment's log holds.
   *
   * @param deployment the deployment
   * @return the counts; zeros for an unknown deployment
   */
  LogCounts counts(String deployment);

  /**
   * A log that keeps labels which arrive before their prediction, as they do where another node
   * answered and its record is still on its way. They wait in a document of the state store, for
   * every node to join, and are given up after a while.
   *
   * @param log the log that predictions and labels go to
   * @param state where labels wait
   * @param patience how long a label waits, positive
   * @param clock tells the time
   * @return the log
   * @throws IllegalArgumentException if the patience is not positive
   */
  static AwaitingLog awaiting(PredictionLog log, StateStore state, Duration patience, Clock clock) {
    return new AwaitingLog(log, state, patience, clock);
  }

  /**
   * A log that tells a listener what it stored.
   *
   * @param log the log
   * @param listener is told
   * @return the log
   */
  static PredictionLog tee(PredictionLog log, LogListener listener) {
    return new TeeLog(log, listener);
  }

  /**
   * A log that is lost with the process.
   *
   * @return an empty log
   */
  static PredictionLog inMemory() {
    return inMemory(new InMemoryTransactions());
  }

  /**
   * A log that is lost with the process and changes together with other stores.
   *
   * @param transactions what the stores share
   * @return an empty log
   */
  static PredictionLog inMemory(InMemoryTransactions transactions) {
    return new InMemoryPredictionLog(transactions);
  }
}
