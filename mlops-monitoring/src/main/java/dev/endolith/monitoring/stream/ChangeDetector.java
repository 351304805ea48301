package dev.endolith.monitoring.stream;

/**
 * Watches a stream of numbers, one at a time, for a change of its distribution.
 *
 * <p>The rules that every implementation keeps, and that {@code
 * dev.endolith.tck.ChangeDetectorContract} tests:
 *
 * <ul>
 *   <li>The answer depends on nothing but the settings and the values since the last {@link
 *       #reset()}: no clock, no unseeded chance.
 *   <li>A refused value leaves the state untouched.
 *   <li>{@link #update} allocates nothing and takes amortised constant, or logarithmic, time.
 *   <li>Memory does not grow with the length of the stream beyond a logarithm.
 *   <li>After {@link Signal#DRIFT} the detector goes on by itself; nobody needs to reset it.
 * </ul>
 *
 * <p>Detectors are mutable and not thread-safe: use each from one thread at a time, with a
 * happens-before edge where it is handed on.
 *
 * <pre>{@code
 * ChangeDetector detector = Adwin.create();
 * for (double error : errors) {
 *   if (detector.update(error) == Signal.DRIFT) {
 *     alert();
 *   }
 * }
 * }</pre>
 */
public interface ChangeDetector {
  /**
   * Takes the next value into account.
   *
   * @param value the value; the range for which a guarantee holds is stated by the implementation
   * @return the judgement after this value
   * @throws IllegalArgumentException if {@code value} is NaN or infinite, or outside a range that
   *     the implementation states; the state is then unchanged
   */
  Signal update(double value);

  /** Forgets every value; the settings stay. */
  void reset();

  /**
   * Returns the state, so that {@link #restore} continues exactly where this detector stands.
   *
   * <p>The bytes start with the format's name and version and hold the settings as well. Later
   * versions of the library read what earlier ones wrote.
   *
   * @return a fresh array
   */
  byte[] snapshot();

  /**
   * Replaces the state by a snapshot of a detector of the same kind with the same settings. Every
   * later answer is the one that the saved detector would have given.
   *
   * @param snapshot what {@link #snapshot()} returned
   * @throws IllegalArgumentException if {@code snapshot} is not a snapshot of this kind of
   *     detector, is damaged, or was taken with other settings; the state is then unchanged
   */
  void restore(byte[] snapshot);
}
