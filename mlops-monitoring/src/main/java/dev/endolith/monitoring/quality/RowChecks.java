package dev.endolith.monitoring.quality;

import dev.endolith.data.Features;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The rules of single rows, for use where rows come one by one and nothing is counted: at serving.
 * Immutable and thread-safe if the predicates of {@link QualityContext#withKnown} are.
 *
 * @param <X> the row
 */
public final class RowChecks<X> {
  private record One<X>(Expectation expectation, Predicate<X> broken) {}

  private final List<One<X>> checks;

  private RowChecks(List<One<X>> checks) {
    this.checks = checks;
  }

  static <X> RowChecks<X> of(
      Expectations expectations, Features<X> features, QualityContext context) {
    List<One<X>> checks = new ArrayList<>();
    for (Expectation expectation : expectations.all()) {
      if (expectation.check() instanceof RowCheck check) {
        RowTests.Bound<X> bound = RowTests.bind(check, features, context);
        if (!bound.problem().isEmpty()) {
          throw new IllegalArgumentException(
              "'" + check.text() + "' cannot be asked of these rows: " + bound.problem());
        }
        checks.add(new One<>(expectation, bound.broken()));
      }
    }
    return new RowChecks<>(List.copyOf(checks));
  }

  /**
   * What a row breaks.
   *
   * @param x the row
   * @return the expectations, in their order; mostly empty
   */
  public List<Expectation> broken(X x) {
    List<Expectation> broken = List.of();
    for (One<X> one : checks) {
      if (one.broken.test(x)) {
        broken = broken.isEmpty() ? new ArrayList<>() : broken;
        broken.add(one.expectation);
      }
    }
    return broken.isEmpty() ? broken : List.copyOf(broken);
  }
}
