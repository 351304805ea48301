package dev.endolith.monitoring.impact;

import dev.endolith.monitoring.drift.KolmogorovSmirnov;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * A change of units that would explain a shift: undone, the shift is gone. A suggestion, not a
 * proof: a scale that grew by itself looks the same. Immutable.
 *
 * @param text what may have happened, for example {@code "multiplied by 1000"}
 * @param distance the Kolmogorov-Smirnov distance of the values as they are
 * @param undone the distance once the change is undone
 */
public record UnitChange(String text, double distance, double undone) {
  /** Smaller distances need no explanation. */
  private static final double LEAST = 0.1;

  /** The two-sample distance that chance exceeds once in a hundred times, in units of its scale. */
  private static final double CHANCE = 1.63;

  private static final int LEAST_VALUES = 20;

  private record Candidate(String text, DoubleUnaryOperator undo) {}

  private static final List<Candidate> CANDIDATES =
      List.of(
          scale("multiplied by 1000 (such as kilo to base units, seconds to milliseconds)", 1_000),
          scale("divided by 1000 (such as base units to kilo, milliseconds to seconds)", 0.001),
          scale("multiplied by 100 (such as a share to per cent, whole units to cents)", 100),
          scale("divided by 100 (such as per cent to a share, cents to whole units)", 0.01),
          scale("multiplied by 1 000 000", 1e6),
          scale("divided by 1 000 000", 1e-6),
          scale("multiplied by 60 (such as minutes to seconds)", 60),
          scale("divided by 60 (such as seconds to minutes)", 1 / 60.0),
          scale("miles given in kilometres", 1.609344),
          scale("kilometres given in miles", 1 / 1.609344),
          scale("kilograms given in pounds", 2.20462262),
          scale("pounds given in kilograms", 1 / 2.20462262),
          scale("metres given in feet", 3.2808399),
          scale("feet given in metres", 0.3048),
          scale("inches given in centimetres", 2.54),
          scale("centimetres given in inches", 1 / 2.54),
          scale("the sign turned", -1),
          new Candidate("°C given in °F", x -> (x - 32) / 1.8),
          new Candidate("°F given in °C", x -> x * 1.8 + 32),
          new Candidate("°C given in K", x -> x - 273.15),
          new Candidate("K given in °C", x -> x + 273.15),
          new Candidate("the natural logarithm taken", Math::exp),
          new Candidate("the logarithm of 1 + x taken", Math::expm1),
          new Candidate("the decimal logarithm taken", x -> Math.pow(10, x)),
          new Candidate("no logarithm taken any more (natural)", Math::log),
          new Candidate("no logarithm of 1 + x taken any more", Math::log1p),
          new Candidate("no logarithm taken any more (decimal)", Math::log10));

  private static Candidate scale(String text, double factor) {
    return new Candidate(text, x -> x / factor);
  }

  /**
   * Looks for a change of units. O(n log n) for each of some thirty candidates.
   *
   * @param reference the values as they should be; NaN is missing
   * @param current the values as they are
   * @return the change that leaves the least distance, if that is no more than chance makes (or
   *     0.05 where chance makes less) and at most a third of what there was; empty if there is
   *     none, if the distance is below 0.1, or with fewer than 20 values on a side
   */
  public static Optional<UnitChange> find(double[] reference, double[] current) {
    double[] before = present(reference);
    double[] now = present(current);
    if (Math.min(before.length, now.length) < LEAST_VALUES) {
      return Optional.empty();
    }
    // only its distance is asked; exact p-values would take a hundred times as long
    KolmogorovSmirnov test =
        KolmogorovSmirnov.builder().method(KolmogorovSmirnov.Method.ASYMPTOTIC).build();
    double distance = test.compare(before, now).statistic();
    if (!(distance >= LEAST)) {
      return Optional.empty();
    }
    double chance = CHANCE * Math.sqrt(1.0 / before.length + 1.0 / now.length);
    UnitChange best = null;
    for (Candidate candidate : CANDIDATES) {
      double[] undone = Arrays.stream(now).map(candidate.undo).toArray();
      double left = test.compare(before, undone).statistic();
      boolean complete = Arrays.stream(undone).noneMatch(Double::isNaN);
      if (complete
          && left <= Math.min(Math.max(chance, LEAST / 2), distance / 3)
          && (best == null || left < best.undone)) {
        best = new UnitChange(candidate.text, distance, left);
      }
    }
    return Optional.ofNullable(best);
  }

  private static double[] present(double[] values) {
    return Arrays.stream(values).filter(x -> !Double.isNaN(x)).toArray();
  }
}
