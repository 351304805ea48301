package dev.endolith.serving.http;

import java.util.Map;

/** A request that cannot be answered: a status and what to tell the caller. */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Map<String, String> headers;

  Problem(int status, String message) {
    this(status, message, Map.of());
  }

  Problem(int status, String message, Map<String, String> headers) {
    super(message, null, false, false); // thrown often by bad clients: no stack trace
    this.status = status;
    this.headers = headers;
  }

  static Problem bad(String message) {
    return new Problem(400, message);
  }

  /** A text of the client's own, short and printable enough to be shown back to it. */
  static String shown(String text) {
    StringBuilder out = new StringBuilder("'");
    text.codePoints()
        .limit(64)
        .forEach(c -> out.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return out.append(text.codePointCount(0, text.length()) > 64 ? "...'" : "'").toString();
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }
}
