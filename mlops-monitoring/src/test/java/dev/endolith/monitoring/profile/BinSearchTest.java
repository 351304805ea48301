package dev.endolith.monitoring.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinSearchTest {
  private static final int ROUNDS = 500;

  /**
   * Numbers of few or many values, evenly spread or not, so that columns have bins and point masses
   * of all sizes, and cuts that stand side by side or at the ends of what a double holds.
   */
  private static ReferenceColumn column(String name, SplittableRandom random) {
    int different = 1 << random.nextInt(12);
    double power = List.of(1.0, 1.0, 3.0, 40.0, 200.0).get(random.nextInt(5));
    double scale = List.of(1.0, 1e-300, 1e300, Double.POSITIVE_INFINITY).get(random.nextInt(4));
    double[] values = new double[2_000];
    Arrays.setAll(
        values,
        i -> {
          double value = random.nextInt(different) - different / 3.0;
          double stretched = power == 1 ? value : Math.pow(Math.abs(value), power) * value;
          return scale == 1 || stretched == 0 ? stretched : stretched * scale;
        });
    return ReferenceColumn.ofNumbers(name, Role.FEATURE, values, 256);
  }

  /** Often near a cut, where a mistake would show. */
  private static double value(
      BinSearch search, List<ReferenceColumn> columns, int lane, SplittableRandom random) {
    if (search.column(lane) != BinSearch.NONE && random.nextInt(3) == 0) {
      double[] edges = columns.get(search.column(lane)).edges();
      if (edges.length > 0) {
        double edge = edges[random.nextInt(edges.length)];
        return switch (random.nextInt(3)) {
          case 0 -> Math.nextUp(edge);
          case 1 -> Math.nextDown(edge);
          default -> edge;
        };
      }
    }
    return value(random);
  }

  private static double value(SplittableRandom random) {
    return switch (random.nextInt(8)) {
      case 0 -> Double.POSITIVE_INFINITY;
      case 1 -> Double.NEGATIVE_INFINITY;
      case 2 -> -0.0;
      case 3 -> Math.nextUp(random.nextInt(100) - 30.0);
      case 4 -> Math.nextDown(random.nextInt(100) - 30.0);
      case 5 -> random.nextInt(4_000) - 1_300.0;
      default -> random.nextInt(100) - 30 + random.nextInt(3) / 3.0;
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 5, 8, 21})
  void find_anyValuesOfAnyColumns_areTheBinsOfTheColumns(int numbers) {
    SplittableRandom random = new SplittableRandom(numbers);
    List<ReferenceColumn> columns = new ArrayList<>();
    for (int i = 0; i < numbers; i++) {
      columns.add(column("x" + i, random));
    }
    // not a feature: it does not come from the row, and must not be searched
    columns.add(
        numbers / 2, ReferenceColumn.ofNumbers("(score)", Role.SCORE, new double[] {1, 2, 3}, 256));
    BinSearch search = BinSearch.of(columns);
    double[] values = new double[search.lanes()];
    int[] bins = new int[search.lanes()];

    List<Integer> searched = new ArrayList<>();
    for (int lane = 0; lane < search.lanes(); lane++) {
      if (search.column(lane) != BinSearch.NONE) {
        searched.add(search.column(lane));
      }
    }
    assertThat(searched).hasSize(numbers).doesNotHaveDuplicates().doesNotContain(numbers / 2);

    for (int round = 0; round < ROUNDS; round++) {
      Arrays.setAll(values, lane -> value(search, columns, lane, random));
      search.find(values, bins);
      for (int lane = 0; lane < bins.length; lane++) {
        int column = search.column(lane);
        if (column != BinSearch.NONE) {
          assertThat(bins[lane])
              .as("seed %d: %s in column %d", numbers, values[lane], column)
              .isEqualTo(columns.get(column).bin(values[lane]));
        }
      }
    }
  }
}
