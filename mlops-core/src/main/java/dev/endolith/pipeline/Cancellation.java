package dev.endolith.pipeline;

import java.util.ArrayList;
import java.util.List;

/** That a run is to end, and who has to know. Thread-safe. */
final class Cancellation {
  private final List<Runnable> listeners = new ArrayList<>();
  private volatile boolean asked;

  boolean isAsked() {
    return asked;
  }

  void ask() {
    List<Runnable> told;
    synchronized (this) {
      asked = true;
      told = List.copyOf(listeners);
    }
    told.forEach(Runnable::run);
  }

  synchronized void onAsked(Runnable listener) {
    listeners.add(listener);
  }
}
