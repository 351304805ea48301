package dev.endolith.explain;

import dev.endolith.explain.Explanation.Contribution;
import dev.endolith.explain.Explanation.Method;
import dev.endolith.model.Predictor;
import java.util.ArrayList;
import java.util.List;

/** Exact contributions, from a model's arithmetic. Immutable. */
final class StructureExplainer<X> implements Explainer<X> {
  private final Structured<X> model;
  private final ModelStructure structure;
  private final List<double[]> background;
  private final boolean byPaths;
  private final double[] covers;

  private StructureExplainer(
      Structured<X> model, List<double[]> background, boolean byPaths, double[] covers) {
    this.model = model;
    this.structure = model.structure();
    this.background = background;
    this.byPaths = byPaths;
    this.covers = covers;
  }

  static <X, Y> Explainer<X> of(
      Predictor<X, Y> predictor, List<? extends X> rows, boolean byPaths) {
    if (!(predictor instanceof Structured<?> known)) {
      throw new IllegalArgumentException(
          "the model's arithmetic is not known ("
              + predictor.execution().reason()
              + "); use Explainer.permutation or Explainer.kernel");
    }
    @SuppressWarnings("unchecked") // a predictor of X is structured over X
    Structured<X> model = (Structured<X>) known;
    List<double[]> cells = new ArrayList<>();
    rows.forEach(row -> cells.add(model.cells(row)));
    if (byPaths) {
      if (!(model.structure() instanceof TreeStructure trees)) {
        throw new IllegalArgumentException("only trees have paths; use Explainer.exact");
      }
      return new StructureExplainer<>(model, cells, true, TreeShapley.covers(trees, cells));
    }
    if (cells.isEmpty()) {
      throw new IllegalArgumentException("background needs at least one row");
    }
    return new StructureExplainer<>(model, cells, false, new double[0]);
  }

  @Override
  public Explanation explain(X x, int output) {
    if (output < 0 || output >= structure.outputs()) {
      throw new IllegalArgumentException(
          "output must be in [0, " + structure.outputs() + "), was " + output);
    }
    double[] cells = model.cells(x);
    double[] values = new double[cells.length];
    double base = 0;
    Method method;
    if (structure instanceof TreeStructure trees && byPaths) {
      method = Method.TREE_PATHS;
      TreeShapley.byPaths(trees, covers, cells, output, values);
      base = TreeShapley.expected(trees, covers, output);
    } else {
      method = structure instanceof TreeStructure ? Method.TREE : Method.LINEAR;
      for (double[] row : background) {
        base += structure.score(row, output) / background.size();
        if (structure instanceof TreeStructure trees) {
          TreeShapley.against(trees, cells, row, output, values);
        } else if (structure instanceof LinearStructure linear) {
          for (int f = 0; f < values.length; f++) {
            values[f] += linear.term(f, cells[f], output) - linear.term(f, row[f], output);
          }
        }
      }
      for (int f = 0; f < values.length; f++) {
        values[f] /= background.size();
      }
    }
    List<Contribution> contributions = new ArrayList<>();
    for (int f = 0; f < values.length; f++) {
      contributions.add(new Contribution(model.fieldName(f), values[f]));
    }
    return new Explanation(
        method, structure.margin(), base, structure.score(cells, output), contributions);
  }
}
