package dev.endolith.serving.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request as the host's web stack received it.
 *
 * @param method the verb in upper case
 * @param path the path, still percent-encoded; a query is ignored
 * @param headers the headers; names in any case; of one that came twice the first
 * @param body the body with transfer and content coding undone, empty if there is none; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a body is handed on at once
public record InferenceRequest(
    String method, String path, Map<String, String> headers, byte[] body) {
  /**
   * Copies the headers.
   *
   * @param method the verb in upper case
   * @param path the path, still percent-encoded; a query is ignored
   * @param headers the headers; names in any case
   * @param body the body, empty if there is none; not copied
   */
  public InferenceRequest {
    Map<String, String> lower = new TreeMap<>();
    headers.forEach((name, value) -> lower.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
    headers = Map.copyOf(lower);
  }

  /**
   * A header.
   *
   * @param name its name in any case
   * @return its value, empty if it was not sent
   */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /** Tells no header and no body: tokens and rows do not belong in logs. */
  @Override
  public String toString() {
    return "InferenceRequest[" + method + ", " + body.length + " bytes]";
  }
}
