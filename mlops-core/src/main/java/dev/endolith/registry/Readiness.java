package dev.endolith.registry;

/** Whether a version that was registered can be used. */
public enum Readiness {
  /** Its gates still run; it carries no alias. */
  PENDING,
  /** It can be used. */
  READY,
  /** Its gates refused it; it stays as a record of that. */
  FAILED
}
