package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.Workspace;
import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.registry.Models;
import dev.endolith.serving.Constants.Ask;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A call that is in a model while the champion moves; and the same where the swap closes it. */
class CloseOnSwapTest {
  @Test
  void swap_callIsInTheOldModel_itEndsThereBeforeTheModelIsClosed() throws Exception {
    SlowFormat format = new SlowFormat(false);

    assertThat(callsInClosedModels(format)).isZero();
    assertThat(format.closed).hasValue(2); // and both are closed in the end
  }

  @Test
  void swap_closesTheOldModelAtOnce_isFound() throws Exception {
    assertThat(callsInClosedModels(new SlowFormat(true))).isPositive();
  }

  private static int callsInClosedModels(SlowFormat format) throws Exception {
    ExecutorService caller = Executors.newSingleThreadExecutor();
    try (Workspace workspace = Workspace.builder().format(format).open()) {
      Models models = workspace.models();
      Constants.approved(models, "m", 0.25);
      Constants.approved(models, "m", 0.75);
      Constants.champion(models, "m", 1);
      try (Deployment<Ask, Boolean> deployment =
          Deployment.of("m", Constants.TASK, models).events(workspace.events()).build()) {
        Future<Served<Boolean>> call = caller.submit(() -> deployment.predict(Constants.ask("a")));
        assertThat(format.entered.await(30, TimeUnit.SECONDS)).isTrue();
        Constants.champion(models, "m", 2);
        assertThat(deployment.status().servedChampion()).isEqualTo(2);
        format.leave.countDown();
        assertThat(call.get(30, TimeUnit.SECONDS).version()).isEqualTo(1);
      }
    } finally {
      format.leave.countDown();
      caller.shutdownNow();
    }
    return format.foundClosed.get();
  }

  /** Its first call stays in the model until it is let go. */
  private static final class SlowFormat implements ModelFormat {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);
    private final AtomicInteger foundClosed = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final List<Runnable> loaded = new ArrayList<>();
    private final boolean closesOnSwap;

    SlowFormat(boolean closesOnSwap) {
      this.closesOnSwap = closesOnSwap;
    }

    @Override
    public String name() {
      return "constant";
    }

    @Override
    public synchronized <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
      if (closesOnSwap) {
        loaded.forEach(Runnable::run); // the seeded defect
      }
      AtomicInteger closings = new AtomicInteger();
      loaded.add(closings::incrementAndGet);
      return new Predictor<>() {
        @Override
        public Prediction<Y> predict(X x) {
          entered.countDown();
          try {
            leave.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          if (closings.get() > 0) {
            foundClosed.incrementAndGet();
          }
          return Classified.of((Classification<X, Y>) task, 0.5, 0.5);
        }

        @Override
        public void close() {
          closings.incrementAndGet();
          closed.incrementAndGet();
        }
      };
    }
  }
}
