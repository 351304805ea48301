package dev.endolith.serving;

import dev.endolith.error.PredictionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * Something that is there while it is asked, and its part in a cache of many such.
 *
 * The lock makes loads single. It is never held while the cache is told, because the cache may evict
 * another one on this thread, which takes that one's lock. Who finds that the thing was evicted
 * between reading the field and asking it loads it again.
 *
 * The cache knows of it if and only if it is loaded and not pinned. Without a common lock this is
 * kept by telling the cache after every change, and again if things have changed meanwhile: the last
 * to tell finds things as it told them, or is not the last.
 */
final class OnDemand<D extends OnDemand.Loaded> {
  private static final int TELL_EVERY = 16;

  private final Supplier<D> loader;
  private final Holder holder;
  private final ReentrantLock loading = new ReentrantLock();
  private volatile @Nullable D current;
  private volatile boolean pinned;
  private int calls; // races may lose counts: it only spreads what the cache is told

  /** What is loaded. Fails with a {@link PredictionException} when it is asked after its end. */
  interface Loaded {
    boolean isClosed();

    void close();
  }

  /** The cache's side. */
  interface Holder {
    /** Nothing is loaded any more. */
    boolean isOver();

    /** It was loaded. */
    void loaded();

    /** It may be evicted, and weighs what it weighs now. */
    void weigh();

    /** It is not there, or may not be evicted. */
    void forget();

    /** It was asked, once more or a few times. */
    void used();

    /** What a call says after the holder's end. */
    PredictionException closed();
  }

  /**
   * @param loader loads it; called under the lock
   * @param holder the cache's side
   */
  OnDemand(Supplier<D> loader, Holder holder) {
    this.loader = loader;
    this.holder = holder;
  }

  /** Runs a call on what is loaded, and again if that was evicted meanwhile. */
  <A> A on(Function<D, A> call) {
    while (true) {
      D thing = current;
      boolean fresh = false;
      if (thing == null) {
        Load<D> load = load();
        thing = load.thing();
        fresh = load.fresh();
      } else if ((++calls & (TELL_EVERY - 1)) == 0 && !pinned) {
        holder.used();
      }
      try {
        return call.apply(thing);
      } catch (PredictionException e) {
        if (!thing.isClosed() || holder.isOver()) {
          throw e;
        }
      } finally {
        if (fresh) {
          loaded(); // after the call: what the cache does not admit has answered once
        }
      }
    }
  }

  private record Load<D>(D thing, boolean fresh) {}

  private Load<D> load() {
    loading.lock();
    try {
      D thing = current;
      if (thing != null) {
        return new Load<>(thing, false);
      }
      if (holder.isOver()) {
        throw holder.closed();
      }
      D fresh = loader.get();
      current = fresh;
      return new Load<>(fresh, true);
    } finally {
      loading.unlock();
    }
  }

  private void loaded() {
    holder.loaded();
    settle();
    if (holder.isOver()) {
      evict();
    }
  }

  /** Tells the cache, until it was told how things are. */
  void settle() {
    boolean told;
    do {
      told = isEvictable();
      if (told) {
        holder.weigh();
      } else {
        holder.forget();
      }
    } while (told != isEvictable());
  }

  boolean isEvictable() {
    return current != null && !pinned;
  }

  /** What is loaded; null if nothing is. */
  @Nullable D current() {
    return current;
  }

  /** Loads it, and keeps it loaded until {@link #unpin} or {@link #close}. */
  void pin(Function<D, ?> call) {
    pinned = true;
    try {
      Object unused = on(call);
    } finally {
      settle();
    }
  }

  void unpin() {
    pinned = false;
    settle();
  }

  /** For the cache: whether it was loaded, and is not any more. */
  boolean evict() {
    D thing;
    loading.lock();
    try {
      thing = current;
      if (thing == null || (pinned && !holder.isOver())) {
        return false;
      }
      current = null;
    } finally {
      loading.unlock();
    }
    thing.close();
    return true;
  }

  /** Ends what is loaded; asked again, it is loaded again. */
  void close() {
    pinned = false;
    boolean unused = evict();
    settle();
  }
}
