package dev.endolith.serving;

import dev.endolith.data.Id;
import dev.endolith.sequential.Moments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/*
 * What a bandit of one deployment has learnt, and which predictions await a reward. The weights are one
 * array that is replaced as a whole, so that drawing takes no lock; awaiting a reward does, for a moment.
 * With a book, what this node learnt since it wrote last is kept apart as well: it is added to the book
 * whenever the weights change, outside of that lock and by one thread at a time.
 */
final class BanditMemory {
  private static final int MOST_PENDING = 100_000;

  private final Bandit bandit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Id, Integer> pending = new LinkedHashMap<>();
  private final List<Moments> rewards = new ArrayList<>();
  private final @Nullable BanditBook book;
  private final ReentrantLock writing = new ReentrantLock();
  private Map<String, Moments> unwritten = new HashMap<>();
  private long rewarded;
  private long expired;
  private volatile double[] weights;

  BanditMemory(Bandit bandit, List<Moments> known) {
    this(bandit, known, null);
  }

  static BanditMemory of(Bandit bandit, BanditBook book) {
    Map<String, Moments> known = book.read();
    return new BanditMemory(
        bandit,
        bandit.arms().stream().map(arm -> known.getOrDefault(arm.name(), Moments.EMPTY)).toList(),
        book);
  }

  private BanditMemory(Bandit bandit, List<Moments> known, @Nullable BanditBook book) {
    this.bandit = bandit;
    this.book = book;
    for (int i = 0; i < bandit.arms().size(); i++) {
      rewards.add(i < known.size() ? known.get(i) : Moments.EMPTY);
    }
    this.weights = weighed();
  }

  Bandit bandit() {
    return bandit;
  }

  double[] weights() {
    return weights;
  }

  private double[] weighed() {
    double[] shared = bandit.policy().weights(List.copyOf(rewards));
    double kept = 1 - bandit.floor() * shared.length;
    for (int i = 0; i < shared.length; i++) {
      shared[i] = bandit.floor() + kept * shared[i];
    }
    return shared;
  }

  void await(Id prediction, int arm) {
    lock.lock();
    try {
      pending.put(prediction, arm);
      if (pending.size() > MOST_PENDING) {
        var eldest = pending.entrySet().iterator();
        eldest.next();
        eldest.remove();
        expired++;
      }
    } finally {
      lock.unlock();
    }
  }

  boolean reward(Id prediction, double reward) {
    boolean due;
    lock.lock();
    try {
      Integer arm = pending.remove(prediction);
      if (arm == null) {
        return false;
      }
      rewards.set(arm, rewards.get(arm).plus(reward));
      rewarded++;
      if (book != null) {
        unwritten.merge(bandit.arms().get(arm).name(), Moments.EMPTY.plus(reward), Moments::plus);
      }
      due = rewarded % bandit.every() == 0;
      if (due) {
        weights = weighed();
      }
    } finally {
      lock.unlock();
    }
    if (due && book != null && writing.tryLock()) { // who finds another writing need not wait
      try {
        write(book);
      } finally {
        writing.unlock();
      }
    }
    return true;
  }

  /** Writes down what is not in the book yet. */
  void save() {
    if (book != null) {
      writing.lock();
      try {
        write(book);
      } finally {
        writing.unlock();
      }
    }
  }

  private void write(BanditBook to) {
    Map<String, Moments> fresh;
    lock.lock();
    try {
      fresh = unwritten;
      unwritten = new HashMap<>();
    } finally {
      lock.unlock();
    }
    if (fresh.isEmpty()) {
      return;
    }
    Optional<Map<String, Moments>> all = to.add(fresh);
    lock.lock();
    try {
      if (all.isEmpty()) {
        fresh.forEach((arm, moments) -> unwritten.merge(arm, moments, Moments::plus));
        return;
      }
      for (int arm = 0; arm < rewards.size(); arm++) {
        String name = bandit.arms().get(arm).name();
        Moments since = unwritten.getOrDefault(name, Moments.EMPTY);
        rewards.set(arm, all.get().getOrDefault(name, Moments.EMPTY).plus(since));
      }
      weights = weighed();
    } finally {
      lock.unlock();
    }
  }

  BanditState state() {
    lock.lock();
    try {
      return new BanditState(
          bandit.name(),
          bandit.arms().stream().map(Experiment.Arm::name).toList(),
          rewards,
          Arrays.stream(weights).boxed().toList(),
          pending.size(),
          expired);
    } finally {
      lock.unlock();
    }
  }
}
