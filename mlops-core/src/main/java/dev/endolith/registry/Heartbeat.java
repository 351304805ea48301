package dev.endolith.registry;

import java.lang.ref.WeakReference;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that the runs of this process are alive, each time it is asked to. It does not keep a run
 * that nobody else keeps. Thread-safe.
 */
public final class Heartbeat implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  private final Queue<WeakReference<Run>> runs = new ConcurrentLinkedQueue<>();

  /** Creates a heartbeat without runs. */
  public Heartbeat() {}

  void add(Run run) {
    runs.add(new WeakReference<>(run));
  }

  /** Gives a sign of every run that goes on. */
  @Override
  public void run() {
    for (Iterator<WeakReference<Run>> all = runs.iterator(); all.hasNext(); ) {
      Run run = all.next().get();
      if (run == null || run.ended()) {
        all.remove();
        continue;
      }
      try {
        run.beat();
      } catch (RuntimeException e) {
        LOG.warn("Run {} could not be marked as alive; it is tried again", run.id(), e);
      }
    }
  }
}
