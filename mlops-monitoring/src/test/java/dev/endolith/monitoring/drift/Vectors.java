package dev.endolith.monitoring.drift;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/** Reads the reference vectors and makes the samples that they were computed on. */
final class Vectors {
  private Vectors() {}

  static List<List<String>> rows(String file) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Vectors.class.getResourceAsStream(file)),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> List.of(line.split("\t", -1)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static long[] longs(String cell) {
    return Arrays.stream(cell.split(",", -1)).mapToLong(Long::parseLong).toArray();
  }

  static double[] doubles(String cell) {
    return Arrays.stream(cell.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  static double number(String cell) {
    return Double.parseDouble(cell);
  }

  static double[] normal(SplittableRandom random, int n, double mean, double sd) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = mean + sd * random.nextGaussian();
    }
    return values;
  }

  /** The reference and the current sample of a pair whose vectors were computed elsewhere. */
  static double[][] pair(String name) {
    return switch (name) {
      case "P01_n8_8" -> samples(n(201, 8, 0, 1), n(202, 8, 1, 1));
      case "P02_n10_15" -> samples(n(203, 10, 0, 1), n(204, 15, 0.5, 2));
      case "P04_n50_70_shift" -> samples(n(207, 50, 0, 1), n(208, 70, 0.5, 1));
      case "P05_ties_200" -> samples(tenths(n(209, 200, 0, 1)), tenths(n(210, 200, 0.2, 1)));
      case "P07_heavy_1000" -> samples(heavy(213, 1000, 0), heavy(214, 1000, 0.3));
      case "P08_const_equal_30" -> samples(constant(30, 5), constant(30, 5));
      case "P10_disjoint_40_60" -> samples(uniform(215, 40, 0, 1), uniform(216, 60, 10, 11));
      case "P11_unequal_20000_25" -> samples(n(217, 20000, 0, 1), n(218, 25, 0.4, 1));
      case "P12_same_20000" -> samples(n(219, 20000, 0, 1), n(220, 20000, 0, 1));
      case "P14_variance_2000_3000" -> samples(n(223, 2000, 0, 1), n(224, 3000, 0, 1.3));
      case "P15_bimodal_5000" -> samples(mixture(225, 5000), n(226, 5000, 0, 2));
      case "P17_identical_100" -> samples(n(229, 100, 0, 1), n(229, 100, 0, 1));
      case "P18_outlier_1e9" -> {
        double[] current = Arrays.copyOf(n(231, 99, 0, 1), 100);
        current[99] = 1e9;
        yield samples(n(230, 100, 0, 1), current);
      }
      case "P20_n2_3" -> samples(new double[] {1, 2}, new double[] {1.5, 2.5, 3.5});
      case "P21_binary_300_250" -> samples(discrete(234, 300, 0.7, 1), discrete(235, 250, 0.6, 1));
      case "P23_few_distinct_5000" ->
          samples(discrete(238, 5000, 0.2, 0.5, 0.9, 1), discrete(239, 5000, 0.21, 0.5, 0.88, 1));
      default -> throw new IllegalArgumentException("unknown pair " + name);
    };
  }

  private static double[][] samples(double[] reference, double[] current) {
    return new double[][] {reference, current};
  }

  /** The generator of the vectors, as in {@code StreamGenerator} of the stream tests. */
  private static final class Generator {
    private long state;

    Generator(long seed) {
      state = seed;
    }

    double uniform() {
      state = state * 6364136223846793005L + 1442695040888963407L;
      return (state >>> 11) * 0x1p-53;
    }

    double normal() {
      double sum = 0;
      for (int k = 0; k < 12; k++) {
        sum += uniform();
      }
      return sum - 6;
    }
  }

  static double[] n(long seed, int size, double mean, double sd) {
    Generator random = new Generator(seed);
    double[] values = new double[size];
    Arrays.setAll(values, i -> mean + sd * random.normal());
    return values;
  }

  /** Rows whose first two columns are correlated by ρ, by one generator for all parts. */
  static double[][][] correlated(long seed, int[] sizes, double[] rhos) {
    Generator random = new Generator(seed);
    double[][][] parts = new double[sizes.length][][];
    for (int part = 0; part < sizes.length; part++) {
      double rho = rhos[part];
      parts[part] = new double[sizes[part]][];
      for (int i = 0; i < sizes[part]; i++) {
        double a = random.normal();
        double b = random.normal();
        double c = random.normal();
        double d = random.normal();
        parts[part][i] =
            new double[] {a, rho * a + Math.sqrt(1 - rho * rho) * b, 0.5 * a + c, d + 0.2 * c};
      }
    }
    return parts;
  }

  private static double[] uniform(long seed, int size, double low, double high) {
    Generator random = new Generator(seed);
    double[] values = new double[size];
    Arrays.setAll(values, i -> low + (high - low) * random.uniform());
    return values;
  }

  private static double[] heavy(long seed, int size, double shift) {
    Generator random = new Generator(seed);
    double[] values = new double[size];
    Arrays.setAll(
        values,
        i -> {
          double u = random.uniform();
          return shift + (u - 0.5) / (u * (1.0 - u) + 1e-6);
        });
    return values;
  }

  private static double[] mixture(long seed, int size) {
    Generator random = new Generator(seed);
    double[] values = new double[size];
    Arrays.setAll(
        values,
        i -> {
          double mean = random.uniform() < 0.5 ? -2.0 : 2.0;
          return mean + 0.5 * random.normal();
        });
    return values;
  }

  private static double[] discrete(long seed, int size, double... cumulative) {
    Generator random = new Generator(seed);
    double[] values = new double[size];
    Arrays.setAll(
        values,
        i -> {
          double u = random.uniform();
          int k = 0;
          while (k < cumulative.length - 1 && u >= cumulative[k]) {
            k++;
          }
          return k;
        });
    return values;
  }

  private static double[] constant(int size, double value) {
    double[] values = new double[size];
    Arrays.fill(values, value);
    return values;
  }

  private static double[] tenths(double[] values) {
    return Arrays.stream(values).map(v -> Math.floor(v * 10.0) / 10.0).toArray();
  }
}
