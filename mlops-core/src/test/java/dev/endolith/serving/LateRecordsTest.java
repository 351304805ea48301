package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.Workspace;
import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import dev.endolith.error.PredictionException;
import dev.endolith.model.Classified;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.registry.Models;
import dev.endolith.serving.Constants.Ask;
import dev.endolith.tck.Contenders;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is answered while its deployment is closed is in the log, or counted as lost. */
@Timeout(120)
class LateRecordsTest {
  private static final Ask A = Constants.ask("a");
  private static final Ask STAY = Constants.ask("stay");

  /** Stays in the model for a row that says so. */
  private static final class Staying implements ModelFormat {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);

    @Override
    public String name() {
      return "constant";
    }

    @Override
    public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
      return new Predictor<>() {
        @Override
        public Prediction<Y> predict(X x) {
          if (((Ask) x).name().equals("stay")) {
            entered.countDown();
            try {
              leave.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          return Classified.of((Classification<X, Y>) task, 0.25, 0.75);
        }

        @Override
        public void close() {}
      };
    }
  }

  private final Staying format = new Staying();

  private Workspace workspace() {
    Workspace workspace = Workspace.builder().format(format).open();
    Constants.approved(workspace.models(), "m", 1);
    Constants.champion(workspace.models(), "m", 1);
    return workspace;
  }

  private static DeploymentBuilder<Ask, Boolean> builder(Workspace workspace) {
    return Deployment.of("m", Constants.TASK, workspace.models());
  }

  @Test
  void callThatLeavesAfterTheClose_isInTheLog() throws Exception {
    try (Workspace workspace = workspace()) {
      PredictionLog log = PredictionLog.inMemory();
      Deployment<Ask, Boolean> deployment = builder(workspace).log(log).build();
      CompletableFuture<Served<Boolean>> inside = deployment.predictAsync(STAY);
      assertThat(format.entered.await(30, TimeUnit.SECONDS)).isTrue();
      deployment.close();
      format.leave.countDown();
      Served<Boolean> served = inside.get(30, TimeUnit.SECONDS);
      assertThat(log.read("m", Constants.TASK.features().schema(), 0, 9))
          .singleElement()
          .satisfies(entry -> assertThat(entry.prediction().id()).isEqualTo(served.id()));
      assertThat(deployment.status().lostRecords()).isZero();
    }
  }

  @Test
  void callThatLeavesAfterTheClose_ofASampledLog_isCountedAsLost() throws Exception {
    try (Workspace workspace = workspace()) {
      PredictionLog log = PredictionLog.inMemory();
      Deployment<Ask, Boolean> deployment = builder(workspace).sampledLog(log, 1).build();
      CompletableFuture<Served<Boolean>> inside = deployment.predictAsync(STAY);
      assertThat(format.entered.await(30, TimeUnit.SECONDS)).isTrue();
      deployment.close();
      format.leave.countDown();
      inside.get(30, TimeUnit.SECONDS);
      assertThat(log.counts("m").predictions()).isZero();
      assertThat(deployment.status().lostRecords()).as("it never waits").isEqualTo(1);
    }
  }

  @Test
  void logThatIsGone_whenACallLeaves_isALoss_notAFailure() throws Exception {
    try (Workspace workspace = workspace()) {
      PredictionLog gone =
          new GatedLog() {
            @Override
            public void append(List<PredictionRecord> records) {
              throw new IllegalStateException("the database is closed");
            }
          };
      Deployment<Ask, Boolean> deployment = builder(workspace).log(gone).build();
      CompletableFuture<Served<Boolean>> inside = deployment.predictAsync(STAY);
      assertThat(format.entered.await(30, TimeUnit.SECONDS)).isTrue();
      deployment.close();
      format.leave.countDown();
      assertThat(inside.get(30, TimeUnit.SECONDS).version()).isEqualTo(1);
      assertThat(deployment.status().lostRecords()).isEqualTo(1);
    }
  }

  @Test
  void rowsOfABatch_readAfterTheClose_areInTheLog() {
    try (Workspace workspace = workspace()) {
      PredictionLog log = PredictionLog.inMemory();
      Deployment<Ask, Boolean> deployment = builder(workspace).log(log).build();
      try (Stream<RowResult<Boolean>> results =
          deployment.predictAll(Stream.generate(() -> A).limit(1_000), CallContext.NONE)) {
        Iterator<RowResult<Boolean>> rows = results.iterator();
        assertThat(rows.next()).isInstanceOf(RowResult.Answered.class);
        deployment.close();
        int read = 1;
        while (rows.hasNext()) {
          assertThat(rows.next()).isInstanceOf(RowResult.Answered.class);
          read++;
        }
        assertThat(read).isEqualTo(1_000);
      }
      assertThat(log.counts("m").predictions()).isEqualTo(1_000);
      assertThat(deployment.status().lostRecords()).isZero();
    }
  }

  /** Callers and an evictor: every answer that a caller was given is in the log. */
  @Test
  void evictionsWithCallersInside_loseNoRecord() {
    try (Workspace workspace = workspace()) {
      Models models = workspace.models();
      PredictionLog log = PredictionLog.inMemory();
      try (Deployments holder = Deployments.of(models, 1 << 20)) {
        Deployment<Ask, Boolean> deployment = holder.declare(builder(workspace).log(log));
        AtomicInteger callers = new AtomicInteger(3);
        AtomicLong answered = new AtomicLong();
        Contenders.race(
            4,
            t -> {
              if (t == 0) {
                while (callers.get() > 0) {
                  deployment.close();
                }
                return t;
              }
              for (int i = 0; i < 2_000 || holder.holding().loads() <= 10; i++) {
                try {
                  deployment.predict(A);
                  answered.incrementAndGet();
                } catch (PredictionException e) {
                  throw new AssertionError("no call fails because of an eviction", e);
                }
              }
              callers.decrementAndGet();
              return t;
            });
        deployment.close();
        assertThat(holder.holding().loads()).isGreaterThan(10);
        assertThat(deployment.status().lostRecords()).isZero();
        assertThat(log.counts("m").predictions()).isEqualTo(answered.get());
      }
    }
  }
}
