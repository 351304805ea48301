package dev.endolith.serving;

import dev.endolith.error.EndolithException;
import dev.endolith.error.StorageException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Takes records from serving threads and writes them to the log in batches from a thread of its own,
 * in the order in which they were handed over.
 *
 * The log is complete: a serving thread that finds the queue full waits for room. Only while the log
 * itself refuses to write does serving go on without it: records beyond the queue are then counted as
 * lost, because an answer matters more than its record.
 *
 * A log that is sampled need not be complete: a serving thread never waits for it, and what finds no
 * room is counted as lost.
 *
 * A call that was inside when the deployment was closed hands its record over late. The drain says
 * that it ends and then looks at the queue once more; a serving thread hands over and then looks
 * whether the drain has ended. So a record is seen by one of them (Dekker's argument), and the thread
 * that finds its own left behind writes it itself.
 */
final class PredictionRecorder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionRecorder.class);
  private static final int CAPACITY = 8_192;
  private static final int BATCH = 512;
  private static final long RETRY_MILLIS = 200;

  private final PredictionLog log;
  private final boolean neverWaits;
  private final Handover<PredictionRecord> queue = new Handover<>(CAPACITY, BATCH);
  private final AtomicLong lost;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition retry = lock.newCondition();
  private volatile boolean failing;
  private volatile boolean closing;
  private volatile boolean ended;
  private volatile @Nullable EndolithException failure;
  private final Thread drain;

  /**
   * @param lost counts the records that could not be written
   */
  PredictionRecorder(String deployment, PredictionLog log, boolean neverWaits, AtomicLong lost) {
    this.log = log;
    this.lost = lost;
    this.neverWaits = neverWaits;
    this.drain = new Thread(this::drain, "endolith-log-" + deployment);
    this.drain.setDaemon(true);
    this.drain.start();
  }

  void record(PredictionRecord record) {
    boolean placed = queue.offer(record) || placed(record);
    if (ended && (!placed || queue.withdraw(record))) {
      late(record);
    } else if (!placed) {
      lost.incrementAndGet();
    }
  }

  /** Whether room was found, by waiting for it where that is wanted. */
  private boolean placed(PredictionRecord record) {
    try {
      while (!neverWaits && !failing && !ended) {
        if (queue.offer(record, RETRY_MILLIS)) {
          return true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /** Writes what nobody else will. */
  private void late(PredictionRecord record) {
    if (neverWaits || failing) {
      lost.incrementAndGet();
      return;
    }
    try {
      log.append(List.of(record));
    } catch (RuntimeException e) {
      failing = true;
      lost.incrementAndGet();
      LOG.warn("A prediction that was answered after the end of its deployment is not logged", e);
    }
  }

  long lost() {
    return lost.get();
  }

  /** Waits until all records handed over before are in the log. */
  void flush() {
    Handover.Mark mark = new Handover.Mark();
    boolean placed = false;
    try {
      do {
        EndolithException problem = failure;
        if (failing && problem != null) {
          queue.withdraw(mark);
          throw problem;
        }
        if (!drain.isAlive()) {
          return; // closed: what was handed over is written or counted as lost
        }
        placed = placed || queue.mark(mark, RETRY_MILLIS);
      } while (!placed || !mark.await(RETRY_MILLIS));
    } catch (InterruptedException e) {
      queue.withdraw(mark);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the prediction log", e);
    }
  }

  private void drain() {
    int unwritten = 0;
    boolean good = false;
    try {
      while (!ended || !queue.isEmpty()) {
        if (closing && queue.isEmpty()) {
          ended = true; // and once more around, for what came meanwhile
        }
        Handover.Batch<PredictionRecord> batch = queue.next(ended ? 0 : RETRY_MILLIS);
        if (batch != null) {
          unwritten = batch.elements().size();
          if (unwritten > 0) {
            write(batch.elements());
          }
          batch.done();
          unwritten = 0;
        }
      }
      good = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing: what is left could not be written in time
    } finally {
      if (!good) {
        failing = true; // nor will what comes late
        ended = true;
        lost.addAndGet((long) unwritten + queue.abandon());
      }
    }
  }

  private void write(List<PredictionRecord> batch) throws InterruptedException {
    while (true) {
      try {
        log.append(batch);
        failing = false;
        failure = null;
        return;
      } catch (RuntimeException e) {
        // of any kind: a drain that ended would let every serving thread wait for room for ever
        if (!failing) {
          LOG.warn("The prediction log cannot be written; serving goes on without it", e);
        }
        failure =
            e instanceof EndolithException known
                ? known
                : new StorageException(
                    "append predictions",
                    "the prediction log failed with " + e.getClass().getName(),
                    e);
        failing = true;
        lock.lock();
        try {
          // woken by close(), which interrupts
          retry.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } finally {
          lock.unlock();
        }
      }
    }
  }

  @Override
  public void close() {
    closing = true;
    if (failing) {
      drain.interrupt();
    }
    try {
      drain.join(TimeUnit.SECONDS.toMillis(10));
      if (drain.isAlive()) {
        drain.interrupt();
        drain.join();
      }
    } catch (InterruptedException e) {
      drain.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
