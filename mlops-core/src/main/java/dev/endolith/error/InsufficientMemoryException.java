package dev.endolith.error;

/** A piece of work was not begun because it needs more memory than there is. */
public final class InsufficientMemoryException extends EndolithException {
  private static final long serialVersionUID = 1L;

  /** How much it needs, estimated. */
  private final long neededBytes;

  /** How much there is. */
  private final long availableBytes;

  /**
   * Creates the fault.
   *
   * @param neededBytes how much it needs, estimated
   * @param availableBytes how much there is
   * @param message what happened, with which values, and the way out
   */
  public InsufficientMemoryException(long neededBytes, long availableBytes, String message) {
    super(message, true, null);
    this.neededBytes = neededBytes;
    this.availableBytes = availableBytes;
  }

  /**
   * Returns how much it needs, estimated.
   *
   * @return how much it needs, in bytes
   */
  public long neededBytes() {
    return neededBytes;
  }

  /**
   * Returns how much there is.
   *
   * @return how much there is, in bytes
   */
  public long availableBytes() {
    return availableBytes;
  }
}
