package dev.endolith.registry;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Makes several changes of stores in memory one: one thread at a time is in a transaction, and what
 * it did is taken back if it fails. Stores that share an instance change together. Thread-safe.
 */
public final class InMemoryTransactions {
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Runnable> undo = new ArrayDeque<>();

  /** Creates the transactions of stores that are to change together. */
  public InMemoryTransactions() {}

  /**
   * Does something while no other thread reads or changes the stores. Within another call it is
   * part of that.
   *
   * @param work what to do; if it throws, what it did is taken back
   * @param <R> what it answers
   * @return what the work answers
   */
  public <R> R run(Supplier<R> work) {
    lock.lock();
    int before = undo.size();
    boolean done = false;
    try {
      R result = work.get();
      done = true;
      return result;
    } finally {
      while (!done && undo.size() > before) {
        undo.pop().run();
      }
      if (lock.getHoldCount() == 1) {
        undo.clear();
      }
      lock.unlock();
    }
  }

  /**
   * Says how to take back what was just done, within {@link #run}.
   *
   * @param step takes it back
   */
  public void onFailure(Runnable step) {
    undo.push(step);
  }
}
