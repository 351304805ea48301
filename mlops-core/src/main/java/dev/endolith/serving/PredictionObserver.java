package dev.endolith.serving;

/**
 * Is told of every call of a deployment, on the caller's thread: be quick, and do not wait. An
 * observer that fails is logged once, with its class, and breaks nothing. Thread-safe.
 */
public interface PredictionObserver {
  /** How long a call took was not measured. */
  long NOT_TIMED = -1;

  /**
   * Whether every call is to be timed, which costs two readings of the clock, some forty
   * nanoseconds; one call of sixteen is otherwise. Asked once, when the observer is attached.
   *
   * @return false unless it is overridden
   */
  default boolean timesEveryCall() {
    return false;
  }

  /**
   * A call was answered.
   *
   * @param served the answer
   * @param nanos how long it took, or {@link #NOT_TIMED}
   */
  void answered(Served<?> served, long nanos);

  /**
   * A call failed.
   *
   * @param failure why
   */
  void failed(RuntimeException failure);
}
