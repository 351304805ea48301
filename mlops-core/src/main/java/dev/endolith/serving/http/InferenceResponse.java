package dev.endolith.serving.http;

import java.util.HashMap;
import java.util.Map;

/**
 * A response for the host's web stack to send.
 *
 * @param status the HTTP status
 * @param headers the headers; {@code Content-Type} among them, {@code Content-Length} not
 * @param body the body; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a body is handed on at once
public record InferenceResponse(int status, Map<String, String> headers, byte[] body) {
  /**
   * Copies the headers.
   *
   * @param status the HTTP status
   * @param headers the headers
   * @param body the body; not copied
   */
  public InferenceResponse {
    headers = Map.copyOf(headers);
  }

  InferenceResponse with(String header, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(header, value);
    return new InferenceResponse(status, more, body);
  }

  @Override
  public String toString() {
    return "InferenceResponse[" + status + ", " + body.length + " bytes]";
  }
}
