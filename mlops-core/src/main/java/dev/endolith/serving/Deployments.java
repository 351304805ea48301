package dev.endolith.serving;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.endolith.data.Task;
import dev.endolith.event.Event;
import dev.endolith.event.Events;
import dev.endolith.registry.Models;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Thousands of deployments of which as many are loaded as fit into a given number of bytes.
 * Thread-safe.
 *
 * <p>A deployment is loaded when it is first asked; callers that ask for it meanwhile wait for that
 * one load. Each is weighed by what its models hold of the heap, measured when they were loaded, or
 * by the size of the stored models if that is greater, as for models outside the heap. Where the
 * bytes do not suffice, deployments that are asked least are evicted: their models are closed after
 * the last call that is in them, and loaded anew when they are asked again. No call fails because
 * of an eviction. Pinned deployments stay loaded and do not count.
 *
 * <p>A deployment that is loaded costs a call a field read more than one of its own; the cache is
 * told of every sixteenth call only.
 */
public final class Deployments implements AutoCloseable {
  private final Models models;
  private final Cache<String, LazyDeployment<?, ?>> loaded;
  private final Map<String, LazyDeployment<?, ?>> declared = new ConcurrentHashMap<>();
  private final LongAdder loads = new LongAdder();
  private final LongAdder evictions = new LongAdder();
  private final @Nullable AutoCloseable subscription;
  private volatile boolean closed;

  private Deployments(Models models, long maxBytes, @Nullable Events events) {
    this.models = models;
    this.loaded =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher(
                (String name, LazyDeployment<?, ?> held) ->
                    (int) Math.min(Integer.MAX_VALUE, held.bytes()))
            .executor(Runnable::run)
            .evictionListener(
                (@Nullable String name, @Nullable LazyDeployment<?, ?> held, RemovalCause cause) ->
                    evicted(held))
            .build();
    this.subscription = events == null ? null : events.listen(this::moved);
  }

  /**
   * Holds deployments that follow their aliases when {@link Deployment#refresh} is called.
   *
   * @param models the registry that the models are in
   * @param maxBytes how much the loaded ones may hold together, from 1; one deployment counts for
   *     at most 2 GiB
   * @return the holder, empty
   * @throws IllegalArgumentException if it is less than 1
   */
  public static Deployments of(Models models, long maxBytes) {
    return create(models, maxBytes, null);
  }

  /**
   * Holds deployments that follow alias moves of this process at once.
   *
   * @param models the registry that the models are in
   * @param maxBytes how much the loaded ones may hold together, from 1
   * @param events tells of moves
   * @return the holder, empty
   * @throws IllegalArgumentException if it is less than 1
   */
  public static Deployments of(Models models, long maxBytes, Events events) {
    return create(models, maxBytes, events);
  }

  private static Deployments create(Models models, long maxBytes, @Nullable Events events) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException(
          "deployments need at least 1 byte, were given " + maxBytes);
    }
    return new Deployments(models, maxBytes, events);
  }

  /**
   * Declares a deployment of a model. Nothing is loaded.
   *
   * @param name the model's name
   * @param task what is asked
   * @param <X> what is asked
   * @param <Y> what is answered
   * @return the deployment, loaded when it is asked; it may be kept, and need not be closed
   * @throws IllegalArgumentException if the name breaks the rule, or is declared already
   */
  public <X, Y> Deployment<X, Y> declare(String name, Task<X, Y> task) {
    return declare(Deployment.of(name, task, models));
  }

  /**
   * Declares a deployment with its options.
   *
   * @param builder builds it whenever it is loaded; not to be changed any more
   * @param <X> what is asked
   * @param <Y> what is answered
   * @return the deployment, loaded when it is asked
   * @throws IllegalArgumentException if its name is declared already
   */
  public <X, Y> Deployment<X, Y> declare(DeploymentBuilder<X, Y> builder) {
    LazyDeployment<X, Y> lazy = new LazyDeployment<>(builder, this);
    if (declared.putIfAbsent(builder.name, lazy) != null) {
      throw new IllegalArgumentException(
          "deployment '" + builder.name + "' is declared already; keep what declare(...) answered");
    }
    return lazy;
  }

  /**
   * Loads a deployment and keeps it loaded.
   *
   * @param name its name
   * @throws IllegalArgumentException if it is not declared
   */
  public void pin(String name) {
    held(name).pin(true);
  }

  /**
   * Lets a deployment be evicted again.
   *
   * @param name its name
   * @throws IllegalArgumentException if it is not declared
   */
  public void unpin(String name) {
    held(name).pin(false);
  }

  private LazyDeployment<?, ?> held(String name) {
    LazyDeployment<?, ?> held = declared.get(name);
    if (held == null) {
      throw new IllegalArgumentException(
          "there is no deployment of that name among " + declared.size() + "; declare it first");
    }
    return held;
  }

  /**
   * What is loaded now.
   *
   * @return counts and bytes
   */
  public Holding holding() {
    loaded.cleanUp();
    int count = 0;
    long bytes = 0;
    for (LazyDeployment<?, ?> held : declared.values()) {
      if (held.isLoaded()) {
        count++;
        bytes += held.bytes();
      }
    }
    return new Holding(declared.size(), count, bytes, loads.sum(), evictions.sum());
  }

  /**
   * What a holder has loaded.
   *
   * @param declared how many deployments it knows
   * @param loaded how many are loaded
   * @param bytes what these hold together, as measured
   * @param loads how often one was loaded
   * @param evictions how often one was evicted
   */
  public record Holding(int declared, int loaded, long bytes, long loads, long evictions) {}

  private void moved(Event event) {
    if (event instanceof Event.AliasMoved move) {
      LazyDeployment<?, ?> held = declared.get(move.model());
      if (held != null) {
        held.refreshIfLoaded();
      }
    }
  }

  private void evicted(@Nullable LazyDeployment<?, ?> held) {
    if (held != null && held.evict()) {
      evictions.increment();
      FlightEvents.evicted(held.name(), held.bytes());
    }
  }

  boolean isClosed() {
    return closed;
  }

  void loaded() {
    loads.increment();
  }

  /** It is loaded and may be evicted, or weighs another amount now. */
  void weigh(LazyDeployment<?, ?> held) {
    loaded.put(held.name(), held);
  }

  /** It counts no more; no eviction. */
  void forget(String name) {
    loaded.invalidate(name);
  }

  void used(String name) {
    LazyDeployment<?, ?> unused = loaded.getIfPresent(name); // asking is what it is told by
  }

  /** Closes all deployments; those that are asked afterwards say that they are closed. */
  @Override
  public void close() {
    closed = true;
    if (subscription != null) {
      try {
        subscription.close();
      } catch (Exception e) {
        throw new IllegalStateException("a subscription closes without failing", e);
      }
    }
    declared.values().forEach(LazyDeployment::closeForGood);
  }
}
