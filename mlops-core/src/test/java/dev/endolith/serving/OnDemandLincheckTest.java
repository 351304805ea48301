package dev.endolith.serving;

import dev.endolith.error.PredictionException;
import dev.endolith.model.Execution;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every interleaving, up to a bound, of calls, eviction by the cache, pinning and closing of what
 * is loaded on demand: every call is answered, by a model that is open, as long as the holder is
 * not closed; one model is open at most in the end; and the cache knows of it if and only if it may
 * evict it, so that nothing stays loaded unseen.
 */
@Tag("long") // half a minute of a processor and more
public class OnDemandLincheckTest {
  /** One holder of one model. */
  private static final class World {
    private final AtomicInteger open = new AtomicInteger();
    private final Cache cache = new Cache();
    private final OnDemand<Thing> held =
        new OnDemand<>(
            () -> {
              open.incrementAndGet();
              return new Thing();
            },
            cache);

    private boolean ask() {
      try {
        return held.on(Thing::ask);
      } catch (PredictionException e) {
        return false; // only at the holder's end: Lincheck looks whether it was
      }
    }

    private void pin() {
      try {
        held.pin(Thing::ask);
      } catch (PredictionException e) {
        // as above
      }
    }

    private void validate() {
      boolean loaded = held.current() != null;
      if (open.get() != (loaded ? 1 : 0)) {
        throw new IllegalStateException(open.get() + " models are open, loaded: " + loaded);
      }
      if (cache.over ? loaded : held.isEvictable() != cache.known) {
        throw new IllegalStateException(
            "loaded: " + loaded + ", evictable: " + held.isEvictable() + ", known: " + cache.known);
      }
    }

    /** A model in a slot, as a deployment holds it. */
    private final class Thing implements OnDemand.Loaded, Predictor<Integer, Double> {
      private final ModelSlot<Integer, Double> slot =
          new ModelSlot<>(
              1,
              this,
              new LoadedVersion(
                  1, 0, 0, Optional.empty(), Optional.empty(), Execution.original("a test")),
              null,
              0);
      private volatile boolean ended;
      private volatile boolean released;

      boolean ask() {
        int stripe = slot.enter();
        if (stripe < 0) {
          throw new PredictionException("m", "closed");
        }
        try {
          return slot.predictor().predict(1).value() == 1;
        } finally {
          slot.leave(stripe);
        }
      }

      @Override
      public Prediction<Double> predict(Integer x) {
        if (released) {
          throw new IllegalStateException("asked after it was released");
        }
        return new Regressed(x);
      }

      @Override
      public boolean isClosed() {
        return ended;
      }

      /** The deployment's end, and, through the slot, the model's. */
      @Override
      public void close() {
        if (!ended) {
          ended = true;
          slot.retire();
        } else if (!released) {
          released = true;
          open.decrementAndGet();
        } else {
          throw new IllegalStateException("released twice");
        }
      }
    }

    /** A cache of one entry, which evicts atomically with telling so, as Caffeine does. */
    private final class Cache implements OnDemand.Holder {
      private boolean known;
      private volatile boolean over;

      @Override
      public boolean isOver() {
        return over;
      }

      @Override
      public void loaded() {}

      @Override
      public synchronized void weigh() {
        known = true;
      }

      @Override
      public synchronized void forget() {
        known = false;
      }

      synchronized void evict() {
        if (known) {
          held.evict();
          known = false;
        }
      }

      @Override
      public void used() {}

      @Override
      public PredictionException closed() {
        return new PredictionException("m", "over");
      }
    }
  }

  private static void check(Class<?> operations, int iterations) {
    new ModelCheckingOptions()
        .iterations(Integer.getInteger("endolith.lincheck.iterations", iterations))
        .invocationsPerIteration(300)
        .threads(2)
        .actorsBefore(0)
        .actorsPerThread(2)
        .actorsAfter(0)
        .check(operations);
  }

  @Test
  void pinning() {
    check(Pinning.class, 16);
  }

  @Test
  void evictionAndClose() {
    check(Ending.class, 12);
  }

  /** What is pinned is not evicted, and nothing else stays loaded unseen. */
  public static class Pinning {
    private final World world = new World();

    @Operation
    public void pin() {
      world.pin();
    }

    @Operation
    public void unpin() {
      world.held.unpin();
    }

    @Operation
    public void evict() {
      world.cache.evict();
    }

    @Validate
    public void validate() {
      world.validate();
    }
  }

  /** Every call is answered while the holder is there, and none afterwards. */
  public static class Ending {
    private final World world = new World();

    @Operation
    public boolean ask() {
      return world.ask();
    }

    @Operation
    public void evict() {
      world.cache.evict();
    }

    @Operation
    public void close() {
      world.held.close();
    }

    @Operation
    public void closeHolder() {
      world.cache.over = true;
      world.held.evict();
    }

    @Validate
    public void validate() {
      world.validate();
    }
  }
}
