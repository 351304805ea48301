package dev.endolith.tribuo;

/** A model that has no translation; says why. */
final class NotCompiled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotCompiled(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
