package dev.endolith.monitoring;

import dev.endolith.monitoring.drift.Drift;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a window was judged, kept with its counts: whoever shows the window later judges it by this,
 * so that a report says what the alert said, also after the monitor was set up otherwise.
 *
 * @param alpha the level of the whole window
 * @param minimumEffect the least effect
 * @param ignored columns that were left out of the question
 * @param complete whether all of the window was seen
 * @param comparable whether there was something to compare the whole window with
 */
record JudgedBy(
    double alpha, double minimumEffect, Set<String> ignored, boolean complete, boolean comparable) {
  /** Of a state that does not say: one written before it was kept. */
  static final JudgedBy DEFAULTS = new JudgedBy(0.01, 0.1, Set.of(), true, true);

  JudgedBy {
    Drift unused = Drift.builder().alpha(alpha).minimumEffect(minimumEffect).build(); // checks both
    ignored = new TreeSet<>(ignored); // written in the order of names
  }

  JudgedBy of(boolean complete, boolean comparable) {
    return new JudgedBy(alpha, minimumEffect, ignored, complete, comparable);
  }

  /** All columns with figures, whatever is left out or withheld. */
  DriftReport figures(
      ReferenceProfile reference, @Nullable WindowProfile before, WindowProfile window) {
    return compared(comparison(1, Set.of()), reference, before, window);
  }

  /** What is decided of the whole window. */
  DriftReport decided(
      ReferenceProfile reference, @Nullable WindowProfile before, WindowProfile window) {
    DriftReport asked = seen(compared(comparison(1, ignored), reference, before, window));
    return comparable ? asked : asked.withheld("there are too few earlier windows to compare with");
  }

  /** A segment, one of so many that share the level of the whole window (Bonferroni). */
  DriftReport segment(ReferenceProfile reference, WindowProfile window, int segments) {
    return seen(comparison(Math.max(1, segments), ignored).judge(reference, window));
  }

  private static DriftReport compared(
      Drift comparison,
      ReferenceProfile reference,
      @Nullable WindowProfile before,
      WindowProfile window) {
    return before == null
        ? comparison.judge(reference, window)
        : comparison.between(before, window);
  }

  private DriftReport seen(DriftReport asked) {
    return complete ? asked : asked.withheld("the window is incomplete");
  }

  private Drift comparison(int parts, Set<String> without) {
    return Drift.builder()
        .alpha(alpha / parts)
        .minimumEffect(minimumEffect)
        .ignore(without)
        .build();
  }
}
