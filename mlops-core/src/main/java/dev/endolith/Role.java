package dev.endolith;

/** What a process is there for, among those that open one workspace. */
public enum Role {
  /** Serves, and also trains: runs schedules and drives loops. */
  TRAIN,
  /** Only serves: leaves schedules to others. */
  SERVE
}
