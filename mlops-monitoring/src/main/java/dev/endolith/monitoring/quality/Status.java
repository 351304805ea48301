package dev.endolith.monitoring.quality;

/** What is known of an expectation. */
public enum Status {
  /** The data keeps it. */
  HELD,
  /** The data breaks it. */
  BROKEN,
  /** There was too little data, or too much for an exact answer. */
  UNDECIDED
}
