package dev.endolith.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol, statement by statement, and our own OpenAPI document held against the answers. */
class ProtocolTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ASK =
      "{\"id\":\"42\",\"parameters\":{\"unknown\":1.5},\"inputs\":[{\"name\":\"features\",\"shape\":[1,2],"
          + "\"datatype\":\"FP32\",\"parameters\":{\"x\":\"y\"},\"data\":[[0.5,0.25]]}]}";

  private final InferenceHandler handler =
      InferenceHandler.builder().serve(Models.sum()).serve(Models.mixed()).build();

  private JsonNode get(String path) throws IOException {
    return call("GET", path, "");
  }

  private JsonNode call(String method, String path, String body) throws IOException {
    InferenceResponse response =
        Exchange.send(
            handler,
            new InferenceRequest(method, path, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
    assertThat(response.status())
        .as(() -> new String(response.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    assertThat(response.headers()).containsEntry("Content-Type", "application/json");
    return JSON.readTree(response.body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2", "/v2/"})
  void server_metadata_namesServerVersionAndExtensions(String path) throws IOException {
    JsonNode server = conforms(get(path), "metadata_server");
    assertThat(server.get("extensions").toString())
        .contains("binary_tensor_data", "statistics", "model_repository");
  }

  @Test
  void health_liveAndReady_areTwoHundredWithBodies() throws IOException {
    assertThat(conforms(get("/v2/health/live"), "health").toString()).isEqualTo("{\"live\":true}");
    assertThat(conforms(get("/v2/health/ready"), "health").get("ready").asBoolean()).isTrue();
    assertThat(conforms(get("/v2/models/sum/ready"), "ready_model").toString())
        .isEqualTo("{\"name\":\"sum\",\"ready\":true}");
  }

  @Test
  void model_metadata_describesInputsAndOutputs() throws IOException {
    JsonNode model = conforms(get("/v2/models/mixed"), "metadata_model");
    List<String> inputs = new ArrayList<>();
    model
        .get("inputs")
        .forEach(i -> inputs.add(i.get("name").asText() + i.get("datatype").asText()));
    assertThat(inputs)
        .containsExactly(
            "countFP64", "flagBOOL", "colourBYTES", "dayBYTES", "maybeFP64", "bigFP64", "idBYTES");
    assertThat(model.at("/inputs/0/shape").toString()).isEqualTo("[-1]");
    assertThat(model.at("/outputs/1/shape").toString()).isEqualTo("[-1,2]");
    assertThat(model.at("/properties/labels").asText()).isEqualTo("false,true");
    assertThat(model.has("versions")).isFalse(); // a fixed deployment has none
  }

  @Test
  void infer_answer_hasModelNameIdAndAllOutputsInOrder() throws IOException {
    JsonNode answer = conforms(call("POST", "/v2/models/sum/infer", ASK), "inference_response");
    assertThat(answer.get("model_name").asText()).isEqualTo("sum");
    assertThat(answer.get("id").asText()).isEqualTo("42");
    assertThat(answer.at("/outputs/0/name").asText()).isEqualTo("label");
    assertThat(answer.at("/outputs/0/data/0").asDouble()).isEqualTo(0.75);
    assertThat(answer.get("outputs")).hasSize(3);
    answer
        .get("outputs")
        .forEach(
            output -> {
              long product = 1;
              for (JsonNode length : output.get("shape")) {
                product *= length.asLong();
              }
              assertThat(output.get("data")).hasSize((int) product);
            });
  }

  @Test
  void statistics_afterCalls_countRowsAndFailures() throws IOException {
    call("POST", "/v2/models/sum/infer", ASK);
    Exchange.send(
        handler, new InferenceRequest("POST", "/v2/models/sum/infer", Map.of(), new byte[1]));
    JsonNode stats = conforms(get("/v2/models/sum/stats"), "statistics");
    assertThat(stats.at("/model_stats/0/inference_count").asInt()).isEqualTo(1);
    assertThat(stats.at("/model_stats/0/inference_stats/success/count").asInt()).isEqualTo(1);
    assertThat(stats.at("/model_stats/0/inference_stats/fail/count").asInt()).isEqualTo(1);
    assertThat(stats.at("/model_stats/0/last_inference").asLong()).isPositive();
    assertThat(conforms(get("/v2/models/stats"), "statistics").get("model_stats")).hasSize(2);
  }

  @Test
  void repository_index_listsModels() throws IOException {
    JsonNode index = conforms(call("POST", "/v2/repository/index", "{}"), "index");
    assertThat(index).hasSize(2);
    assertThat(index.at("/0/state").asText()).isEqualTo("READY");
  }

  private JsonNode conforms(JsonNode value, String schema) throws IOException {
    JsonNode schemas = get("/openapi.json").at("/components/schemas");
    assertThat(schemas.has(schema)).as(schema).isTrue();
    check(value, schemas.get(schema), schemas, schema);
    return value;
  }

  /** As much of JSON Schema as the document uses for answers; unknown members are faults too. */
  private static void check(JsonNode value, JsonNode schema, JsonNode schemas, String at) {
    if (schema.has("$ref")) {
      String name = schema.get("$ref").asText().replace("#/components/schemas/", "");
      check(value, schemas.get(name), schemas, at);
      return;
    }
    switch (schema.path("type").asText()) {
      case "object" -> {
        assertThat(value.isObject()).as(at).isTrue();
        schema.path("required").forEach(r -> assertThat(value.has(r.asText())).as(at + r).isTrue());
        value
            .properties()
            .forEach(
                member -> {
                  JsonNode inner = schema.path("properties").path(member.getKey());
                  JsonNode any = schema.path("additionalProperties");
                  assertThat(!inner.isMissingNode() || !any.isMissingNode())
                      .as(at + "." + member.getKey())
                      .isTrue();
                  check(
                      member.getValue(),
                      inner.isMissingNode() ? any : inner,
                      schemas,
                      at + "." + member.getKey());
                });
      }
      case "array" -> {
        assertThat(value.isArray()).as(at).isTrue();
        value.forEach(item -> check(item, schema.get("items"), schemas, at + "[]"));
      }
      case "string" -> assertThat(value.isTextual()).as(at).isTrue();
      case "integer" -> assertThat(value.isIntegralNumber()).as(at).isTrue();
      case "boolean" -> assertThat(value.isBoolean()).as(at).isTrue();
      default -> assertThat(value.isMissingNode()).as(at).isFalse();
    }
    if (schema.has("enum")) {
      assertThat(schema.get("enum").toString()).as(at).contains(value.toString());
    }
  }
}
