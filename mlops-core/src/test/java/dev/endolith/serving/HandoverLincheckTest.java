package dev.endolith.serving;

import java.util.List;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every interleaving, up to a bound, of threads that hand over records and of the writer. */
@Tag("long") // half a minute of a processor and more
public class HandoverLincheckTest {
  private static void check(Class<?> operations, int actors) {
    new ModelCheckingOptions()
        .iterations(Integer.getInteger("endolith.lincheck.iterations", 4))
        .invocationsPerIteration(100) // a queue of the JDK's has many points to switch at
        .threads(2)
        .actorsBefore(0)
        .actorsPerThread(actors)
        .actorsAfter(0)
        .check(operations);
  }

  @Test
  void order_andBound() {
    check(Bounded.class, 2);
  }

  /** One by one it is a bounded queue: as if the calls had come one after the other. */
  public static class Bounded {
    private final Handover<Integer> handover = new Handover<>(2, 1);

    @Operation
    public boolean recordOne() {
      return handover.offer(1);
    }

    @Operation
    public boolean recordTwo() {
      return handover.offer(2);
    }

    @Operation(nonParallelGroup = "writer")
    public List<Integer> write() throws InterruptedException {
      Handover.Batch<Integer> batch = handover.next(0);
      return batch == null ? List.of() : batch.elements();
    }
  }
}
