package dev.endolith.serving;

import dev.endolith.Workspace;
import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks many more models than the heap holds; run with a small heap by {@link DeploymentsTest}. */
final class ManyModels {
  static final int WEIGHTS = 8_192;

  private ManyModels() {}

  /** Arguments: models, models that fit, calls. */
  @SuppressWarnings("SystemOut") // a program of its own, whose output the test reads
  public static void main(String[] arguments) throws Exception {
    int models = Integer.parseInt(arguments[0]);
    long fit = Long.parseLong(arguments[1]);
    int calls = Integer.parseInt(arguments[2]);
    Heavy format = new Heavy();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try (Workspace workspace = Workspace.builder().format(format).open();
        Deployments holder =
            Deployments.of(workspace.models(), fit * WEIGHTS * 8, workspace.events())) {
      List<Deployment<Constants.Ask, Boolean>> deployments = new ArrayList<>();
      for (int i = 0; i < models; i++) {
        String name = "m" + i;
        Constants.approved(workspace.models(), name, (double) i / models);
        Constants.champion(workspace.models(), name, 1);
        deployments.add(holder.declare(name, Constants.TASK));
      }
      holder.pin("m0");
      List<Future<Integer>> callers = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        SplittableRandom random = new SplittableRandom(t);
        Callable<Integer> caller =
            () -> {
              int wrong = 0;
              for (int c = 0; c < calls / 4; c++) {
                // every model once by one of the callers, then some more often than others
                int i = c < models ? c : (int) (models * random.nextDouble() * random.nextDouble());
                Served<Boolean> served = deployments.get(i).predict(Constants.ask("a"));
                double score = ((Classified<Boolean>) served.prediction()).score(true);
                wrong += score == (double) i / models ? 0 : 1;
              }
              return wrong;
            };
        callers.add(pool.submit(caller));
      }
      int wrong = 0;
      for (Future<Integer> caller : callers) {
        wrong += caller.get();
      }
      Deployments.Holding holding = holder.holding();
      System.out.println(
          "wrong="
              + wrong
              + " loaded="
              + holding.loaded()
              + " bytes="
              + holding.bytes()
              + " loads="
              + holding.loads()
              + " evictions="
              + holding.evictions()
              + " pinned="
              + !deployments.get(0).serving().isEmpty()
              + " open="
              + format.open
              + " askedAfterClose="
              + format.askedAfterClose);
    } finally {
      pool.shutdownNow();
    }
    System.out.println("left=" + format.open);
  }

  /** The score in the content, as {@value #WEIGHTS} weights that are all needed for it. */
  static final class Heavy implements ModelFormat {
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger askedAfterClose = new AtomicInteger();

    @Override
    public String name() {
      return "constant";
    }

    @Override
    public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
      double score = Double.parseDouble(new String(content, StandardCharsets.UTF_8));
      double[] weights = new double[WEIGHTS];
      weights[(int) (score * (WEIGHTS - 1))] = score;
      open.incrementAndGet();
      boolean[] closed = {false};
      return new Predictor<>() {
        @Override
        public Prediction<Y> predict(X x) {
          double sum = 0;
          for (double weight : weights) {
            sum += weight;
          }
          if (closed[0]) {
            askedAfterClose.incrementAndGet();
          }
          return Classified.of((Classification<X, Y>) task, 1 - sum, sum);
        }

        @Override
        public void close() {
          closed[0] = true;
          open.decrementAndGet();
        }
      };
    }
  }
}
