package dev.endolith;

import dev.endolith.registry.Heartbeat;
import dev.endolith.registry.Relay;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/*
 * What a workspace does by itself, on one thread that exists once there is something to do: it says
 * that runs are alive, and delivers events.
 */
final class Housekeeping implements AutoCloseable {
  private static final long BEAT_SECONDS = 15;
  private static final long RELAY_SECONDS = 1;

  private final Heartbeat heartbeat;
  private final Relay relay;
  private final @Nullable ScheduledExecutorService given;
  private @Nullable ScheduledExecutorService scheduler;
  private @Nullable ScheduledFuture<?> beating;
  private @Nullable ScheduledFuture<?> relaying;
  private boolean closed;

  Housekeeping(Heartbeat heartbeat, Relay relay, @Nullable ScheduledExecutorService given) {
    this.heartbeat = heartbeat;
    this.relay = relay;
    this.given = given;
  }

  synchronized Heartbeat heartbeat() {
    if (beating == null && !closed) {
      beating =
          scheduler()
              .scheduleWithFixedDelay(heartbeat, BEAT_SECONDS, BEAT_SECONDS, TimeUnit.SECONDS);
    }
    return heartbeat;
  }

  synchronized Relay relay() {
    if (relaying == null && !closed) {
      relaying =
          scheduler()
              .scheduleWithFixedDelay(
                  this::relayOnce, RELAY_SECONDS, RELAY_SECONDS, TimeUnit.SECONDS);
    }
    return relay;
  }

  /** A task that throws is not run again by its scheduler. */
  private void relayOnce() {
    try {
      relay.run();
    } catch (RuntimeException e) {
      org.slf4j.LoggerFactory.getLogger(Housekeeping.class)
          .warn("Events could not be delivered; it is tried again", e);
    }
  }

  /** The thread that asks what is due. */
  synchronized ScheduledExecutorService scheduler() {
    if (given != null) {
      return given;
    }
    ScheduledExecutorService own = scheduler;
    if (own == null && closed) {
      throw new IllegalStateException("the workspace is closed");
    }
    if (own == null) {
      own =
          Executors.newSingleThreadScheduledExecutor(
              task -> {
                Thread thread = new Thread(task, "endolith-housekeeping");
                thread.setDaemon(true);
                return thread;
              });
      scheduler = own;
    }
    return own;
  }

  /** Waits for what is under way, because the stores close next. */
  @Override
  public void close() {
    ScheduledExecutorService own;
    synchronized (this) {
      closed = true;
      if (beating != null) {
        beating.cancel(false);
      }
      if (relaying != null) {
        relaying.cancel(false);
      }
      own = scheduler;
    }
    if (own != null) {
      own.shutdown();
      try {
        if (!own.awaitTermination(10, TimeUnit.SECONDS)) {
          own.shutdownNow();
        }
      } catch (InterruptedException e) {
        own.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
  }
}
