package dev.endolith.registry.signing;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Textual encodings of keys (RFC 7468). */
final class Pem {
  private static final int COLUMNS = 64;
  private static final int MAX_CHARS = 64 * 1024;

  private Pem() {}

  static String write(String label, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(COLUMNS, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN "
        + label
        + "-----\n"
        + lines.encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  static byte[] read(String label, String text) throws MalformedException {
    String begin = "-----BEGIN " + label + "-----";
    String end = "-----END " + label + "-----";
    int start = text.indexOf(begin);
    int stop = text.indexOf(end, Math.max(start, 0) + begin.length()); // they may share hyphens
    if (text.length() > MAX_CHARS || start < 0 || stop < 0) {
      throw new MalformedException("the text has no '" + begin + "'");
    }
    String body = text.substring(start + begin.length(), stop);
    return CanonicalBase64.decode("the key", body.replace("\r", "").replace("\n", ""));
  }
}
