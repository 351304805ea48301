package dev.endolith.explain;

import dev.endolith.model.Predictor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * How models are explained whose versions come and go: makes an explainer of a version when it is
 * first asked for, and keeps those of the two versions that were asked last. Thread-safe; an
 * explainer is made by one thread at a time.
 *
 * <pre>{@code
 * var how = Explainers.of((Predictor<Loan, Boolean> model) -> Explainer.exact(model, approved));
 * Served<Boolean> served = deployment.predict(loan);
 * Explanation why = deployment.explain(loan, served, how);
 * }</pre>
 *
 * @param <X> what the models are asked
 * @param <Y> what they answer
 */
public final class Explainers<X, Y> {
  private static final int MOST = 2;

  private final Function<? super Predictor<X, Y>, Explainer<X>> how;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Made<X, Y>> made = new ArrayDeque<>();

  private Explainers(Function<? super Predictor<X, Y>, Explainer<X>> how) {
    this.how = how;
  }

  private record Made<X, Y>(Predictor<X, Y> model, Explainer<X> explainer) {}

  /**
   * Explains by what a function makes.
   *
   * @param how makes an explainer of a model, such as {@link Explainer#exact} with a background
   * @param <X> what the models are asked
   * @param <Y> what they answer
   * @return the explainers
   */
  public static <X, Y> Explainers<X, Y> of(Function<? super Predictor<X, Y>, Explainer<X>> how) {
    return new Explainers<>(how);
  }

  /**
   * The explainer of a model.
   *
   * @param model the model
   * @return its explainer, made if need be
   * @throws IllegalArgumentException if the function cannot explain it
   */
  public Explainer<X> explainerOf(Predictor<X, Y> model) {
    lock.lock();
    try {
      for (Made<X, Y> one : made) {
        if (same(one.model(), model)) {
          return one.explainer();
        }
      }
      Explainer<X> explainer = how.apply(model);
      made.addFirst(new Made<>(model, explainer));
      if (made.size() > MOST) {
        made.removeLast();
      }
      return explainer;
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("ReferenceEquality") // a model is one loaded copy, whatever it says it equals
  private static boolean same(Predictor<?, ?> one, Predictor<?, ?> other) {
    return one == other;
  }
}
