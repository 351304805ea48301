package dev.endolith.serving;

import dev.endolith.model.Execution;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import java.util.Optional;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every interleaving, up to a bound, of calls in a model and its retirement: no call is in a closed
 * model, a call after the retirement is turned away, and the model is closed once.
 */
public class ModelSlotLincheckTest {
  private static final class Model implements Predictor<Integer, Double> {
    private volatile boolean closed;

    @Override
    public Prediction<Double> predict(Integer x) {
      if (closed) {
        throw new IllegalStateException("asked after it was closed");
      }
      return new Regressed(x);
    }

    @Override
    public void close() {
      if (closed) {
        throw new IllegalStateException("closed twice");
      }
      closed = true;
    }
  }

  private final ModelSlot<Integer, Double> slot =
      new ModelSlot<>(
          1,
          new Model(),
          new LoadedVersion(
              1, 0, 0, Optional.empty(), Optional.empty(), Execution.original("a test")),
          null,
          0);

  @Operation
  public boolean ask() {
    int stripe = slot.enter();
    if (stripe < 0) {
      return false;
    }
    try {
      slot.predictor().predict(1);
    } finally {
      slot.leave(stripe);
    }
    return true;
  }

  @Operation
  public void retire() {
    slot.retire();
  }

  @Test
  void everyInterleaving_ofSomeScenarios() {
    check(4);
  }

  @Test
  @Tag("long")
  void everyInterleaving_ofMoreScenarios() {
    check(20);
  }

  private static void check(int iterations) {
    new ModelCheckingOptions()
        .iterations(Integer.getInteger("endolith.lincheck.iterations", iterations))
        .invocationsPerIteration(2_000)
        .threads(2)
        .actorsPerThread(2)
        .check(ModelSlotLincheckTest.class);
  }
}
