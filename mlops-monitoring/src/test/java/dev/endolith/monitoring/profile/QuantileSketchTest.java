package dev.endolith.monitoring.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.error.DataException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class QuantileSketchTest {
  private static final int RANKS = 100;

  @Test
  void quantile_fewerThanItsSize_isExact() {
    QuantileSketch sketch = QuantileSketch.create(1);
    for (int i = 1_000; i >= 1; i--) {
      sketch.update(i);
    }

    assertThat(sketch.rankError(0.99)).isZero();
    assertThat(sketch.quantile(0.5)).isEqualTo(500);
    assertThat(sketch.quantile(0)).isEqualTo(1);
    assertThat(sketch.quantile(1)).isEqualTo(1_000);
    assertThat(sketch.rank(250)).isEqualTo(0.25);
  }

  @Test
  void rank_anyOrder_staysWithinTheStatedBound() {
    int misses = 0;
    double worst = 0;
    for (int run = 0; run < 30; run++) {
      double[] values = values(100_000, run % 3, run);
      QuantileSketch sketch = QuantileSketch.create(256, run);
      for (double value : values) {
        sketch.update(value);
      }
      double off = worstRank(sketch, values);
      worst = Math.max(worst, off);
      misses += off > sketch.rankError(1 - 0.01 / RANKS) ? 1 : 0;
    }

    // at 99 % for all ranks at once, four of thirty would come with a probability below 1e-3
    assertThat(misses).isLessThan(4);
    // and the bound is not idle: it is what the paper has for this size, to a factor
    assertThat(worst).isBetween(0.002, 0.025);
  }

  @Test
  void rank_manySeeds_isUnbiasedAndVariesAsStated() {
    double[] values = values(50_000, 0, 7);
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double truth = 0.37;
    double at = sorted[(int) (truth * sorted.length) - 1];
    int runs = 200;
    double sum = 0;
    double squares = 0;
    double stated = 0;
    for (int seed = 0; seed < runs; seed++) {
      QuantileSketch sketch = QuantileSketch.create(128, seed);
      for (double value : values) {
        sketch.update(value);
      }
      double off = sketch.rank(at) - truth;
      sum += off;
      squares += off * off;
      stated = sketch.rankDeviation();
    }
    double deviation = Math.sqrt(squares / runs);

    // a mean of 200 lies within four of its standard errors but for one time in 16 000
    assertThat(sum / runs).isCloseTo(0, within(4 * deviation / Math.sqrt(runs)));
    assertThat(deviation).isBetween(stated / 10, stated);
  }

  @Test
  void merge_ofParts_staysWithinTheStatedBound() {
    int misses = 0;
    for (int run = 0; run < 30; run++) {
      double[] values = values(60_000, run % 3, 100L + run);
      QuantileSketch all = QuantileSketch.create(256, run);
      for (int part = 0; part < 12; part++) {
        QuantileSketch sketch = QuantileSketch.create(256, 1_000L * run + part);
        for (int i = part * 5_000; i < (part + 1) * 5_000; i++) {
          sketch.update(values[i]);
        }
        all.merge(QuantileSketch.read(sketch.toBytes()));
      }
      assertThat(all.count()).isEqualTo(values.length);
      misses += worstRank(all, values) > all.rankError(1 - 0.01 / RANKS) ? 1 : 0;
    }

    assertThat(misses).isLessThan(4);
  }

  @Test
  void update_weighted_isAsOftenOneByOne() {
    QuantileSketch sketch = QuantileSketch.create(256, 1);
    for (int i = 0; i < 100; i++) {
      sketch.update(i, 1_000 + i);
    }

    assertThat(sketch.count()).isEqualTo(100 * 1_000 + 4_950);
    double bound = sketch.rankError(0.9999);
    assertThat(bound).isLessThan(0.05);
    long upTo = 0;
    for (int i = 0; i < 100; i++) {
      upTo += 1_000 + i;
      assertThat(sketch.rank(i)).isCloseTo((double) upTo / sketch.count(), within(bound + 1e-12));
    }
  }

  @Test
  void toBytes_readBack_goesOnTheSame() {
    double[] values = values(30_000, 0, 3);
    QuantileSketch straight = QuantileSketch.create(64, 5);
    QuantileSketch stopped = QuantileSketch.create(64, 5);
    for (int i = 0; i < values.length; i++) {
      straight.update(values[i]);
      stopped.update(values[i]);
      if (i % 7_777 == 0) {
        stopped = QuantileSketch.read(stopped.toBytes());
      }
    }

    assertThat(stopped.toBytes()).isEqualTo(straight.toBytes());
    assertThat(stopped.rankError(0.99)).isEqualTo(straight.rankError(0.99));
  }

  @Test
  void memory_aMillionNumbers_isWhatIsStated() {
    QuantileSketch sketch = QuantileSketch.create(1);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1_000_000; i++) {
      sketch.update(random.nextDouble());
    }

    assertThat(sketch.memory()).isLessThanOrEqualTo(8L * 4 * QuantileSketch.DEFAULT_SIZE);
    assertThat(sketch.toBytes().length).isLessThan(8 * 4 * QuantileSketch.DEFAULT_SIZE);
    assertThat(sketch.rankError(0.99)).isLessThan(0.002);
  }

  @Test
  void extremes_infiniteAndConstant_areDefined() {
    QuantileSketch empty = QuantileSketch.create(1);
    assertThat(empty.quantile(0.5)).isNaN();
    assertThat(empty.rank(0)).isNaN();
    assertThat(empty.rankError(0.99)).isZero();

    QuantileSketch sketch = QuantileSketch.create(64, 1);
    for (int i = 0; i < 10_000; i++) {
      sketch.update(i % 10 == 0 ? Double.POSITIVE_INFINITY : -0.0);
    }
    assertThat(sketch.min()).isEqualTo(0.0);
    assertThat(sketch.quantile(0.5)).isEqualTo(0.0);
    assertThat(sketch.max()).isInfinite();
    assertThatThrownBy(() -> sketch.update(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN");
  }

  @Test
  void read_brokenBytes_isRefused() {
    QuantileSketch sketch = QuantileSketch.create(64, 1);
    for (int i = 0; i < 500; i++) {
      sketch.update(i);
    }
    byte[] bytes = sketch.toBytes();
    SplittableRandom random = new SplittableRandom(2);
    for (int run = 0; run < 2_000; run++) {
      byte[] broken = Arrays.copyOf(bytes, random.nextInt(bytes.length + 5));
      if (broken.length > 0) {
        broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        assertThat(QuantileSketch.read(broken).count()).isNotNegative();
      } catch (DataException e) {
        assertThat(e).hasMessageContaining("quantile sketch");
      }
    }
  }

  private static double worstRank(QuantileSketch sketch, double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double worst = 0;
    for (int i = 1; i <= RANKS; i++) {
      int position = (int) ((long) i * (sorted.length - 1) / (RANKS + 1));
      int last = position;
      while (last + 1 < sorted.length && sorted[last + 1] == sorted[position]) {
        last++;
      }
      double truth = (last + 1.0) / sorted.length;
      worst = Math.max(worst, Math.abs(sketch.rank(sorted[position]) - truth));
    }
    return worst;
  }

  /** Heavy-tailed, ascending, or with ties. */
  private static double[] values(int size, int shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      double u = random.nextDouble();
      values[i] = shape == 0 ? 1 / u : shape == 1 ? i : Math.floor(100 * u * u);
    }
    return values;
  }
}
