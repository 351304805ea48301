package dev.endolith.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.endolith.Workspace;
import dev.endolith.data.Features;
import dev.endolith.data.Task;
import dev.endolith.model.Regressed;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.ServedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferenceHandlerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final InferenceHandler handler =
      InferenceHandler.builder().serve(Models.sum()).serve(Models.mixed()).build();

  private static InferenceResponse call(
      InferenceHandler handler, String method, String path, String body) {
    return Exchange.send(
        handler,
        new InferenceRequest(method, path, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
  }

  private InferenceResponse infer(String model, String body) {
    return call(handler, "POST", "/v2/models/" + model + "/infer", body);
  }

  private static JsonNode json(InferenceResponse response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode output(InferenceResponse response, String name) {
    assertThat(response.status())
        .as(() -> new String(response.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    for (JsonNode output : json(response).get("outputs")) {
      if (output.get("name").asText().equals(name)) {
        return output;
      }
    }
    throw new AssertionError("no output " + name);
  }

  private static String ab(String a, String b, int n) {
    return "{\"inputs\":[{\"name\":\"a\",\"shape\":["
        + n
        + "],\"datatype\":\"FP64\",\"data\":"
        + a
        + "},{\"name\":\"b\",\"shape\":["
        + n
        + ",1],\"datatype\":\"FP32\",\"data\":"
        + b
        + "}]}";
  }

  private static String bad(InferenceResponse response, int status) {
    assertThat(response.status())
        .as(() -> new String(response.body(), StandardCharsets.UTF_8))
        .isEqualTo(status);
    assertThat(response.headers()).containsEntry("Content-Type", "application/json");
    assertThat(json(response).size()).isEqualTo(1);
    return json(response).get("error").asText();
  }

  @Test
  void infer_columns_answersEachRow() {
    InferenceResponse response = infer("sum", ab("[1, 2.5, -3]", "[[10], [20], [30]]", 3));
    assertThat(output(response, "label").get("data").toString()).isEqualTo("[11.0,22.5,27.0]");
    assertThat(output(response, "label").get("shape").toString()).isEqualTo("[3]");
    assertThat(output(response, "prediction_id").get("data")).hasSize(3);
    assertThat(json(response).get("model_name").asText()).isEqualTo("sum");
    assertThat(json(response).has("model_version")).isFalse(); // a fixed deployment has none
    assertThat(json(response).has("id")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1,2,3,4]", "[[1,2],[3,4]]"})
  void infer_matrix_isReadInSchemaOrder(String data) {
    InferenceResponse response =
        infer(
            "sum",
            "{\"inputs\":[{\"data\":" // data first: it is read after its shape is known
                + data
                + ",\"name\":\"features\",\"shape\":[2,2],\"datatype\":\"FP64\"}]}");
    assertThat(output(response, "label").get("data").toString()).isEqualTo("[3.0,7.0]");
  }

  private static String mixed(String replaced, String by) {
    String body =
        """
        {"id":"q","inputs":[
         {"name":"count","shape":[1],"datatype":"INT32","data":[3]},
         {"name":"flag","shape":[1],"datatype":"BOOL","data":[true]},
         {"name":"colour","shape":[1],"datatype":"BYTES","data":["BLUE"]},
         {"name":"day","shape":[1],"datatype":"BYTES","data":["2020-05-07"]},
         {"name":"maybe","shape":[1],"datatype":"FP64","data":[0.25]},
         {"name":"big","shape":[1],"datatype":"INT64","data":[9007199254740993]},
         {"name":"id","shape":[1],"datatype":"BYTES","data":["abc"]}]}
        """;
    assertThat(body).contains(replaced);
    return body.replace(replaced, by);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // 3 + 0.5 + 1 + 7 + 0.25 + 3 + 3; the INT64 is one that no double holds
        "{\"id\":\"q\"|{\"id\":\"q\"|17.75",
        "[0.25]|[null]|117.5",
        "\"INT32\",\"data\":[3]|\"FP32\",\"data\":[3.0]|17.75",
        "\"BOOL\",\"data\":[true]|\"UINT8\",\"data\":[0]|17.25",
        "\"BYTES\",\"data\":[\"2020-05-07\"]|\"INT64\",\"data\":[18389]|17.75",
        "[9007199254740993]|[-9223372036854775808]|6.75",
      })
  void infer_everyTypeOfField_isRead(String replaced, String by, double thousandths) {
    InferenceResponse response = infer("mixed", mixed(replaced, by));
    assertThat(output(response, "scores").get("data").get(1).asDouble())
        .isEqualTo(thousandths / 1000);
    assertThat(output(response, "label").get("data").get(0).asText()).isEqualTo("false");
    assertThat(json(response).get("id").asText()).isEqualTo("q");
  }

  @Test
  void infer_nullableInputLeftOut_isMissing() {
    String body =
        mixed("{\"name\":\"maybe\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[0.25]},", "");
    assertThat(output(infer("mixed", body), "scores").get("data").get(1).asDouble())
        .isEqualTo(0.1175);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"data\":[3]|\"data\":[3.5]|row 0, column 'count'",
        "[3]|[2147483648]|row 0, column 'count'",
        "\"INT32\",\"data\":[3]|\"FP64\",\"data\":[3.5]|row 0, column 'count'",
        "\"INT32\",\"data\":[3]|\"UINT64\",\"data\":[18446744073709551615]|row 0, column 'count'",
        "\"INT32\",\"data\":[3]|\"UINT64\",\"data\":[18446744073709551616]|row 0, column 'count'",
        "[true]|[1]|row 0, column 'flag'",
        "\"BLUE\"|\"GREEN\"|row 0, column 'colour'",
        "\"BLUE\"|\"\"|row 0, column 'colour'",
        "\"BLUE\"|null|row 0, column 'colour'",
        "[0.25]|[1e400]|row 0, column 'maybe'",
        "[0.25]|[NaN]|not well-formed",
        "\"2020-05-07\"|\"2020-05-57\"|row 0, column 'day'",
        "[\"abc\"]|[]|too few",
        "[\"abc\"]|[\"a\",\"b\"]|too many",
        "\"name\":\"id\"|\"name\":\"idd\"|'id'",
        "\"name\":\"id\"|\"name\":\"big\"|given twice",
        "\"name\":\"maybe\"|\"name\":\"may\"|no input 'may'",
        "\"id\":\"q\"|\"id\":7|id is a string",
        "{\"id\":\"q\"|{\"id\":\"q\",\"id\":\"r\"|distinct names",
        "\"BOOL\"|\"BOOLEAN\"|datatype",
        "\"BOOL\",\"data\":[true]|\"BYTES\",\"data\":[\"true\"]|'flag' is BOOL",
        "\"BOOL\",\"data\":[true]|\"FP16\",\"data\":[1]|binary data only",
        "\"shape\":[1],\"datatype\":\"BOOL\"|\"shape\":[-1],\"datatype\":\"BOOL\"|shape",
        "\"shape\":[1],\"datatype\":\"BOOL\"|\"shape\":[2],\"datatype\":\"BOOL\"|too few",
        "\"shape\":[1],\"datatype\":\"BOOL\"|\"shape\":[99999,99999],\"datatype\":\"BOOL\"|at most",
        "\"shape\":[1],\"datatype\":\"BOOL\"|\"shape\":[500000],\"datatype\":\"BOOL\"|fewer data",
        "\"shape\":[1],\"datatype\":\"BOOL\"|\"shape\":1,\"datatype\":\"BOOL\"|shape is an array",
        "\"shape\":[1],\"datatype\":\"BOOL\"|\"datatype\":\"BOOL\"|name, datatype and shape",
        "\"data\":[true]|\"data\":true|data is an array",
        "\"data\":[true]|\"parameters\":{\"binary_data_size\":1}|needs the header",
        "{\"id\":\"q\"|{\"outputs\":[{\"name\":\"x\"}]|no output 'x'",
        "{\"id\":\"q\"|{\"outputs\":[{\"name\":\"label\"},{\"name\":\"label\"}]|twice",
      })
  void infer_badRequest_is400AndSaysWhere(String replaced, String by, String says) {
    String error = bad(infer("mixed", mixed(replaced, by == null ? "" : by)), 400);
    assertThat(error).contains(says == null ? "" : says);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{}", "[]", "null", "{\"inputs\":{}}", "{\"inputs\":[]}", "{", "{}{}"})
  void infer_noInputs_is400(String body) {
    bad(infer("sum", body), 400);
  }

  @Test
  void infer_badRow_namesRowAndColumnWithoutItsValue() {
    String error = bad(infer("sum", ab("[1, 2, \"4111-1111\"]", "[[1],[2],[3]]", 3)), 400);
    assertThat(error).contains("row 2", "'a'").doesNotContain("4111");
  }

  @Test
  void infer_deepJson_is400() {
    String deep = "[".repeat(10_000) + "]".repeat(10_000);
    assertThat(bad(infer("sum", "{\"x\":" + deep + "}"), 400)).contains("limit");
    assertThat(bad(infer("sum", ab(deep, "[1]", 1)), 400)).isNotEmpty();
  }

  @Test
  void infer_failingModel_is500WithoutItsMessage() {
    String error = bad(infer("sum", ab("[-2000000]", "[1]", 1)), 500);
    assertThat(error).contains("IllegalStateException").doesNotContain("secret");
  }

  @Test
  void infer_moreRowsThanAllowed_is400() {
    InferenceHandler small =
        InferenceHandler.builder()
            .serve(Models.sum())
            .limits(InferenceLimits.STANDARD.withRows(2))
            .build();
    assertThat(bad(call(small, "POST", "/v2/models/sum/infer", ab("[1,2,3]", "[1,2,3]", 3)), 400))
        .contains("1 to 2 rows");
  }

  // Binary

  private static InferenceResponse binary(
      InferenceHandler handler, String model, String head, byte[] data, String headerLength) {
    byte[] json = head.getBytes(StandardCharsets.UTF_8);
    byte[] body = ByteBuffer.allocate(json.length + data.length).put(json).put(data).array();
    return Exchange.send(
        handler,
        new InferenceRequest(
            "POST",
            "/v2/models/" + model + "/infer",
            Map.of(
                "Inference-Header-Content-Length",
                headerLength.isEmpty() ? Integer.toString(json.length) : headerLength),
            body));
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String binaryAb(String parameters, int aBytes, int bBytes) {
    return "{"
        + parameters
        + "\"inputs\":[{\"name\":\"a\",\"shape\":[2],\"datatype\":\"FP64\",\"parameters\":"
        + "{\"binary_data_size\":"
        + aBytes
        + "}},{\"name\":\"b\",\"shape\":[2],\"datatype\":\"INT16\",\"parameters\":"
        + "{\"binary_data_size\":"
        + bBytes
        + "}}]}";
  }

  @Test
  void infer_binaryBothWays_roundTrips() {
    byte[] data =
        little(20).putDouble(0.1).putDouble(2).putShort((short) -3).putShort((short) 4).array();
    InferenceResponse response =
        binary(
            handler,
            "sum",
            binaryAb("\"parameters\":{\"binary_data_output\":true},", 16, 4),
            data,
            "");
    assertThat(response.status())
        .as(() -> new String(response.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    int header = Integer.parseInt(response.headers().get(Answers.HEADER_LENGTH));
    ByteBuffer raw = ByteBuffer.wrap(response.body()).order(ByteOrder.LITTLE_ENDIAN);
    raw.position(header);
    assertThat(raw.getDouble()).isEqualTo(0.1 - 3);
    assertThat(raw.getDouble()).isEqualTo(6);
    assertThat(raw.getInt()).isEqualTo(32); // the length of an id
    JsonNode head =
        json(
            new InferenceResponse(200, Map.of(), java.util.Arrays.copyOf(response.body(), header)));
    assertThat(head.at("/outputs/0/parameters/binary_data_size").asInt()).isEqualTo(16);
    assertThat(head.at("/outputs/0").has("data")).isFalse();
    int total = 0;
    for (JsonNode output : head.get("outputs")) {
      total += output.at("/parameters/binary_data_size").asInt();
    }
    assertThat(header + total).isEqualTo(response.body().length);
  }

  @Test
  void infer_binaryPerOutput_winsOverTheDefault() {
    byte[] data =
        little(20).putDouble(1).putDouble(2).putShort((short) 3).putShort((short) 4).array();
    InferenceResponse response =
        binary(
            handler,
            "sum",
            binaryAb(
                "\"parameters\":{\"binary_data_output\":true},\"outputs\":[{\"name\":\"version\"},"
                    + "{\"name\":\"label\",\"parameters\":{\"binary_data\":false}}],",
                16,
                4),
            data,
            "");
    int header = Integer.parseInt(response.headers().get(Answers.HEADER_LENGTH));
    JsonNode head =
        json(
            new InferenceResponse(200, Map.of(), java.util.Arrays.copyOf(response.body(), header)));
    assertThat(head.at("/outputs/0/name").asText()).isEqualTo("version");
    assertThat(head.at("/outputs/0").has("data")).isFalse();
    assertThat(head.at("/outputs/1/data").toString()).isEqualTo("[4.0,6.0]");
    assertThat(response.body().length - header).isEqualTo(16);
  }

  @Test
  void infer_rawRequest_isOneRowOfNumbers() {
    InferenceResponse response =
        binary(handler, "sum", "", little(16).putDouble(1.5).putDouble(2).array(), "0");
    int header = Integer.parseInt(response.headers().get(Answers.HEADER_LENGTH));
    assertThat(ByteBuffer.wrap(response.body()).order(ByteOrder.LITTLE_ENDIAN).getDouble(header))
        .isEqualTo(3.5);
    bad(binary(handler, "sum", "", new byte[15], "0"), 400);
    bad(binary(handler, "mixed", "", new byte[56], "0"), 400);
  }

  @ParameterizedTest
  @CsvSource({
    "16,4,21",
    "16,4,19",
    "15,4,19",
    "17,4,21",
    "16,5,21",
    "-1,4,20",
    "16,-4,20",
    "2147483647,4,20",
    "8,4,12",
    "0,4,4"
  })
  void infer_binarySizesThatDoNotFit_are400(int a, int b, int bytes) {
    bad(binary(handler, "sum", binaryAb("", a, b), new byte[bytes], ""), 400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1", "99999999", "9999999999999999999", "x", "1e2", "0x10"})
  void infer_wrongHeaderLength_is400(String length) {
    bad(binary(handler, "sum", binaryAb("", 16, 4), new byte[20], length), 400);
  }

  @Test
  void infer_binaryTexts_areChecked() {
    String head =
        "{\"inputs\":[{\"name\":\"colour\",\"shape\":[1],\"datatype\":\"BYTES\","
            + "\"parameters\":{\"binary_data_size\":8}}]}";
    assertThat(bad(binary(handler, "mixed", head, little(8).putInt(-1).array(), ""), 400))
        .contains("fewer bytes");
    assertThat(bad(binary(handler, "mixed", head, little(8).putInt(3).array(), ""), 400))
        .contains("more bytes");
    assertThat(bad(binary(handler, "mixed", head, little(8).putInt(4).putInt(-1).array(), ""), 400))
        .contains("UTF-8");
  }

  @Test
  void half_everyKindOfNumber_isExact() {
    assertThat(TensorReader.half((short) 0x3c00)).isEqualTo(1);
    assertThat(TensorReader.half((short) 0xc000)).isEqualTo(-2);
    assertThat(TensorReader.half((short) 0x7bff)).isEqualTo(65504);
    assertThat(TensorReader.half((short) 1)).isEqualTo(Math.pow(2, -24));
    assertThat(TensorReader.half((short) 0x7c00)).isInfinite().isPositive();
    assertThat(TensorReader.half((short) 0x7e00)).isNaN();
  }

  // Models that come and go

  @Test
  void ready_noChampion_isNotReadyUntilThereIsOne() {
    try (Workspace workspace = ServedModel.workspace();
        Deployment<?, Boolean> deployment = ServedModel.deployment(workspace)) {
      InferenceHandler live = InferenceHandler.builder().serve(deployment).build();
      assertThat(call(live, "GET", "/v2/health/live", "").status()).isEqualTo(200);
      assertThat(call(live, "GET", "/v2/health/ready", "").status()).isEqualTo(503);
      assertThat(call(live, "GET", "/v2/models/served/ready", "").status()).isEqualTo(503);
      InferenceResponse early = call(live, "POST", "/v2/models/served/infer", "{}");
      assertThat(bad(early, 503)).contains("not ready");
      assertThat(early.headers()).containsKey("Retry-After");

      ServedModel.champion(workspace, 0.75);
      assertThat(bad(call(live, "GET", "/v2/health/ready", ""), 503, false)).isNotNull();
      assertThat(call(live, "POST", "/v2/repository/models/served/load", "").status())
          .isEqualTo(200);
      assertThat(call(live, "GET", "/v2/health/ready", "").status()).isEqualTo(200);

      String ask =
          "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[1]},"
              + "{\"name\":\"secret\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"s\"]},"
              + "{\"name\":\"name\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"n\"]}]}";
      InferenceResponse response = call(live, "POST", "/v2/models/served/versions/1/infer", ask);
      assertThat(output(response, "scores").get("data").toString()).isEqualTo("[0.25,0.75]");
      assertThat(json(response).get("model_version").asText()).isEqualTo("1");
      bad(call(live, "POST", "/v2/models/served/versions/2/infer", ask), 404);
      bad(call(live, "GET", "/v2/models/served/versions/2", ""), 404);
      assertThat(json(call(live, "GET", "/v2/models/served", "")).get("versions").toString())
          .isEqualTo("[\"1\"]");

      assertThat(call(live, "POST", "/v2/repository/models/served/unload", "").status())
          .isEqualTo(200);
      bad(call(live, "POST", "/v2/models/served/infer", ask), 503);
      assertThat(call(live, "GET", "/v2/health/ready", "").status()).isEqualTo(503);
      assertThat(json(call(live, "POST", "/v2/repository/index", "{}")).at("/0/state").asText())
          .isEqualTo("UNAVAILABLE");
      assertThat(json(call(live, "POST", "/v2/repository/index", "{\"ready\":true}"))).isEmpty();
      assertThat(call(live, "POST", "/v2/repository/models/served/load", "{}").status())
          .isEqualTo(200);
      assertThat(json(call(live, "POST", "/v2/repository/index", "")).at("/0/state").asText())
          .isEqualTo("READY");
    }
  }

  private static JsonNode bad(InferenceResponse response, int status, boolean ready) {
    assertThat(response.status()).isEqualTo(status);
    assertThat(json(response).get("ready").asBoolean()).isEqualTo(ready);
    return json(response);
  }

  @Test
  void ready_noModels_isNotReady() {
    assertThat(call(InferenceHandler.builder().build(), "GET", "/v2/health/ready", "").status())
        .isEqualTo(503);
  }

  // Who may call

  @Test
  void handle_tokens_letInByRole() {
    InferenceHandler guarded =
        InferenceHandler.builder()
            .serve(Models.sum())
            .token("infer-infer-infer", InferenceRole.INFER)
            .token("admin-admin-admin", InferenceRole.ADMIN)
            .build();
    assertThat(call(guarded, "GET", "/v2/health/ready", "").status()).isEqualTo(200);
    InferenceResponse none = call(guarded, "GET", "/v2", "");
    bad(none, 401);
    assertThat(none.headers()).containsEntry("WWW-Authenticate", "Bearer");
    bad(with(guarded, "GET", "/v2", "Bearer wrong-wrong-wrong"), 401);
    bad(with(guarded, "GET", "/v2", "Basic infer-infer-infer"), 401);
    assertThat(with(guarded, "GET", "/v2", "bearer infer-infer-infer").status()).isEqualTo(200);
    String unload = "/v2/repository/models/sum/unload";
    bad(with(guarded, "POST", unload, "Bearer infer-infer-infer"), 403);
    assertThat(with(guarded, "POST", unload, "Bearer admin-admin-admin").status()).isEqualTo(200);
    assertThatThrownBy(() -> InferenceHandler.builder().token("short", InferenceRole.ADMIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("short,");
  }

  private static InferenceResponse with(
      InferenceHandler handler, String method, String path, String authorization) {
    return Exchange.send(
        handler,
        new InferenceRequest(method, path, Map.of("Authorization", authorization), new byte[0]));
  }

  @Test
  void handle_webPageWithoutToken_isRefused() {
    bad(
        Exchange.send(
            handler,
            new InferenceRequest("GET", "/v2", Map.of("Origin", "http://x.test"), new byte[0])),
        403);
  }

  // Paths

  @ParameterizedTest
  @CsvSource({
    "GET,/,404",
    "GET,/v3,404",
    "GET,/v2/health,404",
    "GET,/v2/health/well,404",
    "POST,/v2,405",
    "POST,/v2/health/live,405",
    "GET,/v2/models/sum/infer,405",
    "GET,/v2/models,404",
    "GET,/v2/models/none,404",
    "GET,/v2/models/sum/versions/1,404",
    "GET,/v2/models/sum/x,404",
    "GET,/v2/models/sum/ready/x,404",
    "GET,/v2/models/%zz,400",
    "GET,/v2/models/a%2Fb,404",
    "POST,/v2/repository/models/sum/reload,404",
    "GET,/v2/repository/index,405",
    "GET,v2,400",
    "POST,/openapi.json,405",
    "GET,/v2/models/sum%00,404"
  })
  void handle_pathsThatAreNot_areTypedErrors(String method, String path, int status) {
    InferenceResponse response = call(handler, method, path, "");
    bad(response, status);
    assertThat(response.headers().containsKey("Allow")).isEqualTo(status == 405);
  }

  @Test
  void handle_requestId_isGivenBack() {
    InferenceResponse response =
        Exchange.send(
            handler,
            new InferenceRequest("GET", "/v2", Map.of("X-Request-ID", "r-1"), new byte[0]));
    assertThat(response.headers()).containsEntry("X-Request-Id", "r-1");
    InferenceResponse forged =
        Exchange.send(
            handler,
            new InferenceRequest("GET", "/v2", Map.of("X-Request-ID", "r\r\nX: y"), new byte[0]));
    assertThat(forged.headers()).doesNotContainKey("X-Request-Id");
  }

  @Test
  void build_deploymentThatCannotBeAsked_isRefused() {
    assertThatThrownBy(
            () -> InferenceHandler.builder().serve(Deployment.fixed(x -> new Regressed(1))).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no task");
    Features<StringBuilder> unreadable =
        Features.builder(StringBuilder.class).number("n", StringBuilder::length).build();
    assertThatThrownBy(
            () ->
                InferenceHandler.builder()
                    .serve(
                        Deployment.fixed(
                            "x", Task.regress(unreadable).build(), x -> new Regressed(1)))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reads(...)");
    assertThatThrownBy(() -> InferenceServer.start(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
