package dev.endolith.lifecycle;

import dev.endolith.event.Alert;

/** Decides which alerts lead to retraining. */
@FunctionalInterface
public interface RetrainPolicy {
  /**
   * Decides.
   *
   * @param alert what the monitor found
   * @return true to retrain
   */
  boolean retrain(Alert alert);

  /**
   * Retrains when the model errs more than it did. Drift alone only alerts: a changed input need
   * not make the model worse, and retraining on it need not help.
   *
   * @return the policy
   */
  static RetrainPolicy onPerformanceLoss() {
    return alert ->
        alert.kind() == Alert.Kind.PERFORMANCE && alert.severity() == Alert.Severity.ALARM;
  }

  /**
   * Retrains on every alarm, of drift as well.
   *
   * @return the policy
   */
  static RetrainPolicy onAnyAlarm() {
    return alert -> alert.severity() == Alert.Severity.ALARM;
  }

  /**
   * Never retrains by itself.
   *
   * @return the policy
   */
  static RetrainPolicy never() {
    return alert -> false;
  }
}
