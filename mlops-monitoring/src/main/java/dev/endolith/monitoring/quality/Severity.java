package dev.endolith.monitoring.quality;

/** What a broken expectation means. */
public enum Severity {
  /** It is reported. */
  WARN,
  /** The rows that break it are set aside, the others go on. */
  QUARANTINE,
  /** The data is not used. */
  FAIL
}
