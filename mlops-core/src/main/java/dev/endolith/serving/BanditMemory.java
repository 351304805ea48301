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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * What a bandit of one deployment has learnt, and which predictions await a reward. The weights are one
 * array that is replaced as a whole, so that drawing takes no lock; awaiting a reward does, for a moment.
 * With a book, what this node learnt since it wrote last is kept apart as well: it is added to the book
 * whenever the weights change, outside of that lock and by one thread at a time.
 */
final class BanditMemory {
  private static final Logger LOG = LoggerFactory.getLogger(BanditMemory.class);
  private static final int MOST_PENDING = 100_000;

  /** How far the sum of a policy's weights may be from 1. */
  private static final double ROUNDING = 1e-9;

  private final Bandit bandit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Id, Integer> pending = new LinkedHashMap<>();
  private final List<Moments> rewards = new ArrayList<>();
  private final @Nullable BanditBook book;
  private final ReentrantLock writing = new ReentrantLock();
  private Map<String, Moments> unwritten = new HashMap<>();
  private long rewarded;
  private long expired;
  private boolean failing;
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

  /**
   * The weights of now.
   *
   * @throws IllegalStateException if the policy breaks its promise
   */
  private double[] weighed() {
    double[] shared;
    try {
      shared = bandit.policy().weights(List.copyOf(rewards)).clone();
    } catch (RuntimeException e) {
      throw new IllegalStateException(policy() + " failed with " + e.getClass().getName(), e);
    }
    double sum = 0;
    boolean good = shared.length == rewards.size();
    for (double weight : shared) {
      good &= weight >= 0 && weight <= 1 + ROUNDING;
      sum += weight;
    }
    if (!(good && Math.abs(sum - 1) <= ROUNDING)) {
      throw new IllegalStateException(
          policy()
              + " must give each of "
              + rewards.size()
              + " arms a weight in [0, 1], with a sum of 1, was "
              + Arrays.toString(shared));
    }
    double kept = 1 - bandit.floor() * shared.length;
    for (int i = 0; i < shared.length; i++) {
      shared[i] = bandit.floor() + kept * Math.min(1, shared[i]);
    }
    return shared;
  }

  private String policy() {
    return "policy " + bandit.policy().getClass().getName() + " of bandit '" + bandit.name() + "'";
  }

  /** Weighs anew; a policy that fails leaves the weights as they are, so that answers go on. */
  private void weigh() {
    try {
      weights = weighed();
      failing = false;
    } catch (IllegalStateException e) {
      if (!failing) {
        failing = true;
        LOG.warn("The weights of a bandit stay as they are: {}", e.getMessage(), e);
      }
    }
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

  /**
   * Rewards the arm that made a prediction.
   *
   * @throws IllegalArgumentException if the reward is not finite, or so great that the moments of
   *     all rewards are not; the prediction awaits another one
   */
  boolean reward(Id prediction, double reward) {
    boolean due;
    lock.lock();
    try {
      Integer arm = pending.get(prediction);
      if (arm == null) {
        requireFinite(0, reward);
        return false;
      }
      Moments sum = rewards.get(arm).plus(reward);
      requireFinite(sum.mean() + sum.m2(), reward);
      pending.remove(prediction);
      rewards.set(arm, sum);
      rewarded++;
      if (book != null) {
        unwritten.merge(bandit.arms().get(arm).name(), Moments.EMPTY.plus(reward), Moments::plus);
      }
      due = rewarded % bandit.every() == 0;
      if (due) {
        weigh();
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

  private void requireFinite(double sum, double reward) {
    if (!Double.isFinite(sum + reward * reward)) {
      throw new IllegalArgumentException(
          "a reward of bandit '"
              + bandit.name()
              + "' must be a finite number whose square is one, too, was "
              + reward);
    }
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
      weigh();
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
