package dev.endolith.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stoplight Prism ({@code npm install -g @stoplight/prism-cli}) between a client and the server: it
 * lets a request and its answer pass only if both are as the OpenAPI document says.
 */
@Timeout(120)
class PrismTest {
  private static final String VIOLATION = "stoplight.io/prism/errors";
  private static final String ASK =
      "{\"id\":\"42\",\"inputs\":[{\"name\":\"features\",\"shape\":[1,2],\"datatype\":\"FP64\","
          + "\"data\":[1,2]}]}";
  private static final String MIXED =
      "{\"inputs\":[{\"name\":\"count\",\"shape\":[1],\"datatype\":\"INT64\",\"data\":[3]},"
          + "{\"name\":\"flag\",\"shape\":[1],\"datatype\":\"BOOL\",\"data\":[true]},"
          + "{\"name\":\"colour\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"RED\"]},"
          + "{\"name\":\"day\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"2024-05-06\"]},"
          + "{\"name\":\"maybe\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[0.5]},"
          + "{\"name\":\"big\",\"shape\":[1],\"datatype\":\"INT64\",\"data\":[7]},"
          + "{\"name\":\"id\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"a\"]}]}";

  @TempDir Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private InferenceServer server;
  private Process prism;
  private URI proxy;

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @BeforeEach
  void start() throws Exception {
    Optional<Path> program = Programs.find("prism");
    assumeTrue(program.isPresent(), "no prism on the PATH");
    server = InferenceServer.start(0, Models.sum(), Models.mixed());
    HttpResponse<Path> document =
        client.send(
            HttpRequest.newBuilder(server.uri().resolve("/openapi.json")).build(),
            HttpResponse.BodyHandlers.ofFile(folder.resolve("openapi.json")));
    int port = freePort();
    proxy = URI.create("http://127.0.0.1:" + port);
    prism =
        new ProcessBuilder(
                program.orElseThrow().toString(),
                "proxy",
                document.body().toString(),
                "http://127.0.0.1:" + server.port(),
                "--errors",
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port))
            .redirectErrorStream(true)
            .start();
    BufferedReader said = prism.inputReader(StandardCharsets.UTF_8);
    StringBuilder all = new StringBuilder();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      all.append(line).append('\n');
      if (line.contains("listening on")) {
        // what it goes on to say must not fill the pipe and stop it
        Thread drain = new Thread(() -> said.lines().forEach(more -> {}), "prism-output");
        drain.setDaemon(true);
        drain.start();
        return;
      }
    }
    throw new AssertionError("prism did not start:\n" + all);
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (prism != null) {
      prism.destroy();
      prism.waitFor();
    }
    if (server != null) {
      server.close();
    }
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(proxy.resolve(path)).timeout(Duration.ofSeconds(30));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    return client.send(
        request.method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void passes(int status, String method, String path, String body) throws Exception {
    HttpResponse<String> response = send(method, path, body);
    assertThat(response.body()).as(method + " " + path).doesNotContain(VIOLATION);
    assertThat(response.statusCode()).as(method + " " + path).isEqualTo(status);
  }

  @Test
  void requestsAndAnswers_areAsTheDocumentSays() throws Exception {
    for (String path :
        new String[] {
          "/v2",
          "/v2/health/live",
          "/v2/health/ready",
          "/v2/models/sum",
          "/v2/models/mixed",
          "/v2/models/sum/ready",
          "/v2/models/sum/stats",
          "/v2/models/stats"
        }) {
      passes(200, "GET", path, "");
    }
    passes(200, "POST", "/v2/models/sum/infer", ASK);
    passes(200, "POST", "/v2/models/mixed/infer", MIXED);
    passes(200, "POST", "/v2/repository/index", "{}");

    passes(404, "GET", "/v2/models/nobody", "");
    passes(404, "POST", "/v2/models/nobody/infer", ASK);
    passes(400, "POST", "/v2/models/sum/infer", ASK.replace("features", "unknown"));
    passes(400, "POST", "/v2/models/sum/infer", ASK.replace("[1,2]", "[1,3]"));

    // and it would say so: an input must have a name
    HttpResponse<String> refused =
        send("POST", "/v2/models/sum/infer", ASK.replace("\"name\":\"features\",", ""));
    assertThat(refused.body()).contains(VIOLATION);
  }
}
