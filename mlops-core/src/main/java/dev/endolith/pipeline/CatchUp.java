package dev.endolith.pipeline;

/** What happens with times at which nobody was there to run a schedule. */
public enum CatchUp {
  /** Each is made up for, oldest first. */
  ALL,
  /** Only the last is made up for. */
  LATEST,
  /** None is made up for: only what becomes due while somebody is there. */
  NONE
}
