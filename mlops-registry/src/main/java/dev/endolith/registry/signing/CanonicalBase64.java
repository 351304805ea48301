package dev.endolith.registry.signing;

import java.util.Base64;

/*
 * Base64 that has one spelling: decoders let the unused bits of the last digit and missing padding
 * pass, and then two texts mean the same bytes.
 */
final class CanonicalBase64 {
  private CanonicalBase64() {}

  static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** The standard alphabet of RFC 4648, section 4. */
  static byte[] decode(String what, String text) throws MalformedException {
    return decode(what, text, Base64.getDecoder(), Base64.getEncoder());
  }

  /** The standard or the URL-safe alphabet: DSSE wants both to be accepted. */
  static byte[] decodeEither(String what, String text) throws MalformedException {
    return text.indexOf('-') >= 0 || text.indexOf('_') >= 0
        ? decode(what, text, Base64.getUrlDecoder(), Base64.getUrlEncoder())
        : decode(what, text);
  }

  private static byte[] decode(
      String what, String text, Base64.Decoder decoder, Base64.Encoder encoder)
      throws MalformedException {
    try {
      byte[] bytes = decoder.decode(text);
      if (encoder.encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new MalformedException(what + " is not canonical base64");
  }
}
