package dev.endolith.data;

import java.util.HexFormat;

/**
 * A time-ordered identifier: a UUID of version 7 (RFC 9562), shown as 32 hex digits.
 *
 * @param high the first 64 bits: 48 bits of milliseconds since 1970, the version, a counter
 * @param low the last 64 bits: the variant and randomness
 */
public record Id(long high, long low) implements Comparable<Id> {
  /**
   * Reads 32 hex digits.
   *
   * @param hex the digits
   * @return the id
   * @throws IllegalArgumentException if there are not 32 lower-case hex digits
   */
  public static Id parse(String hex) {
    if (hex.length() != 32) {
      throw new IllegalArgumentException(
          "an id is 32 hex digits, was " + hex.length() + " characters");
    }
    return new Id(
        HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
  }

  @Override
  public int compareTo(Id other) {
    int first = Long.compareUnsigned(high, other.high);
    return first != 0 ? first : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(low);
  }
}
