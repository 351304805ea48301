package dev.endolith.serving.http;

/**
 * What a request may ask for at most. Checked before memory is taken. Immutable.
 *
 * @param bodyBytes bytes of a body, after decompression
 * @param tensorElements elements of one tensor
 * @param rows rows of one request
 * @param tensors input tensors of one request
 * @param jsonDepth levels of nesting in JSON
 */
public record InferenceLimits(
    int bodyBytes, int tensorElements, int rows, int tensors, int jsonDepth) {
  /** 16 MiB, a million elements, 10 000 rows, 1 024 tensors and 32 levels. */
  public static final InferenceLimits STANDARD =
      new InferenceLimits(16 << 20, 1_000_000, 10_000, 1_024, 32);

  /** More is never needed: a tensor is at level 4 and has at most so many dimensions. */
  private static final int MOST_DEPTH = 1_000;

  /**
   * Checks the limits.
   *
   * @param bodyBytes bytes of a body, after decompression
   * @param tensorElements elements of one tensor
   * @param rows rows of one request
   * @param tensors input tensors of one request
   * @param jsonDepth levels of nesting in JSON
   * @throws IllegalArgumentException if one is not positive, or {@code jsonDepth} is above 1 000
   */
  public InferenceLimits {
    if (bodyBytes < 1 || tensorElements < 1 || rows < 1 || tensors < 1 || jsonDepth < 1) {
      throw new IllegalArgumentException(
          "limits are positive, were "
              + bodyBytes
              + " bytes, "
              + tensorElements
              + " elements, "
              + rows
              + " rows, "
              + tensors
              + " tensors, "
              + jsonDepth
              + " levels");
    }
    if (jsonDepth > MOST_DEPTH) {
      throw new IllegalArgumentException(
          "jsonDepth must be at most " + MOST_DEPTH + ", was " + jsonDepth);
    }
  }

  /**
   * The same limits with another size of body.
   *
   * @param bytes bytes of a body
   * @return the limits
   */
  public InferenceLimits withBodyBytes(int bytes) {
    return new InferenceLimits(bytes, tensorElements, rows, tensors, jsonDepth);
  }

  /**
   * The same limits with another number of rows.
   *
   * @param most rows of one request
   * @return the limits
   */
  public InferenceLimits withRows(int most) {
    return new InferenceLimits(bodyBytes, tensorElements, most, tensors, jsonDepth);
  }
}
