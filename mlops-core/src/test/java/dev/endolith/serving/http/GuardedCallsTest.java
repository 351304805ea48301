package dev.endolith.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.Workspace;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.Deployments;
import dev.endolith.serving.Guards;
import dev.endolith.serving.ServedModel;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What guards, tokens and loading on demand mean to callers over HTTP. */
class GuardedCallsTest {
  private static final String FIRST = "first-first-first";
  private static final String SECOND = "second-second-second";

  private static String body(String parameters) {
    return "{"
        + parameters
        + "\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[1]},"
        + "{\"name\":\"secret\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"s\"]},"
        + "{\"name\":\"name\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"n\"]}]}";
  }

  private static InferenceRequest infer(String model, Map<String, String> headers, String body) {
    return new InferenceRequest(
        "POST", "/v2/models/" + model + "/infer", headers, body.getBytes(StandardCharsets.UTF_8));
  }

  private static InferenceResponse infer(InferenceHandler handler, String token, String body) {
    Map<String, String> headers = Map.of("Authorization", "Bearer " + token);
    return Exchange.send(handler, infer("served", headers, body));
  }

  private static String text(InferenceResponse response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  @Test
  void infer_beyondTheCallersRate_is429_andOtherCallersGoOn() {
    AtomicLong nanos = new AtomicLong();
    try (Workspace workspace = ServedModel.workspace()) {
      ServedModel.champion(workspace, 0.7);
      Guards oneInTenSeconds = Guards.none().ratePerCaller(0.1, 1);
      try (Deployment<?, Boolean> deployment =
          ServedModel.guarded(workspace, oneInTenSeconds, nanos::get)) {
        InferenceHandler handler =
            InferenceHandler.builder()
                .serve(deployment)
                .token(FIRST, InferenceRole.INFER)
                .token(SECOND, InferenceRole.INFER)
                .build();

        assertThat(infer(handler, FIRST, body("")).status()).isEqualTo(200);
        InferenceResponse refused = infer(handler, FIRST, body(""));
        assertThat(refused.status()).as(text(refused)).isEqualTo(429);
        assertThat(Integer.parseInt(refused.headers().get("Retry-After"))).isBetween(2, 10);
        assertThat(text(refused)).contains("refused the call").doesNotContain(FIRST);
        assertThat(infer(handler, SECOND, body("")).status()).isEqualTo(200);

        // a host that knows its callers tells them apart itself
        Map<String, String> headers = Map.of("Authorization", "Bearer " + FIRST);
        InferenceRequest request = infer("served", headers, body(""));
        assertThat(handler.handle(request, "ann").status()).isEqualTo(200);
        assertThat(handler.handle(request, "bob").status()).isEqualTo(200);
        assertThat(handler.handle(request, "ann").status()).isEqualTo(429);
        nanos.addAndGet(11_000_000_000L);
        assertThat(infer(handler, FIRST, body("")).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void infer_laterThanTheCallerWaits_is504() {
    AtomicLong nanos = new AtomicLong();
    try (Workspace workspace = ServedModel.workspace()) {
      ServedModel.champion(workspace, 0.7);
      try (Deployment<?, Boolean> deployment =
          ServedModel.guarded(
              workspace, Guards.none(), () -> nanos.addAndGet(1_000_000_000L))) { // a second a look
        InferenceHandler handler =
            InferenceHandler.builder().serve(deployment).token(FIRST, InferenceRole.INFER).build();
        String inTime = "\"parameters\":{\"within_ms\":3600000},";

        assertThat(infer(handler, FIRST, body("")).status()).isEqualTo(200);
        assertThat(infer(handler, FIRST, body(inTime)).status()).isEqualTo(200);
        InferenceResponse late = infer(handler, FIRST, body(inTime.replace("3600000", "500")));
        assertThat(late.status()).as(text(late)).isEqualTo(504);
        for (String wrong : new String[] {"0", "-1", "86400001", "1.5", "\"1\""}) {
          InferenceResponse bad = infer(handler, FIRST, body(inTime.replace("3600000", wrong)));
          assertThat(bad.status()).as(wrong).isEqualTo(400);
          assertThat(text(bad)).contains("within_ms is");
        }
      }
    }
  }

  /**
   * The client sends no byte of what it announced: were a body awaited, the answer would be 408.
   */
  @Test
  void infer_withoutToken_isRefusedBeforeTheBodyIsRead() throws Exception {
    try (InferenceServer server =
            InferenceServer.builder()
                .serve(Models.sum())
                .token(FIRST, InferenceRole.INFER)
                .start();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write(
              ("POST /v2/models/sum/infer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                      + "Content-Encoding: gzip\r\nContent-Length: 16000000\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 401");
    }
  }

  @Test
  void refuses_whatItsHeadSays_andNothingElse() {
    InferenceHandler handler =
        InferenceHandler.builder()
            .serve(Models.sum())
            .token(FIRST, InferenceRole.INFER)
            .token(SECOND, InferenceRole.ADMIN)
            .build();
    Map<String, String> bearer = Map.of("Authorization", "Bearer " + FIRST);
    String load = "/v2/repository/models/sum/load";

    assertThat(refusal(handler, "POST", "/v2/models/sum/infer", Map.of())).isEqualTo(401);
    assertThat(refusal(handler, "POST", "/v2/models/sum/infer", bearer)).isZero();
    assertThat(refusal(handler, "POST", load, bearer)).isEqualTo(403);
    assertThat(refusal(handler, "POST", load, Map.of("Authorization", "Bearer " + SECOND)))
        .isZero();
    assertThat(refusal(handler, "GET", "/v2/health/ready", Map.of())).isZero();
    assertThat(refusal(handler, "POST", "/v2/health/ready", Map.of())).isEqualTo(405);
    assertThat(refusal(handler, "POST", "/elsewhere", bearer)).isEqualTo(404);
  }

  private static int refusal(
      InferenceHandler handler, String method, String path, Map<String, String> headers) {
    return handler
        .refuses(new InferenceRequest(method, path, headers, new byte[0]))
        .map(InferenceResponse::status)
        .orElse(0);
  }

  /** Many models in a heap that holds one: what is not loaded is loaded by the call. */
  @Test
  void infer_modelsThatLoadOnDemand_allAnswerAndAreReady() {
    try (Workspace workspace = ServedModel.workspace();
        Deployments fleet = Deployments.of(workspace.models(), 1)) {
      var builder = InferenceHandler.builder();
      for (int i = 0; i < 5; i++) {
        ServedModel.champion(workspace, "m" + i, i / 10.0);
        builder.serve(ServedModel.declared(fleet, "m" + i));
      }
      InferenceHandler handler = builder.build();

      assertThat(handler.isReady()).isTrue();
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 5; i++) {
          InferenceResponse answer = Exchange.send(handler, infer("m" + i, Map.of(), body("")));
          assertThat(answer.status()).as(text(answer)).isEqualTo(200);
          assertThat(text(answer)).contains("\"data\":[" + (1 - i / 10.0) + "," + i / 10.0 + "]");
          String load = "/v2/repository/models/m" + i + "/load";
          assertThat(
                  Exchange.send(handler, new InferenceRequest("POST", load, Map.of(), new byte[0]))
                      .status())
              .isEqualTo(200);
        }
      }
      assertThat(handler.isReady()).isTrue();
      assertThat(fleet.holding().evictions()).isPositive();
      InferenceRequest versioned =
          new InferenceRequest(
              "POST",
              "/v2/models/m0/versions/1/infer",
              Map.of(),
              body("").getBytes(StandardCharsets.UTF_8));
      assertThat(Exchange.send(handler, versioned).status()).isEqualTo(200);
    }
  }
}
