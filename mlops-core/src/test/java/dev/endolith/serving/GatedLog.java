package dev.endolith.serving;

import dev.endolith.data.Schema;
import dev.endolith.error.StorageException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A log in memory that writes nothing before its gate is opened. */
class GatedLog implements PredictionLog {
  final PredictionLog log = PredictionLog.inMemory();
  final CountDownLatch gate = new CountDownLatch(1);

  @Override
  public void append(List<PredictionRecord> records) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("append", "interrupted");
    }
    write(records);
  }

  /** What becomes of records that have passed the gate. */
  void write(List<PredictionRecord> records) {
    log.append(records);
  }

  @Override
  public List<FeedbackResult> label(String deployment, List<Feedback> feedback) {
    return log.label(deployment, feedback);
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
