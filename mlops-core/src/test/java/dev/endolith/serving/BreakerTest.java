package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BreakerTest {
  private static final long MILLI = 1_000_000;
  private static final Guards GUARDS =
      Guards.none().breaker(0.5, 20, Duration.ofSeconds(10), Duration.ofSeconds(1));

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 3_000 * MILLI); // wraps soon
  private final Doorkeeper door = new Doorkeeper("m", GUARDS, nanos::get);
  private final Breaker breaker = new Breaker(GUARDS, nanos.get());

  private void calls(int n, boolean failed, long everyNanos) {
    for (int i = 0; i < n; i++) {
      nanos.addAndGet(everyNanos);
      breaker.tell(Breaker.NORMAL, failed, door);
    }
  }

  private boolean isOpen() {
    return breaker.admit(door) == Breaker.REFUSED;
  }

  /** How many calls fail in a row until it opens. */
  private int failuresUntilOpen(long everyNanos) {
    int failures = 0;
    while (!isOpen()) {
      calls(1, true, everyNanos);
      failures++;
      assertThat(failures).isLessThan(1_000_000);
    }
    return failures;
  }

  /** At any number of calls a second, the window is what counts, not the time before. */
  @ParameterizedTest
  @ValueSource(ints = {1_000, 100, 10})
  void longHealthyTime_modelThatFails_opensWithinHalfAWindow(int perSecond) {
    long every = 1_000 * MILLI / perSecond;
    calls(3_600 * perSecond, false, every);
    int failures = failuresUntilOpen(every);
    // as many failures as successes in what is judged: between half a window and a whole one
    assertThat(failures).isBetween(Math.min(20, 4 * perSecond), 5 * perSecond + 65);
  }

  @Test
  void healthyDay_thenSilence_thenAModelThatFails_opensAtItsLeastCalls() {
    calls(100_000, false, MILLI);
    nanos.addAndGet(3_600_000 * MILLI);
    // of the last half of the day not many successes are taken for those of now
    assertThat(failuresUntilOpen(100 * MILLI)).isBetween(10, 20);
  }

  @Test
  void burstAmongMany_opensNothing() {
    calls(20_000, false, MILLI);
    for (int round = 0; round < 100; round++) {
      calls(400, true, MILLI);
      assertThat(isOpen()).isFalse();
      calls(600, false, MILLI);
    }
  }

  @Test
  void atItsShare_opens_justBelow_doesNot() {
    calls(10, false, MILLI);
    calls(9, true, MILLI);
    assertThat(isOpen()).isFalse();
    calls(1, true, MILLI);
    assertThat(isOpen()).isTrue();
  }

  @Test
  void failuresOlderThanTheWindow_areForgotten() {
    calls(19, true, MILLI);
    nanos.addAndGet(1_000_000 * MILLI);
    calls(19, true, MILLI);
    assertThat(isOpen()).isFalse();
    calls(1, true, MILLI);
    assertThat(isOpen()).isTrue();
  }

  @Test
  void closedAgain_beginsAnew() {
    calls(20, true, MILLI);
    assertThat(isOpen()).isTrue();
    for (int probe = 0; probe < 3; probe++) {
      nanos.addAndGet(1_000 * MILLI);
      int permit = breaker.admit(door);
      assertThat(permit).isEqualTo(Breaker.PROBE);
      breaker.tell(permit, false, door);
    }
    calls(19, true, MILLI);
    assertThat(isOpen()).isFalse();
    calls(1, true, MILLI);
    assertThat(isOpen()).isTrue();
  }
}
