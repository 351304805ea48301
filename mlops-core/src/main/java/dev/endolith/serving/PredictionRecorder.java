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
 */
final class PredictionRecorder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionRecorder.class);
  private static final int CAPACITY = 8_192;
  private static final int BATCH = 512;
  private static final long RETRY_MILLIS = 200;

  private final PredictionLog log;
  private final boolean neverWaits;
  private final Handover<PredictionRecord> queue = new Handover<>(CAPACITY, BATCH);
  private final AtomicLong lost = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition retry = lock.newCondition();
  private volatile boolean failing;
  private volatile boolean closing;
  private volatile @Nullable EndolithException failure;
  private final Thread drain;

  PredictionRecorder(String deployment, PredictionLog log, boolean neverWaits) {
    this.log = log;
    this.neverWaits = neverWaits;
    this.drain = new Thread(this::drain, "endolith-log-" + deployment);
    this.drain.setDaemon(true);
    this.drain.start();
  }

  void record(PredictionRecord record) {
    if (queue.offer(record)) {
      return;
    }
    try {
      while (!neverWaits && !failing && !closing) {
        if (queue.offer(record, RETRY_MILLIS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lost.incrementAndGet();
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
    try {
      while (!closing || !queue.isEmpty()) {
        Handover.Batch<PredictionRecord> batch = queue.next(RETRY_MILLIS);
        if (batch != null) {
          unwritten = batch.elements().size();
          if (unwritten > 0) {
            write(batch.elements());
          }
          batch.done();
          unwritten = 0;
        }
      }
    } catch (InterruptedException e) {
      // closing: what is left could not be written in time
      lost.addAndGet((long) unwritten + queue.abandon());
      Thread.currentThread().interrupt();
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
