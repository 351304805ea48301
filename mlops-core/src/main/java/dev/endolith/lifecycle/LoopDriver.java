package dev.endolith.lifecycle;

import dev.endolith.error.LeaseHeldException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a turn of a loop now and then, on a thread of its own, which also does the training. */
final class LoopDriver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoopDriver.class);

  private final String name;
  private final Loop<?, ?> loop;
  private final ScheduledExecutorService scheduler;

  LoopDriver(String name, Loop<?, ?> loop, Duration interval) {
    this.name = name;
    this.loop = loop;
    this.scheduler =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "endolith-loop-" + name);
              thread.setDaemon(true);
              return thread;
            });
    long nanos = interval.toNanos();
    var unused = scheduler.scheduleWithFixedDelay(this::turn, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  private void turn() {
    try {
      try {
        loop.turn();
      } catch (LeaseHeldException e) {
        loop.serveOnly(); // another process drives; this one serves what it decides
      }
    } catch (RuntimeException e) {
      LOG.warn("The loop of model {} failed a turn; it tries again", name, e);
    }
  }

  @Override
  public void close() {
    scheduler.shutdown();
    try {
      // a training is not interrupted in the middle of a step's commit; it resumes when opened
      // again
      if (!scheduler.awaitTermination(5, TimeUnit.SECONDS)) {
        scheduler.shutdownNow();
        if (!scheduler.awaitTermination(30, TimeUnit.SECONDS)) {
          LOG.warn("The loop of model {} does not end", name);
        }
      }
    } catch (InterruptedException e) {
      scheduler.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
