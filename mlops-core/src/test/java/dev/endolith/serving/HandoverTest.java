package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class HandoverTest {
  @Test
  void mark_isReached_onlyWhenWhatStandsBeforeItIsWorkedOff() throws InterruptedException {
    Handover<Integer> handover = new Handover<>(8, 8);
    Handover.Mark mark = new Handover.Mark();
    assertThat(handover.offer(1)).isTrue();
    assertThat(handover.mark(mark, 0)).isTrue();
    assertThat(handover.offer(2)).isTrue();
    Handover.Batch<Integer> batch = Objects.requireNonNull(handover.next(0));
    assertThat(batch.elements()).containsExactly(1, 2);
    assertThat(mark.isReached()).isFalse();
    batch.done();
    assertThat(mark.isReached()).isTrue();
    assertThat(handover.next(0)).isNull();
  }

  @Test
  void abandon_countsElements_andReachesMarks() throws InterruptedException {
    Handover<Integer> handover = new Handover<>(3, 1);
    Handover.Mark mark = new Handover.Mark();
    assertThat(handover.offer(1)).isTrue();
    assertThat(handover.mark(mark, 0)).isTrue();
    assertThat(handover.offer(2)).isTrue();
    assertThat(handover.offer(3)).isFalse();
    assertThat(handover.abandon()).isEqualTo(2);
    assertThat(mark.isReached()).isTrue();
  }
}
