package dev.endolith.explain;

/** A bias and one term per field. Immutable. */
public final class LinearStructure implements ModelStructure {
  private final double[] bias;
  private final boolean margin;
  private final Terms terms;

  /** What a field adds to a score. */
  @FunctionalInterface
  public interface Terms {
    /**
     * The term of a cell.
     *
     * @param field the field's position
     * @param cell its cell
     * @param output which score
     * @return what it adds
     */
    double of(int field, double cell, int output);
  }

  /**
   * Creates a structure.
   *
   * @param bias the bias of each score; copied
   * @param margin whether a link function follows
   * @param terms the terms; thread-safe
   */
  public LinearStructure(double[] bias, boolean margin, Terms terms) {
    this.bias = bias.clone();
    this.margin = margin;
    this.terms = terms;
  }

  @Override
  public int outputs() {
    return bias.length;
  }

  @Override
  public boolean margin() {
    return margin;
  }

  /** What a field adds to a score. */
  double term(int field, double cell, int output) {
    return terms.of(field, cell, output);
  }

  @Override
  public double score(double[] cells, int output) {
    double sum = bias[output];
    for (int i = 0; i < cells.length; i++) {
      sum += terms.of(i, cells[i], output);
    }
    return sum;
  }
}
