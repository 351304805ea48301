package dev.endolith.monitoring.profile;

import dev.endolith.data.Features;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.Prediction;
import dev.endolith.model.Regressed;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what a model is asked and answers into a {@link WindowProfile}, beside the threads that
 * serve: {@link #record} hands a row over and returns; a thread of the recorder counts it.
 *
 * <pre>{@code
 * try (ProfileRecorder<Contact, Boolean> recorder = ProfileRecorder.open(task, reference)) {
 *   Prediction<Boolean> answer = model.predict(contact);
 *   recorder.record(contact, answer);
 *   ...
 *   DriftReport report = Drift.compare(reference, recorder.cut());
 * }
 * }</pre>
 *
 * <p><b>When counting does not keep up</b> and the buffer is full, a recorder that is exact lets
 * the calling thread count its row itself, some hundred nanoseconds: neither does the call wait for
 * another thread, but a {@link #cut()} that takes what was counted, nor is a row lost, and what
 * serves slows down just enough. One that {@linkplain Builder#sampled() samples} drops the row, and
 * {@link #lost()} counts it.
 *
 * <p>A hand-off is wait-free while at most {@code capacity} threads record at once, and allocates
 * nothing. Rows must not change after they were recorded. Thread-safe; {@link #close()} counts what
 * was recorded and ends the thread.
 *
 * @param <X> the row
 * @param <Y> the answer
 */
public final class ProfileRecorder<X, Y> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProfileRecorder.class);

  private static final int BATCH = 1_024;
  private static final long SHORTEST_REST = 50_000;
  private static final long LONGEST_REST = 5_000_000;

  private final Task<X, Y> task;
  private final Features<X> features;
  private final Scores scores;
  private final ReferenceProfile reference;
  private final boolean sampled;
  private final RingBuffer<X, Prediction<Y>> buffer;
  private final int wakeEvery;
  private final Thread thread;
  private final Queue<Aside> asides = new ConcurrentLinkedQueue<>(); // all that were ever made
  private final Queue<Aside> free = new ConcurrentLinkedQueue<>();
  private final LongAdder lost = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder counted = new LongAdder();
  private final AtomicReference<@Nullable Cut> request = new AtomicReference<>();
  private WindowProfile window; // of the thread; once that has ended, of whoever holds the monitor
  private volatile boolean ended; // the thread counts no more
  private boolean closed;

  /** Asks for the window up to a position; answered by none if the thread has ended. */
  private record Cut(long upTo, CompletableFuture<Optional<WindowProfile>> window) {}

  /**
   * What callers counted themselves. One thread at a time counts into it, under its monitor, so
   * that a cut sees each row that was counted before it, whoever counts the next one.
   */
  private static final class Aside {
    private @Nullable WindowProfile window;
  }

  private ProfileRecorder(Builder<X, Y> builder) {
    this.task = builder.task;
    this.features = task.features();
    this.scores = Scores.of(task);
    this.reference = builder.reference;
    this.sampled = builder.sampled;
    this.buffer = new RingBuffer<>(builder.capacity);
    this.wakeEvery = builder.capacity / 4 - 1;
    this.window = WindowProfile.empty(reference);
    this.thread = new Thread(this::drain, "endolith-profile-recorder");
    thread.setDaemon(true);
  }

  /**
   * An exact recorder with a buffer of 16 384 rows.
   *
   * @param task the task
   * @param reference whose bins are counted
   * @param <X> the row
   * @param <Y> the answer
   * @return the recorder; the caller closes it
   */
  public static <X, Y> ProfileRecorder<X, Y> open(Task<X, Y> task, ReferenceProfile reference) {
    return builder(task, reference).open();
  }

  /**
   * Starts a recorder with other settings.
   *
   * @param task the task
   * @param reference whose bins are counted
   * @param <X> the row
   * @param <Y> the answer
   * @return a builder
   */
  public static <X, Y> Builder<X, Y> builder(Task<X, Y> task, ReferenceProfile reference) {
    return new Builder<>(task, reference);
  }

  /**
   * Hands over a row without an answer.
   *
   * @param row the row
   * @return whether it is counted; false if it was lost, or the recorder is closed
   */
  public boolean record(X row) {
    return hand(row, null);
  }

  /**
   * Hands over a row and its answer.
   *
   * @param row the row
   * @param prediction what the model answered
   * @return whether it is counted; false if it was lost, or the recorder is closed
   */
  public boolean record(X row, Prediction<Y> prediction) {
    return hand(row, prediction);
  }

  private boolean hand(X row, @Nullable Prediction<Y> prediction) {
    long at = buffer.offer(row, prediction);
    if (at >= 0) {
      if ((at & wakeEvery) == 0) {
        LockSupport.unpark(thread);
      }
      return true;
    }
    return at != RingBuffer.CLOSED && withoutRoom(row, prediction);
  }

  private boolean withoutRoom(X row, @Nullable Prediction<Y> prediction) {
    LockSupport.unpark(thread);
    if (sampled) {
      lost.increment();
      return false;
    }
    counted.increment();
    // there are as many as threads that came here at once
    Aside own = free.poll();
    if (own == null) {
      own = new Aside();
      asides.add(own);
    }
    try {
      synchronized (own) {
        if (own.window == null) {
          own.window = WindowProfile.empty(reference);
        }
        count(own.window, row, prediction);
      }
    } finally {
      free.add(own);
    }
    return true;
  }

  private void count(WindowProfile into, X row, @Nullable Prediction<Y> prediction) {
    try {
      into.count(features, row);
      if (prediction instanceof Regressed regressed) {
        into.countAnswer(regressed.number(), ""); // as text it would be written and read again
      } else if (prediction != null) {
        String answer = task.labelName(prediction.value());
        double[] given =
            prediction instanceof Classified<Y> classified ? classified.scores() : new double[0];
        into.countAnswer(scores.score(answer, given), answer);
      }
    } catch (ThreadDeath e) {
      failed.increment();
      throw e; // whoever ends a thread means it
    } catch (Throwable e) { // of the row's own code: the others must still be counted
      failed.increment();
      if (failed.sum() == 1) {
        LOG.warn("A row could not be counted: {}", e.getClass().getName());
      }
    }
  }

  private void drain() {
    try {
      drainUntilClosed();
    } finally {
      ended = true;
      Cut open = request.getAndSet(null);
      if (open != null) {
        open.window.complete(Optional.empty());
      }
    }
  }

  private void drainUntilClosed() {
    long rest = SHORTEST_REST;
    while (true) {
      int taken = buffer.drain((row, prediction) -> count(window, row, prediction), BATCH);
      Cut cut = request.get();
      if (cut != null && buffer.taken() >= cut.upTo) {
        WindowProfile next = WindowProfile.empty(reference);
        WindowProfile full = window;
        window = next;
        request.set(null);
        cut.window.complete(Optional.of(full));
      }
      if (taken > 0) {
        rest = SHORTEST_REST;
      } else if (buffer.end() == buffer.taken()) {
        return;
      } else {
        LockSupport.parkNanos(this, rest);
        rest = Math.min(2 * rest, LONGEST_REST);
      }
    }
  }

  /**
   * Ends the window and begins the next. Waits until what was recorded before the call is counted,
   * and for rows that other threads are just counting themselves; what is recorded meanwhile is in
   * one of the two. Should the recorder's thread have died, the rows that wait are counted here.
   *
   * @return the counts since the last cut
   */
  public synchronized WindowProfile cut() {
    WindowProfile full = ofThread().orElseGet(this::withoutThread);
    for (Aside aside : asides) {
      synchronized (aside) {
        if (aside.window != null) {
          full = full.merge(aside.window);
          aside.window = null;
        }
      }
    }
    return full;
  }

  /** The thread's window; none if it has ended. */
  private Optional<WindowProfile> ofThread() {
    if (ended) {
      return Optional.empty();
    }
    Cut cut = new Cut(buffer.claimed(), new CompletableFuture<>());
    request.set(cut);
    LockSupport.unpark(thread);
    if (ended) { // perhaps before it could see the request
      cut.window.complete(Optional.empty());
    }
    return cut.window.join();
  }

  private WindowProfile withoutThread() {
    countRest();
    WindowProfile full = window;
    window = WindowProfile.empty(reference);
    return full;
  }

  /** In place of the thread, which has ended. */
  private void countRest() {
    long upTo = buffer.claimed();
    while (buffer.taken() < upTo) {
      if (buffer.drain((row, prediction) -> count(window, row, prediction), BATCH) == 0) {
        Thread.onSpinWait(); // claimed, and about to be stored
      }
    }
  }

  /**
   * How many rows wait to be counted.
   *
   * @return the number, at least 0
   */
  public long waiting() {
    long taken = buffer.taken(); // first, as it only grows
    return Math.max(0, buffer.claimed() - taken);
  }

  /**
   * How many rows were dropped because the buffer was full.
   *
   * @return the number; 0 unless the recorder samples
   */
  public long lost() {
    return lost.sum();
  }

  /**
   * How many rows the calling threads counted because the buffer was full.
   *
   * @return the number; 0 if the recorder samples
   */
  public long countedByCallers() {
    return counted.sum();
  }

  /**
   * How many rows could not be counted because the row's own code threw whatever it was, errors of
   * the virtual machine included; they may be counted in part.
   *
   * @return the number
   */
  public long failed() {
    return failed.sum();
  }

  /** Counts what was recorded and ends the thread. {@link #cut()} then gives the last window. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    buffer.close();
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true; // the thread is about to end; leaving it would leave rows uncounted
      }
    }
    closed = true;
    countRest(); // nothing, unless it died
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Sets up a recorder. Not thread-safe.
   *
   * @param <X> the row
   * @param <Y> the answer
   */
  public static final class Builder<X, Y> {
    private final Task<X, Y> task;
    private final ReferenceProfile reference;
    private int capacity = 1 << 14;
    private boolean sampled;

    private Builder(Task<X, Y> task, ReferenceProfile reference) {
      this.task = task;
      this.reference = reference;
    }

    /**
     * Sets how many rows may wait.
     *
     * @param rows a power of two in [1024, 1048576]; a row takes 16 bytes beside itself
     * @return this
     * @throws IllegalArgumentException if {@code rows} is not such a number
     */
    public Builder<X, Y> capacity(int rows) {
      if (rows < 1_024 || rows > 1 << 20 || Integer.bitCount(rows) != 1) {
        throw new IllegalArgumentException(
            "capacity must be a power of two in [1024, 1048576], was " + rows);
      }
      this.capacity = rows;
      return this;
    }

    /**
     * Lets rows be dropped, and counted as lost, where the buffer is full.
     *
     * @return this
     */
    public Builder<X, Y> sampled() {
      this.sampled = true;
      return this;
    }

    /**
     * Starts the recorder.
     *
     * @return the recorder; the caller closes it
     */
    public ProfileRecorder<X, Y> open() {
      ProfileRecorder<X, Y> recorder = new ProfileRecorder<>(this);
      recorder.thread.start();
      return recorder;
    }
  }
}
