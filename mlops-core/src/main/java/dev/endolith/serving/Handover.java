package dev.endolith.serving;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/*
 * Values on their way from many threads to one, bounded and in order.
 *
 * Whoever wants to know that what it handed over has been worked off puts a mark behind it. Counting
 * what was handed over and what was worked off would not do: a thread whose value is in the queue but
 * not in the count yet lets another thread's value look worked off before it is.
 */
final class Handover<E> {
  private final BlockingQueue<Object> queue;
  private final int most;
  private final List<Object> taken = new ArrayList<>();

  /** Stands behind what was handed over before it. */
  static final class Mark {
    private final CountDownLatch reached = new CountDownLatch(1);

    /** Whether all before it has been worked off, now or within the time. */
    boolean await(long millis) throws InterruptedException {
      return reached.await(millis, TimeUnit.MILLISECONDS);
    }

    boolean isReached() {
      return reached.getCount() == 0;
    }
  }

  /**
   * What is worked off at once. Its elements are to be worked off before {@link #done} is called.
   *
   * @param elements in the order in which they were handed over; none if there are marks only
   * @param marks those that stand between and behind them
   */
  record Batch<E>(List<E> elements, List<Mark> marks) {
    void done() {
      marks.forEach(mark -> mark.reached.countDown());
    }
  }

  Handover(int capacity, int most) {
    this.queue = new ArrayBlockingQueue<>(capacity);
    this.most = most;
  }

  /** Whether there was room. */
  boolean offer(E element) {
    return queue.offer(element);
  }

  /** Whether there was room within the time. */
  boolean offer(E element, long millis) throws InterruptedException {
    return queue.offer(element, millis, TimeUnit.MILLISECONDS);
  }

  /** Whether there was room for the mark within the time. */
  boolean mark(Mark mark, long millis) throws InterruptedException {
    return queue.offer(mark, millis, TimeUnit.MILLISECONDS);
  }

  /** Takes an element out again; whether it was still there. */
  boolean withdraw(E element) {
    return queue.remove(element);
  }

  void withdraw(Mark mark) {
    boolean unused = queue.remove(mark); // reached meanwhile if it is not there
  }

  /** What comes next, for the one thread that works it off; null if nothing came in time. */
  @Nullable Batch<E> next(long millis) throws InterruptedException {
    Object first = queue.poll(millis, TimeUnit.MILLISECONDS);
    if (first == null) {
      return null;
    }
    taken.add(first);
    queue.drainTo(taken, most - 1);
    return sorted();
  }

  private Batch<E> sorted() {
    List<E> elements = new ArrayList<>(taken.size());
    List<Mark> marks = new ArrayList<>(0);
    for (Object one : taken) {
      if (one instanceof Mark mark) {
        marks.add(mark);
      } else {
        @SuppressWarnings("unchecked") // what is no mark came in by offer(E)
        E element = (E) one;
        elements.add(element);
      }
    }
    taken.clear();
    return new Batch<>(elements, marks);
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** How many elements are left; takes them out. */
  int abandon() {
    queue.drainTo(taken);
    Batch<E> left = sorted();
    left.done();
    return left.elements().size();
  }
}
