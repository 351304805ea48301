package dev.endolith.serving;

import dev.endolith.data.Classification;
import dev.endolith.data.Id;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.Prediction;
import dev.endolith.sequential.Moments;
import dev.endolith.sequential.PairedEProcess;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/*
 * Asks a version the same rows on a thread of its own. The serving thread offers a row to a bounded
 * queue and never waits; a row for which there is no room is counted. Whatever the shadow throws is
 * counted too. What both answered is kept for a while, so that a label that comes later can compare
 * their losses.
 */
final class Shadow<X, Y> implements AutoCloseable {
  private static final int CAPACITY = 1_024;
  private static final int MOST_UNLABELLED = 10_000;
  private static final int MOST_FLIPS = 256;
  private static final long POLL_MILLIS = 100;
  private static final String OTHERS = "others";

  private final Task<X, Y> task;
  private final ArrayBlockingQueue<Asked<X, Y>> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final AtomicLong lost = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Id, Both<Y>> unlabelled = new LinkedHashMap<>();
  private final Map<String, Long> flips = new TreeMap<>(Comparator.naturalOrder());
  private long version;
  private long compared;
  private long agreed;
  private long failed;
  private Moments distance = Moments.EMPTY;
  private Moments lossDifference = Moments.EMPTY;
  private PairedEProcess errors = PairedEProcess.EMPTY;
  private volatile boolean closing;
  private final Thread worker;

  private record Asked<X, Y>(ModelSlot<X, Y> slot, Id id, X x, Prediction<Y> given) {}

  private record Both<Y>(Prediction<Y> given, Prediction<Y> shadow) {}

  Shadow(String deployment, Task<X, Y> task) {
    this.task = task;
    this.worker = new Thread(this::work, "endolith-shadow-" + deployment);
    this.worker.setDaemon(true);
    this.worker.start();
  }

  /** Never waits and never fails. */
  void offer(ModelSlot<X, Y> slot, Id id, X x, Prediction<Y> given) {
    if (closing || !queue.offer(new Asked<>(slot, id, x, given))) {
      lost.incrementAndGet();
    }
  }

  private void work() {
    try {
      while (!closing) {
        Asked<X, Y> asked = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (asked != null) {
          ask(asked);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing
    }
  }

  private void ask(Asked<X, Y> asked) {
    int stripe = asked.slot().enter();
    Prediction<Y> answer = null;
    if (stripe >= 0) {
      try {
        answer = asked.slot().predictor().predict(asked.x());
      } catch (RuntimeException | Error e) {
        answer = null; // counted below: a shadow that fails is what one wants to know
      } finally {
        asked.slot().leave(stripe);
      }
    }
    lock.lock();
    try {
      if (asked.slot().version() != version) {
        forget(asked.slot().version());
      }
      if (stripe < 0) {
        lost.incrementAndGet(); // it was replaced before it was asked
      } else if (answer == null) {
        failed++;
      } else {
        compare(asked.id(), asked.given(), answer);
      }
    } catch (RuntimeException e) {
      failed++; // an answer of another kind than the task's
    } finally {
      lock.unlock();
    }
  }

  private void forget(long next) {
    version = next;
    compared = 0;
    agreed = 0;
    failed = 0;
    flips.clear();
    unlabelled.clear();
    distance = Moments.EMPTY;
    lossDifference = Moments.EMPTY;
    errors = PairedEProcess.EMPTY;
  }

  private void compare(Id id, Prediction<Y> given, Prediction<Y> answer) {
    compared++;
    if (given.value().equals(answer.value())) {
      agreed++;
    } else if (given instanceof Classified) {
      String flip = task.labelName(given.value()) + " -> " + task.labelName(answer.value());
      String name = flips.containsKey(flip) || flips.size() < MOST_FLIPS ? flip : OTHERS;
      flips.merge(name, 1L, Long::sum);
    }
    distance = distance.plus(distance(given, answer));
    unlabelled.put(id, new Both<>(given, answer));
    if (unlabelled.size() > MOST_UNLABELLED) {
      var eldest = unlabelled.entrySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  private double distance(Prediction<Y> a, Prediction<Y> b) {
    if (a instanceof Classified<Y> x && b instanceof Classified<Y> y) {
      double sum = 0;
      for (int i = 0; i < ((Classification<?, Y>) task).labels().size(); i++) {
        sum += Math.abs(x.score(i) - y.score(i));
      }
      return sum / 2;
    }
    return a.value() instanceof Number x && b.value() instanceof Number y
        ? Math.abs(x.doubleValue() - y.doubleValue())
        : a.value().equals(b.value()) ? 0 : 1;
  }

  /** The truth about a row; nothing if it is not awaited any more. */
  void label(Id id, String label) {
    lock.lock();
    try {
      Both<Y> both = unlabelled.remove(id);
      if (both == null) {
        return;
      }
      Y truth = task.labelOf(label);
      if (both.given() instanceof Classified) {
        errors =
            errors.plus(!both.given().value().equals(truth), !both.shadow().value().equals(truth));
      }
      lossDifference = lossDifference.plus(loss(both.shadow(), truth) - loss(both.given(), truth));
    } finally {
      lock.unlock();
    }
  }

  private double loss(Prediction<Y> prediction, Y truth) {
    if (prediction instanceof Classified<Y> classified
        && task instanceof Classification<X, Y> classes) {
      int position = classes.position(truth);
      double sum = 0;
      for (int i = 0; i < classes.labels().size(); i++) {
        double error = classified.score(i) - (i == position ? 1 : 0);
        sum += error * error;
      }
      return sum / 2;
    }
    if (prediction.value() instanceof Number x && truth instanceof Number y) {
      double error = x.doubleValue() - y.doubleValue();
      return error * error;
    }
    return prediction.value().equals(truth) ? 0 : 1;
  }

  ShadowComparison comparison(@Nullable ModelSlot<X, Y> loaded) {
    lock.lock();
    try {
      if (loaded != null && loaded.version() != version) {
        forget(loaded.version());
      }
      return new ShadowComparison(
          version, compared, agreed, failed, lost.get(), flips, distance, lossDifference, errors);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closing = true;
    worker.interrupt();
    try {
      worker.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
