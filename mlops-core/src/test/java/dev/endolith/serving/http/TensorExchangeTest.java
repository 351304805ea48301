package dev.endolith.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.endolith.data.Task;
import dev.endolith.data.TensorSpec;
import dev.endolith.data.TensorTask;
import dev.endolith.data.TensorType;
import dev.endolith.data.Tensors;
import dev.endolith.model.Computed;
import dev.endolith.model.Predictor;
import dev.endolith.serving.Deployment;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model that is asked with tensors, over HTTP. */
class TensorExchangeTest {
  private static final TensorTask TASK = task();

  private static TensorTask task() {
    List<TensorSpec> in = new ArrayList<>();
    List<TensorSpec> out = new ArrayList<>();
    for (TensorType type : TensorType.values()) {
      in.add(TensorSpec.of("in " + type, type, TensorSpec.ANY, 2));
      out.add(TensorSpec.of("out " + type, type, TensorSpec.ANY, 2));
    }
    return Task.tensors(in, out);
  }

  /** Answers what it is asked, under other names. */
  private static final Predictor<Tensors, Tensors> ECHO =
      x -> {
        Tensors answer = null;
        for (TensorType type : TensorType.values()) {
          var tensor = x.get("in " + type);
          answer =
              answer == null
                  ? Tensors.of("out " + type, tensor)
                  : answer.and("out " + type, tensor);
        }
        return new Computed<>(answer);
      };

  private static String input(TensorType type, String datatype, String data) {
    return "{\"name\":\"in "
        + type
        + "\",\"shape\":[1,2],\"datatype\":\""
        + datatype
        + "\",\"data\":"
        + data
        + "}";
  }

  private static String body() {
    return "{\"inputs\":["
        + String.join(
            ",",
            input(TensorType.FLOAT, "FP32", "[0.5,-1]"),
            input(TensorType.DOUBLE, "FP64", "[0.1,2e300]"),
            input(TensorType.INT32, "INT32", "[-7,8]"),
            input(TensorType.INT64, "INT64", "[9007199254740993,0]"),
            input(TensorType.BOOL, "BOOL", "[true,false]"),
            input(TensorType.STRING, "BYTES", "[\"a\",\"\"]"))
        + "]}";
  }

  private static HttpResponse<String> send(InferenceServer server, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.uri().resolve(path));
    return HttpClient.newHttpClient()
        .send(
            body.isEmpty()
                ? request.build()
                : request.POST(HttpRequest.BodyPublishers.ofString(body)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void infer_tensorsOfEveryType_goThereAndBack() throws Exception {
    try (InferenceServer server = InferenceServer.start(0, Deployment.fixed("echo", TASK, ECHO))) {
      HttpResponse<String> response = send(server, "/v2/models/echo/infer", body());

      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      JsonNode outputs = new ObjectMapper().readTree(response.body()).get("outputs");
      assertThat(outputs.get(0).toString())
          .contains("\"name\":\"out FLOAT\"", "FP32", "[1,2]", "[0.5,-1.0]");
      assertThat(outputs.get(1).get("data").get(1).asDouble()).isEqualTo(2e300);
      assertThat(outputs.get(2).get("data").get(0).asInt()).isEqualTo(-7);
      assertThat(outputs.get(3).get("data").get(0).asLong()).isEqualTo(9007199254740993L);
      assertThat(outputs.get(4).get("data").toString()).isEqualTo("[true,false]");
      assertThat(outputs.get(5).get("data").toString()).isEqualTo("[\"a\",\"\"]");
      assertThat(outputs.get(6).get("name").asText()).isEqualTo("prediction_id");
      JsonNode metadata = new ObjectMapper().readTree(send(server, "/v2/models/echo", "").body());
      assertThat(metadata.get("inputs").get(0).toString())
          .isEqualTo("{\"name\":\"in FLOAT\",\"datatype\":\"FP32\",\"shape\":[-1,2]}");
      assertThat(metadata.get("outputs").size()).isEqualTo(8);
    }
  }

  /** As Triton's clients ask by default. */
  @Test
  void infer_binaryOfEveryType_goesThereAndBack() throws Exception {
    try (InferenceServer server = InferenceServer.start(0, Deployment.fixed("echo", TASK, ECHO))) {
      String body =
          "{\"parameters\":{\"binary_data_output\":true},"
              + body().replace("[0.5,-1]", "[0.1,-1]").substring(1);
      HttpResponse<byte[]> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(server.uri().resolve("/v2/models/echo/infer"))
                      .POST(HttpRequest.BodyPublishers.ofString(body))
                      .build(),
                  HttpResponse.BodyHandlers.ofByteArray());

      assertThat(response.statusCode()).isEqualTo(200);
      int head =
          (int)
              response.headers().firstValueAsLong("Inference-Header-Content-Length").orElseThrow();
      ByteBuffer binary =
          ByteBuffer.wrap(response.body(), head, response.body().length - head)
              .order(ByteOrder.LITTLE_ENDIAN);
      assertThat(binary.getFloat()).isEqualTo(0.1f);
      assertThat(binary.getFloat()).isEqualTo(-1f);
      assertThat(binary.getDouble()).isEqualTo(0.1);
      assertThat(binary.getDouble()).isEqualTo(2e300);
      assertThat(binary.getInt()).isEqualTo(-7);
      assertThat(binary.getInt()).isEqualTo(8);
      assertThat(binary.getLong()).isEqualTo(9007199254740993L);
      assertThat(binary.getLong()).isZero();
      assertThat(binary.get()).isEqualTo((byte) 1);
      assertThat(binary.get()).isEqualTo((byte) 0);
      assertThat(binary.getInt()).isEqualTo(1);
      assertThat(binary.get()).isEqualTo((byte) 'a');
      assertThat(binary.getInt()).isZero();
    }
  }

  @Test
  void infer_floatInJson_hasTheDigitsOfAFloat() throws Exception {
    try (InferenceServer server = InferenceServer.start(0, Deployment.fixed("echo", TASK, ECHO))) {
      String body = body().replace("[0.5,-1]", "[0.1,16777217]");
      assertThat(send(server, "/v2/models/echo/infer", body).body())
          .contains("\"data\":[0.1,1.6777216E7]");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FP32      | FP64       | 'in FLOAT' is FP32 in this model, was FP64
          in FLOAT  | in OTHER   | the model has no input
          [0.5,-1]  | [0.5,null] | has no value at element 1
          [1,2]     | [2,1]      | has to be FLOAT[-1, 2]
          """)
  void infer_whatTheTaskDoesNotTake_isRefused(String was, String is, String why) throws Exception {
    try (InferenceServer server = InferenceServer.start(0, Deployment.fixed("echo", TASK, ECHO))) {
      String first = input(TensorType.FLOAT, "FP32", "[0.5,-1]");
      String bad = body().replace(first, first.replace(was, is));

      HttpResponse<String> response = send(server, "/v2/models/echo/infer", bad);

      assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
      assertThat(response.body()).contains(why);
    }
  }
}
