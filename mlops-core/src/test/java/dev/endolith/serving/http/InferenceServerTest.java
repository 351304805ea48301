package dev.endolith.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.endolith.model.Regressed;
import dev.endolith.serving.Deployment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferenceServerTest {
  private static final String INFER = "/v2/models/sum/infer";
  private static final String BODY =
      "{\"inputs\":[{\"name\":\"features\",\"shape\":[1,2],\"datatype\":\"FP64\",\"data\":[1,2]}]}";

  private static String raw(InferenceServer server, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static String post(String headers, String body) {
    return "POST " + INFER + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
  }

  private static HttpRequest.Builder request(InferenceServer server, String path) {
    return HttpRequest.newBuilder(server.uri().resolve(path)).timeout(Duration.ofSeconds(20));
  }

  @Test
  void start_oneLine_answersARealClient() throws Exception {
    try (InferenceServer server = InferenceServer.start(0, Models.sum())) {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  request(server, INFER)
                      .POST(HttpRequest.BodyPublishers.ofString(BODY))
                      .expectContinue(true)
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      assertThat(new ObjectMapper().readTree(response.body()).at("/outputs/0/data/0").asDouble())
          .isEqualTo(3);
      assertThat(server.uri().getHost()).isEqualTo("127.0.0.1");
      HttpResponse<String> openApi =
          HttpClient.newHttpClient()
              .send(request(server, "/openapi.json").build(), HttpResponse.BodyHandlers.ofString());
      assertThat(new ObjectMapper().readTree(openApi.body()).get("paths").size()).isGreaterThan(10);
    }
  }

  @Test
  void request_chunkedAndGzip_areUndone() throws Exception {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(BODY.getBytes(StandardCharsets.UTF_8));
    }
    try (InferenceServer server = InferenceServer.start(0, Models.sum())) {
      String half = BODY.substring(0, 40);
      String rest = BODY.substring(40);
      String chunks =
          Integer.toHexString(half.length())
              + ";x=y\r\n"
              + half
              + "\r\n"
              + Integer.toHexString(rest.length())
              + "\r\n"
              + rest
              + "\r\n0\r\nTrailer: t\r\n\r\n";
      assertThat(raw(server, post("Transfer-Encoding: chunked\r\n", chunks)))
          .startsWith("HTTP/1.1 200")
          .contains("[3.0]");
      assertThat(
              raw(
                  server,
                  post(
                      "Content-Encoding: gzip\r\nContent-Length: " + zipped.size() + "\r\n",
                      zipped.toString(StandardCharsets.ISO_8859_1))))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void request_gzipBomb_is413() throws Exception {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(new byte[1 << 20]);
    }
    try (InferenceServer server =
        InferenceServer.builder()
            .serve(Models.sum())
            .limits(InferenceLimits.STANDARD.withBodyBytes(10_000))
            .start()) {
      assertThat(
              raw(
                  server,
                  post(
                      "Content-Encoding: gzip\r\nContent-Length: " + zipped.size() + "\r\n",
                      zipped.toString(StandardCharsets.ISO_8859_1))))
          .startsWith("HTTP/1.1 413");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /v2 HTTP/1.1\\r\\n\\r\\n|400",
        "GET /v2 HTTP/2.0\\r\\nHost: x\\r\\n\\r\\n|426",
        "get /v2 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n|405",
        "hello\\r\\n\\r\\n|400",
        "GET /v2 HTTP/1.1\\r\\nHost: x\\r\\nHost: y\\r\\n\\r\\n|400",
        "GET /v2 HTTP/1.1\\r\\nHost: x\\r\\n folded\\r\\n\\r\\n|400",
        "GET /v2 HTTP/1.1\\r\\nHost : x\\r\\n\\r\\n|400",
        "GET /v2 HTTP/1.1\\r\\nHost: x\\ry\\r\\n\\r\\n|400",
        "GET /v2 HTTP/1.1\\r\\nHost: \\u0000\\r\\n\\r\\n|400",
        "POST /v2/models/sum/infer HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: -1\\r\\n\\r\\n|400",
        "POST /v2/models/sum/infer HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 1, 1\\r\\n\\r\\n1|400",
        "POST /v2/models/sum/infer HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 1\\r\\nContent-Length: 2\\r\\n\\r\\n12|400",
        "POST /v2/models/sum/infer HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n|400",
        "POST /v2/models/sum/infer HTTP/1.1\\r\\nHost: x\\r\\nTransfer-Encoding: gzip\\r\\n\\r\\n|400",
        "POST /v2/models/sum/infer HTTP/1.1\\r\\nHost: x\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nxyz\\r\\n|400",
        "POST /v2/models/sum/infer HTTP/1.1\\r\\nHost: x\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nffffffff\\r\\n|400",
        "POST /v2/models/sum/infer HTTP/1.1\\r\\nHost: x\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n1\\r\\nab\\r\\n|400",
        "POST /v2/models/sum/infer HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 999999999999\\r\\n\\r\\n|413",
        "POST /v2/models/sum/infer HTTP/1.1\\r\\nHost: x\\r\\nContent-Encoding: br\\r\\nContent-Length: 1\\r\\n\\r\\n1|415",
        "POST /v2/models/sum/infer HTTP/1.1\\r\\nHost: x\\r\\nContent-Encoding: gzip\\r\\nContent-Length: 1\\r\\n\\r\\n1|400",
        "POST /v2/models/sum/infer HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 0\\r\\n\\r\\n|400",
      })
  void request_malformed_isATypedErrorAndTheServerGoesOn(String text, int status) throws Exception {
    try (InferenceServer server = InferenceServer.start(0, Models.sum())) {
      String answer =
          raw(server, text.replace("\\r", "\r").replace("\\n", "\n").replace("\\u0000", "\u0000"));
      assertThat(answer).startsWith("HTTP/1.1 " + status).contains("{\"error\":");
      assertThat(raw(server, "GET /v2 HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void request_truncatedBody_is400_andPredictsNothing() throws Exception {
    try (InferenceServer server = InferenceServer.start(0, Models.sum())) {
      assertThat(raw(server, post("Content-Length: 500\r\n", BODY))).startsWith("HTTP/1.1 400");
      assertThat(raw(server, post("Transfer-Encoding: chunked\r\n", "5\r\nab")))
          .startsWith("HTTP/1.1 400");
      assertThat(raw(server, "GET /v2/models/sum/stats HTTP/1.0\r\n\r\n"))
          .contains("\"inference_count\":0");
    }
  }

  @Test
  void request_bodyBeyondTheLimit_is413() throws Exception {
    try (InferenceServer server =
        InferenceServer.builder()
            .serve(Models.sum())
            .limits(InferenceLimits.STANDARD.withBodyBytes(100))
            .start()) {
      String large = "x".repeat(101);
      assertThat(raw(server, post("Content-Length: 101\r\n", large))).startsWith("HTTP/1.1 413");
      assertThat(
              raw(
                  server,
                  post("Transfer-Encoding: chunked\r\n", "65\r\n" + large + "\r\n0\r\n\r\n")))
          .startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void request_endlessHead_isRefused() throws Exception {
    try (InferenceServer server = InferenceServer.start(0, Models.sum())) {
      assertThat(raw(server, "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n\r\n"))
          .startsWith("HTTP/1.1 414");
      assertThat(raw(server, "GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(20_000)))
          .startsWith("HTTP/1.1 431");
    }
  }

  @Test
  void request_bodyThatDoesNotArrive_is408() throws Exception {
    try (InferenceServer server =
            InferenceServer.builder()
                .serve(Models.sum())
                .requestTimeout(Duration.ofMillis(200))
                .start();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write(post("Content-Length: 500\r\n", "{").getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 408");
    }
  }

  @Test
  void request_headThatDoesNotArrive_endsTheConnection() throws Exception {
    try (InferenceServer server =
            InferenceServer.builder()
                .serve(Models.sum())
                .idleTimeout(Duration.ofMillis(200))
                .start();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write("GET ".getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    }
  }

  @Test
  void request_manyOnOneConnection_areAnsweredInOrder() throws Exception {
    try (InferenceServer server = InferenceServer.start(0, Models.sum())) {
      String two =
          "GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n"
              + post("Content-Length: " + BODY.length() + "\r\n", BODY)
              + "HEAD /v2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      String answers = raw(server, two);
      assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(4);
      assertThat(answers).contains("{\"live\":true}", "[3.0]").endsWith("\r\n\r\n");
    }
  }

  @Test
  void request_manyClientsAtOnce_eachGetsItsOwnAnswer() throws Exception {
    try (InferenceServer server = InferenceServer.start(0, Models.sum())) {
      HttpClient client = HttpClient.newHttpClient();
      ExecutorService callers = Executors.newFixedThreadPool(16);
      List<Future<Integer>> wrong = new ArrayList<>();
      for (int caller = 0; caller < 16; caller++) {
        int own = caller;
        Callable<Integer> calls =
            () -> {
              int failures = 0;
              for (int i = 0; i < 100; i++) {
                String body = BODY.replace("[1,2]}", "[" + own + "," + 1000 * i + "]}");
                HttpResponse<String> response =
                    client.send(
                        request(server, INFER)
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                        HttpResponse.BodyHandlers.ofString());
                if (!response.body().contains("[" + (own + 1000.0 * i) + "]")) {
                  failures++;
                }
              }
              return failures;
            };
        wrong.add(callers.submit(calls));
      }
      for (Future<Integer> failures : wrong) {
        assertThat(failures.get()).isZero();
      }
      callers.shutdown();
      assertThat(raw(server, "GET /v2/models/sum/stats HTTP/1.0\r\n\r\n"))
          .contains("\"inference_count\":1600");
    }
  }

  @Test
  void connections_beyondTheLimit_wait() throws Exception {
    try (InferenceServer server =
            InferenceServer.builder().serve(Models.sum()).connections(1).start();
        Socket second = new Socket()) {
      try (Socket first = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        first
            .getOutputStream()
            .write("GET /v2 HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(first.getInputStream().read()).isEqualTo('H'); // it is the one
        second.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        second
            .getOutputStream()
            .write("GET /v2 HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        second.setSoTimeout(200);
        assertThatThrownBy(() -> second.getInputStream().read())
            .isInstanceOf(SocketTimeoutException.class);
      }
      second.setSoTimeout(30_000);
      assertThat(new String(second.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200");
    }
  }

  private static List<Thread> threads(int port) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("endolith-http-" + port))
        .toList();
  }

  @Test
  void close_openConnections_returnsEveryThreadAndFinishesWhatRuns() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Deployment<Models.Point, Double> slow =
        Deployment.fixed(
            "sum",
            Models.SUM_TASK,
            x -> {
              asked.countDown();
              try {
                go.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return new Regressed(x.a() + x.b());
            });
    InferenceServer server = InferenceServer.start(0, slow);
    int port = server.port();
    try (Socket idle = new Socket(InetAddress.getLoopbackAddress(), port);
        Socket busy = new Socket(InetAddress.getLoopbackAddress(), port)) {
      busy.getOutputStream()
          .write(
              post("Content-Length: " + BODY.length() + "\r\n", BODY)
                  .getBytes(StandardCharsets.US_ASCII));
      asked.await();
      Thread closer = new Thread(server::close);
      closer.start();
      assertThat(idle.getInputStream().read()).isEqualTo(-1); // closed while it waits
      go.countDown();
      assertThat(new String(busy.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .contains("200 OK", "[3.0]", "Connection: close");
      closer.join();
      await().atMost(Duration.ofSeconds(5)).until(() -> threads(port).isEmpty());
    }
    server.close(); // again, without effect
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(IOException.class);
  }

  @Test
  void start_beyondLoopbackWithoutToken_isRefused() throws Exception {
    InetAddress any = InetAddress.getByAddress(new byte[4]);
    assertThatThrownBy(() -> InferenceServer.builder().address(any).start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("token");
    InferenceServer.builder()
        .address(any)
        .token("admin-admin-admin", InferenceRole.ADMIN)
        .start()
        .close();
  }

  @Test
  void start_portInUse_saysSo() {
    try (InferenceServer server = InferenceServer.start(0, Models.sum())) {
      assertThatThrownBy(() -> InferenceServer.start(server.port(), Models.sum()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(Integer.toString(server.port()));
    }
  }
}
