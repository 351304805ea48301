package dev.endolith.monitoring.stream;

/** What a {@link ChangeDetector} answers to one value. */
public enum Signal {
  /** No evidence of a change. */
  STABLE,
  /** Evidence that is weaker than the detector asks for; not every detector gives it. */
  WARNING,
  /** The detector holds that the distribution has changed. */
  DRIFT
}
