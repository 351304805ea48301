package dev.endolith.registry.artifact.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** An HTTP client in which the k-th request goes wrong. */
final class FaultyHttp implements SdkHttpClient {
  /** What goes wrong. */
  enum Fault {
    /** The service answers that it is busy. */
    UNAVAILABLE,
    /** The request is carried out and its answer is lost. */
    ANSWER_LOST,
    /** The connection breaks in the middle of what is sent. */
    PARTIAL,
    /** A bit of what is sent flips after its checksum was computed. */
    FLIPPED_REQUEST,
    /** A bit of what is received flips. */
    FLIPPED_ANSWER,
    /** What is received ends early. */
    CUT_ANSWER
  }

  private final SdkHttpClient http =
      UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(3)).build();
  private final AtomicLong requests = new AtomicLong();
  private volatile long faultAt;
  private volatile Fault fault = Fault.UNAVAILABLE;

  void arm(Fault next, long at) {
    fault = next;
    requests.set(0);
    faultAt = at;
  }

  /** Whether the armed fault has happened. */
  boolean disarm() {
    boolean happened = requests.get() >= faultAt;
    faultAt = 0;
    return happened;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    if (requests.incrementAndGet() != faultAt) {
      ExecutableHttpRequest prepared = http.prepareRequest(request);
      return request.httpRequest().firstMatchingHeader("If-Match").isPresent()
          ? oneAtATime(prepared)
          : prepared;
    }
    Fault now = fault;
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        return failing(now, request);
      }

      @Override
      public void abort() {
        // nothing is under way
      }
    };
  }

  /**
   * S3 compares and writes in one step. The service used here compares first and writes then, so
   * the requests that compare are sent one after the other.
   */
  private ExecutableHttpRequest oneAtATime(ExecutableHttpRequest prepared) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        synchronized (http) {
          return prepared.call();
        }
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  private HttpExecuteResponse failing(Fault now, HttpExecuteRequest request) throws IOException {
    return switch (now) {
      case UNAVAILABLE ->
          HttpExecuteResponse.builder()
              .response(SdkHttpResponse.builder().statusCode(503).build())
              .build();
      case ANSWER_LOST -> {
        http.prepareRequest(request).call().responseBody().ifPresent(FaultyHttp::drain);
        throw new IOException("the answer did not come in time");
      }
      case PARTIAL ->
          http.prepareRequest(with(request, body -> Arrays.copyOf(body, body.length / 2))).call();
      case FLIPPED_REQUEST -> http.prepareRequest(with(request, FaultyHttp::flip)).call();
      case FLIPPED_ANSWER -> damaged(request, FaultyHttp::flip);
      case CUT_ANSWER -> damaged(request, body -> Arrays.copyOf(body, body.length / 2));
    };
  }

  private HttpExecuteResponse damaged(HttpExecuteRequest request, Damage damage)
      throws IOException {
    HttpExecuteResponse answer = http.prepareRequest(request).call();
    if (request.httpRequest().method() != SdkHttpMethod.GET || answer.responseBody().isEmpty()) {
      return answer;
    }
    byte[] body = damage.apply(answer.responseBody().get().readAllBytes());
    return HttpExecuteResponse.builder()
        .response(answer.httpResponse())
        .responseBody(AbortableInputStream.create(new ByteArrayInputStream(body)))
        .build();
  }

  private static HttpExecuteRequest with(HttpExecuteRequest request, Damage damage)
      throws IOException {
    if (request.contentStreamProvider().isEmpty()) {
      return request;
    }
    try (InputStream content = request.contentStreamProvider().get().newStream()) {
      byte[] damaged = damage.apply(content.readAllBytes());
      return HttpExecuteRequest.builder()
          .request(request.httpRequest())
          .contentStreamProvider(ContentStreamProvider.fromByteArray(damaged))
          .build();
    }
  }

  private static byte[] flip(byte[] body) {
    byte[] flipped = body.clone();
    if (flipped.length > 0) {
      flipped[flipped.length / 2] ^= 1;
    }
    return flipped;
  }

  private static void drain(InputStream body) {
    try {
      body.readAllBytes();
    } catch (IOException e) {
      // the answer is lost in any case
    }
  }

  @Override
  public void close() {
    // used by several clients of a test
  }

  private interface Damage {
    byte[] apply(byte[] body) throws IOException;
  }
}
