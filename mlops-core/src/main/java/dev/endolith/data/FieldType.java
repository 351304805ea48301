package dev.endolith.data;

/** What a field holds, and so how it becomes a feature. */
public enum FieldType {
  /** A number; NaN where it is missing. */
  NUMBER,
  /** 1 for true, 0 for false, NaN where it is missing. */
  BOOLEAN,
  /** One of a set of words. */
  CATEGORY,
  /** Free text. */
  TEXT,
  /** A day, as days since 1970-01-01. */
  DATE,
  /** An instant, as seconds since 1970-01-01T00:00:00Z. */
  TIMESTAMP;

  /**
   * Whether the field is read with {@link Features#number}.
   *
   * @return true for all but categories and texts
   */
  public boolean numeric() {
    return this != CATEGORY && this != TEXT;
  }
}
