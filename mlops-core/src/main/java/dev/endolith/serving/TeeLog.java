package dev.endolith.serving;

import dev.endolith.data.Schema;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A log that tells a listener what it stored. */
record TeeLog(PredictionLog log, LogListener listener, AtomicBoolean failed)
    implements PredictionLog {
  private static final Logger LOG = LoggerFactory.getLogger(TeeLog.class);

  TeeLog(PredictionLog log, LogListener listener) {
    this(log, listener, new AtomicBoolean());
  }

  @Override
  public void append(List<PredictionRecord> records) {
    log.append(records);
    tell(() -> listener.predicted(List.copyOf(records)));
  }

  @Override
  public List<FeedbackResult> label(String deployment, List<Feedback> feedback) {
    List<FeedbackResult> results = log.label(deployment, feedback);
    for (int i = 0; i < results.size(); i++) {
      Feedback label = feedback.get(i);
      if (results.get(i) instanceof FeedbackResult.Accepted accepted) {
        tell(() -> listener.labelled(deployment, accepted, label));
      } else if (results.get(i) instanceof FeedbackResult.Corrected corrected) {
        tell(() -> listener.corrected(deployment, corrected, label));
      }
    }
    return results;
  }

  private void tell(Runnable message) {
    try {
      message.run();
    } catch (RuntimeException e) {
      if (failed.compareAndSet(false, true)) {
        LOG.warn(
            "Listener {} of the prediction log failed with {}; further failures are not logged",
            listener.getClass().getName(),
            e.getClass().getName()); // its text may hold values
      }
    }
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
