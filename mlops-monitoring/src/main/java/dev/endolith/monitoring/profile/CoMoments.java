package dev.endolith.monitoring.profile;

import java.util.List;

/** Means and products of deviations of rows of numbers, one row at a time (Welford, 1962). */
final class CoMoments {
  private final int many;
  private final double[] mean;
  private final double[][] products;
  private final double[] off;
  private long rows;

  CoMoments(int many) {
    this.many = many;
    this.mean = new double[many];
    this.products = new double[many][many];
    this.off = new double[many];
  }

  /** Adds a row; one with a number that is not finite is left out. */
  void add(double[] row) {
    for (int i = 0; i < many; i++) {
      if (!Double.isFinite(row[i])) {
        return;
      }
    }
    rows++;
    double part = 1.0 / rows;
    for (int i = 0; i < many; i++) {
      off[i] = row[i] - mean[i];
      mean[i] += off[i] * part;
    }
    double shrink = 1 - part;
    for (int i = 0; i < many; i++) {
      double scaled = off[i] * shrink;
      double[] into = products[i];
      for (int j = i; j < many; j++) {
        into[j] += scaled * off[j];
      }
    }
  }

  void merge(CoMoments other) {
    if (other.rows == 0) {
      return;
    }
    double part = (double) other.rows / (rows + other.rows);
    for (int i = 0; i < many; i++) {
      for (int j = i; j < many; j++) {
        products[i][j] +=
            other.products[i][j]
                + (other.mean[i] - mean[i]) * (other.mean[j] - mean[j]) * rows * part;
      }
    }
    for (int i = 0; i < many; i++) {
      mean[i] += (other.mean[i] - mean[i]) * part;
    }
    rows += other.rows;
  }

  Correlations correlations(List<String> names) {
    return Correlations.of(names, rows, products);
  }

  void write(Varints.Writer out) {
    out.number(rows);
    for (int i = 0; i < many; i++) {
      out.real(mean[i]);
      for (int j = i; j < many; j++) {
        out.real(products[i][j]);
      }
    }
  }

  void read(Varints.Reader in) {
    rows = in.count(Long.MAX_VALUE);
    for (int i = 0; i < many; i++) {
      mean[i] = in.real();
      for (int j = i; j < many; j++) {
        products[i][j] = in.real();
      }
    }
  }
}
