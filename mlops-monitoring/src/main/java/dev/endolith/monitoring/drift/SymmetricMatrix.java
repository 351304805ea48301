package dev.endolith.monitoring.drift;

/** Eigenvalues and vectors of a small symmetric matrix by Jacobi's rotations (1846). */
final class SymmetricMatrix {
  private SymmetricMatrix() {}

  /** Eigenvalues, and the eigenvectors as columns. */
  static final class Decomposed {
    private final double[] values;
    private final double[][] vectors;

    Decomposed(double[] values, double[][] vectors) {
      this.values = values;
      this.vectors = vectors;
    }

    double value(int k) {
      return values[k];
    }

    /** The length of a vector along eigenvector k. */
    double along(int k, double[] v) {
      double sum = 0;
      for (int i = 0; i < v.length; i++) {
        sum += vectors[i][k] * v[i];
      }
      return sum;
    }

    /** How many eigenvalues are not rounding: the tolerance is 1e-13 times the greatest. */
    int rank() {
      int rank = 0;
      for (double value : values) {
        rank += Math.abs(value) > tolerance() ? 1 : 0;
      }
      return rank;
    }

    private double tolerance() {
      double greatest = 0;
      for (double value : values) {
        greatest = Math.max(greatest, Math.abs(value));
      }
      // Sums of many products carry some hundred times the rounding of one.
      return greatest * 1e-13;
    }

    /** vᵀ·A⁺·v with the pseudo-inverse A⁺. */
    double inverseForm(double[] v) {
      double sum = 0;
      for (int k = 0; k < values.length; k++) {
        if (Math.abs(values[k]) > tolerance()) {
          double along = 0;
          for (int i = 0; i < v.length; i++) {
            along += vectors[i][k] * v[i];
          }
          sum += along * along / values[k];
        }
      }
      return sum;
    }
  }

  static Decomposed decompose(double[][] matrix) {
    int size = matrix.length;
    double[][] a = new double[size][];
    double[][] vectors = new double[size][size];
    for (int i = 0; i < size; i++) {
      a[i] = matrix[i].clone();
      vectors[i][i] = 1;
    }
    for (int sweep = 0; sweep < 60; sweep++) {
      boolean rotated = false;
      for (int p = 0; p < size; p++) {
        for (int q = p + 1; q < size; q++) {
          double scale = Math.sqrt(Math.abs(a[p][p] * a[q][q]));
          if (Math.abs(a[p][q]) > 1e-18 * scale && a[p][q] != 0) {
            rotate(a, vectors, p, q);
            rotated = true;
          }
        }
      }
      if (!rotated) {
        break;
      }
    }
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      values[i] = a[i][i];
    }
    return new Decomposed(values, vectors);
  }

  private static void rotate(double[][] a, double[][] vectors, int p, int q) {
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    double between = a[p][q];
    for (int k = 0; k < a.length; k++) {
      double kp = a[k][p];
      double kq = a[k][q];
      a[k][p] = c * kp - s * kq;
      a[k][q] = s * kp + c * kq;
    }
    for (int k = 0; k < a.length; k++) {
      double pk = a[p][k];
      double qk = a[q][k];
      a[p][k] = c * pk - s * qk;
      a[q][k] = s * pk + c * qk;
      double vp = vectors[k][p];
      double vq = vectors[k][q];
      vectors[k][p] = c * vp - s * vq;
      vectors[k][q] = s * vp + c * vq;
    }
    if (Math.abs(between) < 1e-300) {
      a[p][q] = 0;
      a[q][p] = 0;
    }
  }
}
