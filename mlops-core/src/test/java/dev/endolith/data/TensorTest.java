package dev.endolith.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {
  @Test
  void of_shapeThatDoesNotFit_isRefused() {
    assertThatThrownBy(() -> Tensor.of(new float[3], 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[2, 2] has 4 elements, was given 3");
    assertThatThrownBy(() -> Tensor.of(new int[0], -1, 0)).hasMessageContaining("0 or more");
    assertThatThrownBy(() -> Tensor.of(new int[0], 1L << 31, 1L << 31, 1L << 31))
        .hasMessageContaining("less than 2^31");
    assertThatThrownBy(() -> Tensor.of(new int[1], new long[Tensor.MOST_DIMENSIONS + 1]))
        .hasMessageContaining("at most 16");
    assertThat(Tensor.of(new double[0], 0, 7).size()).isZero();
    assertThat(Tensor.of(new boolean[] {true}).shape()).isEmpty();
  }

  @Test
  void values_areCopies_andOfTheirTypeOnly() {
    long[] values = {1, 2};
    Tensor tensor = Tensor.of(values, 2);
    values[0] = 9;
    tensor.longs()[1] = 9;
    assertThat(tensor.longs()).containsExactly(1, 2);
    assertThat(tensor.text(1)).isEqualTo("2");
    assertThatThrownBy(tensor::floats)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("INT64, not FLOAT");
    assertThat(tensor).isEqualTo(Tensor.of(new long[] {1, 2}, 2)).hasToString("INT64[2]");
    assertThat(tensor).isNotEqualTo(Tensor.of(new long[] {1, 2}, 1, 2));
    assertThat(tensor).isNotEqualTo(Tensor.of(new int[] {1, 2}, 2));
  }

  @Test
  void labelName_isADigestOfWhatIsThere() {
    TensorTask task =
        Task.tensors(
            List.of(TensorSpec.of("x", TensorType.STRING, -1)),
            List.of(TensorSpec.of("y", TensorType.STRING, -1)));
    Tensors one = Tensors.of("y", Tensor.of(new String[] {"ab", "c"}, 2));
    Tensors moved = Tensors.of("y", Tensor.of(new String[] {"a", "bc"}, 2));
    assertThat(task.labelName(one)).startsWith("sha256:").isNotEqualTo(task.labelName(moved));
    assertThat(task.labelName(one))
        .isEqualTo(task.labelName(Tensors.of("y", Tensor.of(new String[] {"ab", "c"}, 2))));
    assertThat(task.refuses(one)).hasValue("tensor 'x' is missing; given are [y]");
    assertThat(task.disowns(one)).isEmpty();
    assertThat(task.disowns(one.and("z", Tensor.of(new int[1], 1))))
        .hasValue("given are [y, z], known are [y]");
  }
}
