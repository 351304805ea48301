package dev.endolith.serving.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Hands Jetty's requests to an {@link InferenceHandler}, on Jetty's threads. */
final class JettyEndpoint extends Handler.Abstract {
  private final InferenceHandler handler;
  private final RequestBody body;

  JettyEndpoint(InferenceHandler handler, int requestMillis) {
    this.handler = handler;
    this.body = new RequestBody(handler.limits().bodyBytes(), requestMillis);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    InferenceResponse answer;
    try {
      InferenceRequest head = head(request);
      Optional<InferenceResponse> refusal = handler.refuses(head);
      answer = refusal.isPresent() ? refusal.get() : handler.handle(withBody(head, request));
    } catch (Problem e) {
      answer = Answers.error(e.status(), e.headers(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      if (!(e.getCause() instanceof TimeoutException)) {
        callback.failed(e); // the client went away, or what it sent is no body
        return true;
      }
      Problem slow = RequestBody.tooSlow();
      answer = Answers.error(slow.status(), Map.of(), String.valueOf(slow.getMessage()));
    }
    write(answer, response, callback);
    return true;
  }

  private static InferenceRequest head(Request request) {
    Map<String, String> headers = new HashMap<>();
    for (HttpField header : request.getHeaders()) {
      headers.putIfAbsent(header.getName(), header.getValue());
    }
    return new InferenceRequest(
        request.getMethod(), request.getHttpURI().getPath(), headers, new byte[0]);
  }

  /** Only what is posted has a body to look at. */
  private InferenceRequest withBody(InferenceRequest head, Request request) throws IOException {
    if (!head.method().equals("POST")) {
      return head;
    }
    String coding = head.header(HttpHeader.CONTENT_ENCODING.asString()).orElse("");
    try (InputStream in = Content.Source.asInputStream(request)) {
      return new InferenceRequest(
          head.method(),
          head.path(),
          head.headers(),
          body.read(in, request.getLength(), coding.toLowerCase(Locale.ROOT)));
    }
  }

  /** In one write: two would make a client that acknowledges late wait for 40 ms. */
  static void write(InferenceResponse answer, Response response, Callback callback) {
    response.setStatus(answer.status());
    answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
    response.write(true, ByteBuffer.wrap(answer.body()), callback);
  }
}
