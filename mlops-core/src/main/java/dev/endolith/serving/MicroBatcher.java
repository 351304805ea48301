package dev.endolith.serving;

import dev.endolith.model.Execution;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/*
 * Answers together what queued while the model was busy; nobody waits for a batch to fill.
 *
 * A caller that finds the model free leads: it asks the model with its own row. Callers that come
 * meanwhile queue. When the leader is done it hands the lead to the first that waits, which takes
 * what has queued by then, up to the limit, as its batch. So every caller leads at most one batch,
 * its own, and no thread but the callers' is needed.
 *
 * A batch that fails is asked again row by row, so that a bad row fails alone; an answer belongs to
 * the row at its position, and a batch with another number of answers counts as failed. A caller
 * that is interrupted while it waits leaves the queue and asks the model by itself; one whose row is
 * in a batch already waits for that batch.
 *
 * Batching takes the callers' parallelism away, so it must be worth more than that: see BatchCosts.
 */
final class MicroBatcher<X, Y> implements Predictor<X, Y> {
  private enum State {
    WAITING,
    TAKEN,
    LEADING,
    DONE
  }

  private static final class Cell<X, Y> {
    private final X x;
    private final Thread caller = Thread.currentThread();
    private volatile State state = State.WAITING;
    private @Nullable Prediction<Y> answer;
    private @Nullable RuntimeException failure;

    Cell(X x) {
      this.x = x;
    }

    void done(@Nullable Prediction<Y> prediction, @Nullable RuntimeException e) {
      answer = prediction;
      failure = e;
      state = State.DONE;
      LockSupport.unpark(caller);
    }

    Prediction<Y> result() {
      if (answer != null) {
        return answer;
      }
      throw failure == null ? new IllegalStateException("the model gave no answer") : failure;
    }
  }

  private final Predictor<X, Y> model;
  private final int most;
  private final LongSupplier nanoTime;
  private final BatchCosts costs;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Cell<X, Y>> queue = new ArrayDeque<>();
  private boolean busy;

  MicroBatcher(Predictor<X, Y> model, int most, LongSupplier nanoTime, int processors) {
    this.model = model;
    this.most = most;
    this.nanoTime = nanoTime;
    this.costs = new BatchCosts(most, processors);
  }

  BatchCosts costs() {
    return costs;
  }

  @Override
  public Prediction<Y> predict(X x) {
    if (costs.off()) {
      return model.predict(x);
    }
    Cell<X, Y> cell = new Cell<>(x);
    lock.lock();
    try {
      if (busy) {
        queue.addLast(cell);
      } else {
        busy = true;
        cell.state = State.LEADING;
      }
    } finally {
      lock.unlock();
    }
    if (!await(cell)) {
      return model.predict(x);
    }
    if (cell.state == State.LEADING) {
      lead(cell);
    }
    return cell.result();
  }

  /**
   * Whether the cell leads or is done; false if its caller was interrupted and it left the queue.
   */
  private boolean await(Cell<X, Y> cell) {
    boolean interrupted = false;
    try {
      while (cell.state == State.WAITING || cell.state == State.TAKEN) {
        LockSupport.park(this);
        if (Thread.interrupted()) {
          interrupted = true;
          if (left(cell)) {
            return false;
          }
        }
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean left(Cell<X, Y> cell) {
    lock.lock();
    try {
      return cell.state == State.WAITING && queue.remove(cell);
    } finally {
      lock.unlock();
    }
  }

  private void lead(Cell<X, Y> own) {
    List<Cell<X, Y>> batch = new ArrayList<>();
    batch.add(own);
    lock.lock();
    try {
      while (batch.size() < most && !queue.isEmpty()) {
        Cell<X, Y> next = queue.removeFirst();
        next.state = State.TAKEN;
        batch.add(next);
      }
    } finally {
      lock.unlock();
    }
    long started = nanoTime.getAsLong();
    boolean whole = false;
    try {
      whole = answer(batch);
    } finally {
      // whatever was thrown, nobody is left waiting
      for (Cell<X, Y> cell : batch) {
        if (cell.state != State.DONE) {
          cell.done(null, new IllegalStateException("the batch was not answered"));
        }
      }
      handOver(whole ? batch.size() : 0, nanoTime.getAsLong() - started);
    }
  }

  private void handOver(int rows, long nanos) {
    lock.lock();
    try {
      if (rows > 0) {
        costs.observe(rows, nanos);
      }
      Cell<X, Y> next = queue.pollFirst();
      if (next == null) {
        busy = false;
      } else {
        next.state = State.LEADING;
        LockSupport.unpark(next.caller);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether it was answered in one call. */
  private boolean answer(List<Cell<X, Y>> batch) {
    if (batch.size() > 1) {
      try {
        List<Prediction<Y>> answers = model.predictAll(batch.stream().map(cell -> cell.x).toList());
        if (answers.size() == batch.size()) {
          for (int i = 0; i < answers.size(); i++) {
            batch.get(i).done(answers.get(i), null);
          }
          return true;
        }
      } catch (RuntimeException e) {
        // the rows are asked one by one below: all but the bad one are answered
      }
    }
    for (Cell<X, Y> cell : batch) {
      try {
        cell.done(model.predict(cell.x), null);
      } catch (RuntimeException e) {
        cell.done(null, e);
      }
    }
    return batch.size() == 1;
  }

  @Override
  public List<Prediction<Y>> predictAll(List<? extends X> rows) {
    return model.predictAll(rows);
  }

  @Override
  public Execution execution() {
    return model.execution();
  }

  @Override
  public void close() {
    model.close();
  }
}
