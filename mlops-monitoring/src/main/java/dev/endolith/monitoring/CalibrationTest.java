package dev.endolith.monitoring;

import dev.endolith.monitoring.profile.ErrorProfile;
import java.util.Arrays;

/*
 * Tests, after every label, whether the scores promise what comes: the mean of truth − score must
 * not leave the limits of the rows held out by more than a tolerance, either way. A model can err as
 * often as ever and yet promise ten where two come, when the share of the label has changed and
 * nothing that the model is asked has.
 *
 * Residuals in [-1, 1] are mapped to [0, 1], and each way is a test of level at α = 1/1 000; their
 * argument holds for any dependence between the two, so a false alarm has probability at most 1/500.
 */
final class CalibrationTest {
  private final ErrorProfile heldOut;
  private final LevelTest more;
  private final LevelTest less;
  private double sum;
  private double labels;

  /** Goes on from a state that {@link #state()} answered, or begins where it is of another size. */
  CalibrationTest(ErrorProfile heldOut, double tolerance, double[] state) {
    this.heldOut = heldOut;
    int size = LevelTest.size();
    boolean known = state.length == 2 * size + 2;
    double[] from = known ? state : new double[2 * size + 2];
    // a bound of NaN, where residuals are not defined, tests nothing
    double limit = LevelTest.Z * heldOut.biasError() + tolerance;
    this.more = new LevelTest((1 + heldOut.bias() + limit) / 2, Arrays.copyOf(from, size));
    this.less =
        new LevelTest((1 - heldOut.bias() + limit) / 2, Arrays.copyOfRange(from, size, 2 * size));
    this.sum = from[2 * size];
    this.labels = from[2 * size + 1];
  }

  /** Whether the residuals so far show a bias beyond the limits. */
  boolean update(double residual) {
    if (Double.isNaN(residual)) {
      return false;
    }
    sum += residual;
    labels++;
    boolean up = more.update((1 + residual) / 2);
    boolean down = less.update((1 - residual) / 2);
    return up || down;
  }

  /** The numbers behind an alarm. */
  String evidence() {
    return String.format(
        java.util.Locale.ROOT,
        "truth less score is %+.3f on the mean of its last %.0f labels, %+.3f on the rows held out",
        sum / labels,
        labels,
        heldOut.bias());
  }

  void restart() {
    more.restart();
    less.restart();
    sum = 0;
    labels = 0;
  }

  double[] state() {
    int size = LevelTest.size();
    double[] state = Arrays.copyOf(more.state(), 2 * size + 2);
    System.arraycopy(less.state(), 0, state, size, size);
    state[2 * size] = sum;
    state[2 * size + 1] = labels;
    return state;
  }
}
