package dev.endolith.serving;

import dev.endolith.explain.Explanation;

/**
 * Is told why answers were given. Called on a thread of the deployment's, one call at a time, but
 * for {@link #missed}, which may come from any thread and must not wait.
 *
 * @param <X> what is asked
 * @param <Y> what is answered
 */
@FunctionalInterface
public interface ExplanationListener<X, Y> {
  /**
   * An answer was explained.
   *
   * @param x what was asked
   * @param served the answer
   * @param explanation of the score of what was answered
   */
  void explained(X x, Served<Y> served, Explanation explanation);

  /**
   * An answer that was to be explained was not.
   *
   * @param served the answer
   * @param why a sentence; holds nothing of the row
   */
  default void missed(Served<Y> served, String why) {}
}
