package dev.endolith.serving;

import dev.endolith.data.Id;
import dev.endolith.sequential.Moments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/*
 * What a bandit of one deployment has learnt, and which predictions await a reward. The weights are one
 * array that is replaced as a whole, so that drawing takes no lock; awaiting a reward does, for a moment.
 */
final class BanditMemory {
  private static final int MOST_PENDING = 100_000;

  private final Bandit bandit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Id, Integer> pending = new LinkedHashMap<>();
  private final List<Moments> rewards = new ArrayList<>();
  private long rewarded;
  private long expired;
  private volatile double[] weights;

  BanditMemory(Bandit bandit, List<Moments> known) {
    this.bandit = bandit;
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
    lock.lock();
    try {
      Integer arm = pending.remove(prediction);
      if (arm == null) {
        return false;
      }
      rewards.set(arm, rewards.get(arm).plus(reward));
      rewarded++;
      if (rewarded % bandit.every() == 0) {
        weights = weighed();
      }
      return true;
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
