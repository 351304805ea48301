package dev.endolith.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.endolith.monitoring.drift.TestResult.Verdict;
import org.junit.jupiter.api.Test;

class TestResultTest {
  @Test
  void verdict_pValueAtTheLevel_isDifferent() {
    assertThat(withP(0.05).verdict(0.05)).isEqualTo(Verdict.DIFFERENT);
    assertThat(withP(0.0501).verdict(0.05)).isEqualTo(Verdict.NOT_SHOWN);
    assertThat(withP(Double.NaN).verdict(0.05)).isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void verdict_levelOutsideOpenInterval_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> withP(0.5).verdict(0))
        .withMessage("alpha must be in (0, 1), was 0.0");
  }

  @Test
  void constructor_impossibleFigures_areRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> withP(1.5))
        .withMessage("pValue must be in [0, 1] or NaN, was 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TestResult.notEnoughData("m", -1, 0, 0, 0))
        .withMessageContaining("must not be negative");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TestResult("m", 1, 1, 1, 0, 0, 0, 0, false))
        .withMessageContaining("must be NaN without enough data");
  }

  private static TestResult withP(double p) {
    return new TestResult("m", 1, p, 0.1, 10, 10, 0, 0, true);
  }
}
