package dev.endolith.monitoring.profile;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every interleaving, up to a bound, of offering, taking and closing: a position is given once, a
 * pair is taken whole, and what was accepted is taken exactly once and in the order of positions. A
 * buffer of two pairs comes round several times in a scenario. When a pair that was accepted is
 * taken is not promised, so operations answer nothing and check instead.
 */
public class RingBufferLincheckTest {
  private static final int MOST = 64;

  private final RingBuffer<Integer, Integer> ring = new RingBuffer<>(2);
  private final int[] accepted = new int[MOST]; // by position; 0 is none
  private final List<Integer> taken = new ArrayList<>();
  private boolean closed;

  private void offer(int value) {
    boolean late = ring.end() >= 0;
    long at = ring.offer(value, -value);
    if (at < 0) {
      if (at == RingBuffer.CLOSED && !closed) {
        throw new IllegalStateException("refused as closed before it was");
      }
      return;
    }
    if (late) {
      throw new IllegalStateException("accepted after it was closed");
    }
    if (accepted[(int) at] != 0) {
      throw new IllegalStateException("position " + at + " was given twice");
    }
    accepted[(int) at] = value;
  }

  @Operation
  public void offerOne() {
    offer(1);
  }

  @Operation
  public void offerTwo() {
    offer(2);
  }

  @Operation(nonParallelGroup = "taker")
  public void take() {
    int unused = ring.drain(this::take, 2);
  }

  private void take(Integer first, Integer second) {
    if (second == null || first + second != 0) {
      throw new IllegalStateException("half a pair: " + first + ", " + second);
    }
    taken.add(first);
  }

  @Operation(runOnce = true)
  public void close() {
    closed = true;
    ring.close();
  }

  /** Once all threads are done. */
  @Validate
  public void everyPairIsTakenOnce() {
    int unused = ring.drain(this::take, MOST);
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < MOST && accepted[i] != 0; i++) {
      expected.add(accepted[i]);
    }
    if (!taken.equals(expected) || ring.claimed() != expected.size()) {
      throw new IllegalStateException(
          "accepted " + expected + ", taken " + taken + ", claimed " + ring.claimed());
    }
  }

  @Test
  void everyInterleaving_ofSomeScenarios() {
    check(1);
  }

  @Test
  @Tag("long")
  void everyInterleaving_ofMoreScenarios() {
    check(8);
  }

  private static void check(int iterations) {
    new ModelCheckingOptions()
        .iterations(Integer.getInteger("endolith.lincheck.iterations", iterations))
        .invocationsPerIteration(Integer.getInteger("endolith.lincheck.invocations", 60))
        .actorsBefore(3)
        .actorsAfter(0)
        .threads(2)
        .actorsPerThread(2)
        .check(RingBufferLincheckTest.class);
  }
}
