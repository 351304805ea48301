package dev.endolith.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 digest: the address of content.
 *
 * @param hex 64 lower-case hex digits
 */
public record Digest(String hex) {
  private static final int DIGITS = 64;

  /**
   * Checks the form.
   *
   * @param hex 64 lower-case hex digits
   * @throws IllegalArgumentException if {@code hex} is not 64 lower-case hex digits
   */
  public Digest {
    if (!isDigest(hex)) {
      throw new IllegalArgumentException(
          "a digest is 64 lower-case hex digits, was " + hex.length() + " characters");
    }
  }

  private static boolean isDigest(String hex) {
    for (int i = 0; i < hex.length(); i++) {
      char c = hex.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
    }
    return hex.length() == DIGITS;
  }

  /**
   * Returns the digest of bytes.
   *
   * @param content the bytes
   * @return their SHA-256
   */
  public static Digest of(byte[] content) {
    return of0(sha256().digest(content));
  }

  /**
   * Returns the digest of a text's UTF-8 bytes.
   *
   * @param content the text
   * @return its SHA-256
   */
  public static Digest ofText(String content) {
    return of0(sha256().digest(content.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Finishes a message digest.
   *
   * @param sha256 a SHA-256 that has seen all content; it is reset
   * @return the digest
   */
  public static Digest finish(MessageDigest sha256) {
    return of0(sha256.digest());
  }

  /**
   * Returns a fresh SHA-256.
   *
   * @return the message digest
   */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * The first twelve digits, for people.
   *
   * @return an abbreviation that is not an identity
   */
  public String abbreviated() {
    return hex.substring(0, 12);
  }

  @Override
  public String toString() {
    return "sha256:" + hex;
  }

  private static Digest of0(byte[] sha256) {
    return new Digest(HexFormat.of().formatHex(sha256));
  }
}
