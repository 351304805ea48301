package dev.endolith.examples.bench;

import dev.endolith.model.Classified;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.http.InferenceServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** An answer over HTTP, beside the same server with a handler that returns a constant. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class HttpBenchmark {
  private static final String ASKED =
      "{\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[0.1]},"
          + "{\"name\":\"b\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[-0.2]},"
          + "{\"name\":\"c\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[0.3]}]}";

  private final HttpClient client = HttpClient.newHttpClient();
  private Deployment<ServingBenchmark.Point, Boolean> deployment;
  private InferenceServer inference;
  private Server constant;
  private HttpRequest infer;
  private HttpRequest nothing;

  /**
   * Starts both servers.
   *
   * @throws Exception if a port cannot be opened
   */
  @Setup
  public void start() throws Exception {
    deployment =
        Deployment.fixed(
            "point", ServingBenchmark.TASK, x -> Classified.of(ServingBenchmark.TASK, 0.25, 0.75));
    inference = InferenceServer.start(0, deployment);
    infer = request(inference.uri().resolve("/v2/models/point/infer"));
    byte[] answer = ask(infer).body();
    constant = new Server();
    ServerConnector connector = new ServerConnector(constant);
    connector.setHost("localhost");
    constant.addConnector(connector);
    constant.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            // a server that leaves a request unread has to close its connection
            Content.Source.consumeAll(
                request,
                Callback.from(
                    () -> response.write(true, ByteBuffer.wrap(answer), callback),
                    callback::failed));
            return true;
          }
        });
    constant.start();
    nothing = request(URI.create("http://localhost:" + connector.getLocalPort() + "/"));
  }

  private static HttpRequest request(URI uri) {
    return HttpRequest.newBuilder(uri)
        .version(HttpClient.Version.HTTP_1_1)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(ASKED.getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  private HttpResponse<byte[]> ask(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IllegalStateException("status " + response.statusCode());
    }
    return response;
  }

  /**
   * Stops both.
   *
   * @throws Exception if one does not stop
   */
  @TearDown
  public void stop() throws Exception {
    inference.close();
    deployment.close();
    constant.stop();
  }

  /**
   * One row, asked in JSON.
   *
   * @return the answer
   * @throws IOException if the connection breaks
   * @throws InterruptedException if the benchmark is ended
   */
  @Benchmark
  public HttpResponse<byte[]> inferred() throws IOException, InterruptedException {
    return ask(infer);
  }

  /**
   * The same bytes, of a request that is read to its end and not looked at.
   *
   * @return the answer
   * @throws IOException if the connection breaks
   * @throws InterruptedException if the benchmark is ended
   */
  @Benchmark
  public HttpResponse<byte[]> constant() throws IOException, InterruptedException {
    return ask(nothing);
  }

  static List<Row> rows(Map<String, Suite.Score> scores) {
    List<Row> rows = new ArrayList<>();
    for (String percentile : List.of("p50", "p99")) {
      double asked = Bench.score(scores, "inferred:" + percentile).ns();
      double limit = Bench.score(scores, "constant:" + percentile).ns();
      rows.add(
          new Row(
              "HTTP, one row in JSON, " + percentile,
              asked,
              Double.NaN,
              limit,
              asked / limit,
              "beside a handler that returns a constant",
              true));
    }
    return rows;
  }
}
