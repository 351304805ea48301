package dev.endolith.privacy;

/** What happens to a field's value before it leaves the process. */
public enum FieldPolicy {
  /** It leaves as it is. */
  KEEP,
  /** It is replaced by a missing value. */
  DROP
}
