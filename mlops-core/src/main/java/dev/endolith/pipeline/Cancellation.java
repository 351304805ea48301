package dev.endolith.pipeline;

import java.util.ArrayList;
import java.util.List;

/** That a run is to end, and who has to know. Thread-safe. */
final class Cancellation {
  private final List<Runnable> listeners = new ArrayList<>();
  private volatile boolean asked;
  private volatile boolean forGood;

  boolean isAsked() {
    return asked;
  }

  /** Whether somebody wanted it, rather than that a thread or the time ran out. */
  boolean isForGood() {
    return forGood;
  }

  void ask(boolean never) {
    List<Runnable> told;
    synchronized (this) {
      asked = true;
      forGood |= never;
      told = List.copyOf(listeners);
    }
    told.forEach(Runnable::run);
  }

  synchronized void onAsked(Runnable listener) {
    listeners.add(listener);
  }
}
