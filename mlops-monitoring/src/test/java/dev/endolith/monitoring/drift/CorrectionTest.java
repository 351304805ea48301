package dev.endolith.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CorrectionTest {
  static List<List<String>> references() {
    return Vectors.rows("corrections.tsv");
  }

  @ParameterizedTest
  @MethodSource("references")
  void adjust_referenceValues_giveStatsmodelsValues(List<String> row) {
    assertThat(Correction.valueOf(row.get(1)).adjust(Vectors.doubles(row.get(2))))
        .containsExactly(Vectors.doubles(row.get(3)), within(1e-13));
  }

  @ParameterizedTest
  @EnumSource
  void adjust_nan_staysAndIsNotCounted(Correction correction) {
    double[] with = {Double.NaN, 0.03, Double.NaN, 0.01};

    double[] adjusted = correction.adjust(with);

    double[] without = correction.adjust(new double[] {0.03, 0.01});
    assertThat(adjusted).containsExactly(Double.NaN, without[0], Double.NaN, without[1]);
    assertThat(with[1]).isEqualTo(0.03);
  }

  @ParameterizedTest
  @EnumSource
  void adjust_anyValues_isAtLeastTheOriginalAndAtMostOne(Correction correction) {
    double[] p = {1, 0, 0.5, 0.1 + 0.2, 1e-320, 0.05, 0.05, 0.999999};
    double[] adjusted = correction.adjust(p);
    for (int i = 0; i < p.length; i++) {
      assertThat(adjusted[i]).isBetween(p[i], 1.0);
    }
    assertThat(correction.adjust(new double[0])).isEmpty();
  }

  @Test
  void adjust_noProbability_isRejectedWithIndex() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Correction.HOLM.adjust(new double[] {0.5, 1.5}))
        .withMessage("pValues[1] must be in [0, 1] or NaN, was 1.5");
  }
}
