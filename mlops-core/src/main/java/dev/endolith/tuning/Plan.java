package dev.endolith.tuning;

import java.util.ArrayList;
import java.util.List;

/** How many settings each rung of each bracket tries, and with how much. */
record Plan(List<List<Plan.Rung>> brackets) {
  record Rung(int settings, int resource) {}

  static Plan of(Search.Halving halving) {
    List<Rung> rungs = new ArrayList<>();
    long settings = halving.settings();
    long resource = halving.least();
    while (settings >= 1 && resource <= halving.most()) {
      rungs.add(new Rung((int) settings, (int) resource));
      settings /= halving.factor();
      resource *= halving.factor();
    }
    return new Plan(List.of(List.copyOf(rungs)));
  }

  /** With whole numbers throughout: a logarithm in floating point may lose a bracket. */
  static Plan of(Search.Hyperband hyperband) {
    long factor = hyperband.factor();
    int last = 0;
    for (long power = factor; power <= hyperband.most(); power *= factor) {
      last++;
    }
    List<List<Rung>> brackets = new ArrayList<>();
    for (int s = last; s >= 0; s--) {
      long power = 1;
      for (int i = 0; i < s; i++) {
        power *= factor;
      }
      long settings = ((last + 1) * power + s) / (s + 1); // rounded up
      List<Rung> rungs = new ArrayList<>();
      for (int i = 0; i <= s; i++) {
        rungs.add(new Rung((int) settings, (int) (hyperband.most() / power)));
        settings /= factor;
        power /= factor;
      }
      brackets.add(List.copyOf(rungs));
    }
    return new Plan(List.copyOf(brackets));
  }

  long totalResource() {
    return brackets.stream()
        .flatMap(List::stream)
        .mapToLong(rung -> (long) rung.settings() * rung.resource())
        .sum();
  }

  static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
    }
  }
}
