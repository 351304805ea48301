package dev.endolith.data;

/** How much harm a field's value can do outside the process. */
public enum Sensitivity {
  /** None worth a rule. */
  PUBLIC,
  /** Belongs to a person; leaves the process only as a field policy says. */
  PERSONAL,
  /** A special category of personal data; leaves the process only as a field policy says. */
  SENSITIVE
}
