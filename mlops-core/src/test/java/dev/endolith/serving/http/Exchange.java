package dev.endolith.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.oas.OpenApi30;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A request and its response, held against the OpenAPI document that the server serves, by a
 * validator that nobody here wrote: the status must be one that the document names, the response's
 * body must be of its schema, and so must the body of a request that was answered.
 */
final class Exchange {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode DOCUMENT = document();
  private static final JsonSchemaFactory SCHEMAS = schemas();
  private static final Map<JsonNode, JsonSchema> COMPILED = new ConcurrentHashMap<>();

  private Exchange() {}

  /** Sends a request to a handler, and checks both sides. */
  static InferenceResponse send(InferenceHandler handler, InferenceRequest request) {
    InferenceResponse response = handler.handle(request);
    check(request, response);
    return response;
  }

  static void check(InferenceRequest request, InferenceResponse response) {
    String path = request.path().split("\\?", -1)[0];
    String what = request.method() + " " + path + " -> " + response.status();
    Optional<JsonNode> item = item(path);
    JsonNode operation =
        item.map(i -> i.path(request.method().toLowerCase(java.util.Locale.ROOT)))
            .filter(JsonNode::isObject)
            .orElse(null);
    if (path.equals("/openapi.json") && response.status() == 200) {
      return;
    }
    if (operation == null) {
      assertThat(response.status()).as(what).isIn(400, 401, 403, 404, 405);
      valid(JSON.createObjectNode().put("$ref", "#/components/schemas/error"), response, what);
      return;
    }
    JsonNode answer = operation.at("/responses/" + response.status());
    assertThat(answer.isMissingNode()).as("%s is not in the document", what).isFalse();
    String type = response.headers().getOrDefault("Content-Type", "application/json");
    JsonNode content = answer.path("content").path(type);
    assertThat(content.isMissingNode() && response.body().length > 0)
        .as("%s answers with %s, which is not in the document", what, type)
        .isFalse();
    if (type.equals("application/json") && content.has("schema")) {
      valid(content.get("schema"), response, what);
    }
    JsonNode asked = operation.at("/requestBody/content/application~1json/schema");
    boolean binary =
        request.headers().keySet().stream()
            .anyMatch(h -> h.equalsIgnoreCase("Inference-Header-Content-Length"));
    if (response.status() == 200 && asked.isObject() && !binary && request.body().length > 0) {
      valid(asked, request.body(), what + ", the request");
    }
  }

  private static void valid(JsonNode schema, InferenceResponse response, String what) {
    valid(schema, response.body(), what + ", the response");
  }

  private static void valid(JsonNode schema, byte[] body, String what) {
    JsonNode value;
    try {
      value = JSON.readTree(body);
    } catch (IOException e) {
      throw new AssertionError(
          what + " is no JSON: " + new String(body, StandardCharsets.UTF_8), e);
    }
    assertThat(COMPILED.computeIfAbsent(schema, Exchange::compiled).validate(value))
        .as("%s: %s", what, value)
        .isEmpty();
  }

  private static JsonSchema compiled(JsonNode schema) {
    ObjectNode root = JSON.createObjectNode();
    root.putArray("allOf").add(schema);
    root.set("components", DOCUMENT.get("components"));
    return SCHEMAS.getSchema(root);
  }

  /** The path item; one without placeholders wins. */
  private static Optional<JsonNode> item(String path) {
    if (DOCUMENT.get("paths").has(path)) {
      return Optional.of(DOCUMENT.get("paths").get(path));
    }
    List<String> segments = List.of(path.split("/", -1));
    return DOCUMENT.get("paths").properties().stream()
        .filter(p -> matches(List.of(p.getKey().split("/", -1)), segments))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static boolean matches(List<String> template, List<String> path) {
    if (template.size() != path.size()) {
      return false;
    }
    for (int i = 0; i < path.size(); i++) {
      boolean placeholder = template.get(i).startsWith("{");
      String regex = placeholder ? "[^/]+" : Pattern.quote(template.get(i));
      if (!path.get(i).matches(regex)) {
        return false;
      }
    }
    return true;
  }

  private static JsonSchemaFactory schemas() {
    JsonMetaSchema openApi = OpenApi30.getInstance();
    return JsonSchemaFactory.builder(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4))
        .metaSchema(openApi)
        .defaultMetaSchemaIri(openApi.getIri())
        .build();
  }

  private static JsonNode document() {
    try {
      InferenceHandler handler = InferenceHandler.builder().serve(Models.sum()).build();
      return JSON.readTree(
          handler
              .handle(new InferenceRequest("GET", "/openapi.json", Map.of(), new byte[0]))
              .body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
