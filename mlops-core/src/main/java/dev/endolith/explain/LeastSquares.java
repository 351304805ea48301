package dev.endolith.explain;

/** Weighted least squares by its normal equations. Confined to one thread. */
final class LeastSquares {
  private final int n;
  private final double[][] matrix;

  LeastSquares(int n) {
    this.n = n;
    this.matrix = new double[n][n + 1];
  }

  void add(double[] row, double value, double weight) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        matrix[i][j] += weight * row[i] * row[j];
      }
      matrix[i][n] += weight * row[i] * value;
    }
  }

  /** The solution; {@code ridge} is added to the diagonal, so that there is one. */
  double[] solve(double ridge) {
    for (int i = 0; i < n; i++) {
      matrix[i][i] += ridge;
    }
    for (int column = 0; column < n; column++) {
      int pivot = column;
      for (int i = column + 1; i < n; i++) {
        pivot = Math.abs(matrix[i][column]) > Math.abs(matrix[pivot][column]) ? i : pivot;
      }
      double[] swapped = matrix[column];
      matrix[column] = matrix[pivot];
      matrix[pivot] = swapped;
      for (int i = 0; i < n; i++) {
        double factor = i == column ? 0 : matrix[i][column] / matrix[column][column];
        for (int j = column; factor != 0 && j <= n; j++) {
          matrix[i][j] -= factor * matrix[column][j];
        }
      }
    }
    double[] solution = new double[n];
    for (int i = 0; i < n; i++) {
      solution[i] = matrix[i][n] / matrix[i][i];
    }
    return solution;
  }
}
