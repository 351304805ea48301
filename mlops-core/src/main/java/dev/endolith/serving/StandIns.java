package dev.endolith.serving;

import dev.endolith.error.PredictionException;
import dev.endolith.model.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who answers when the version that was to answer does not. Thread-safe. */
final class StandIns<X, Y> {
  private final @Nullable Fallback<X, Y> rule;
  private final Doorkeeper door;
  private final Failures failures;
  private final Aftermath<X, Y> aftermath;
  private final Supplier<Routing<X, Y>> routing;
  private final BooleanSupplier closed;

  /**
   * @param routing the routing of now
   * @param closed whether the deployment is closed
   */
  StandIns(
      @Nullable Fallback<X, Y> rule,
      Doorkeeper door,
      Failures failures,
      Aftermath<X, Y> aftermath,
      Supplier<Routing<X, Y>> routing,
      BooleanSupplier closed) {
    this.rule = rule;
    this.door = door;
    this.failures = failures;
    this.aftermath = aftermath;
    this.routing = routing;
    this.closed = closed;
  }

  /** The champion for an arm that failed, the version before, the host's rule, or the failure. */
  Served<Y> instead(Asked<X, Y> asked, PredictionException first) {
    return instead(asked, asked.routing(), first);
  }

  private Served<Y> instead(Asked<X, Y> asked, Routing<X, Y> now, PredictionException first) {
    PredictionException why = first;
    List<ModelSlot<X, Y>> others = new ArrayList<>(2);
    if (now.champion().slot() != null && now.champion().slot() != asked.choice().slot()) {
      others.add(now.champion().slot());
    }
    if (now.previous() != null && now.previous() != asked.choice().slot()) {
      others.add(now.previous());
    }
    boolean retired = false;
    for (ModelSlot<X, Y> other : others) {
      if (door.late(asked.deadline())) {
        break;
      }
      int stripe = other.enter();
      if (stripe < 0) {
        retired = true;
        continue;
      }
      Breaker breaker = other.breaker();
      int permit = breaker == null ? Breaker.NORMAL : breaker.admit(door);
      boolean answered = false;
      try {
        if (permit != Breaker.REFUSED) {
          Prediction<Y> prediction = other.predictor().predict(asked.x());
          answered = true;
          return fellBack(asked, now, prediction, other.version());
        }
      } catch (RuntimeException e) {
        why = failures.failed(other, e);
        why.addSuppressed(first);
      } finally {
        other.leave(stripe);
        if (breaker != null) {
          breaker.tell(permit, !answered, door);
        }
      }
    }
    if (retired && !closed.getAsBoolean()) {
      return instead(asked, routing.get(), why); // replaced before it is retired
    }
    return byRule(asked, now, why);
  }

  /** The host's rule, or the failure. */
  Served<Y> byRule(Asked<X, Y> asked, PredictionException why) {
    return byRule(asked, asked.routing(), why);
  }

  private Served<Y> byRule(Asked<X, Y> asked, Routing<X, Y> now, PredictionException why) {
    if (rule == null || closed.getAsBoolean()) {
      throw why;
    }
    try {
      return fellBack(asked, now, rule.answer(asked.x(), why), 0);
    } catch (PredictionException e) {
      throw e; // the rule's own word, or what it was given
    } catch (RuntimeException e) {
      why.addSuppressed(e);
      throw why;
    }
  }

  private Served<Y> fellBack(
      Asked<X, Y> asked, Routing<X, Y> now, Prediction<Y> prediction, long version) {
    return aftermath.of(
        now,
        asked.choice(),
        asked.x(),
        asked.key(),
        new Served<>(prediction, asked.id(), version, 0, Route.FALLBACK, asked.findings()));
  }
}
