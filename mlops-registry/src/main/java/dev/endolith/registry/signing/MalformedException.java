package dev.endolith.registry.signing;

/** What came from outside is not of the form it must have; never leaves this package. */
final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedException(String reason) {
    super(reason);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
