package dev.endolith.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowBuffersTest {
  @Test
  void take_givenBack_isLentAgain_andNeverTwice() {
    double[] first = RowBuffers.take(10);
    double[] second = RowBuffers.take(10); // as when features ask another model
    assertThat(first).hasSizeGreaterThanOrEqualTo(10).isNotSameAs(second);
    RowBuffers.giveBack(second);
    RowBuffers.giveBack(first);

    assertThat(RowBuffers.take(5)).isSameAs(first);
    assertThat(RowBuffers.take(5)).isNotSameAs(first);
  }

  @Test
  void take_longerThanWhatIsKept_isMade() {
    RowBuffers.giveBack(new double[3]);
    assertThat(RowBuffers.take(4)).hasSize(4);
  }

  @Test
  void giveBack_veryLong_isNotKept() {
    double[] longest = RowBuffers.take(1_000_000);
    RowBuffers.giveBack(longest);
    assertThat(RowBuffers.take(10)).isNotSameAs(longest);
  }

  @Test
  void take_onAnotherThread_isAnother() throws InterruptedException {
    double[] here = RowBuffers.take(10);
    RowBuffers.giveBack(here);
    double[][] there = new double[1][];
    Thread thread = new Thread(() -> there[0] = RowBuffers.take(10));
    thread.start();
    thread.join();
    assertThat(there[0]).isNotSameAs(here);
  }
}
