package dev.endolith.registry.signing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/*
 * Reads JSON that a stranger wrote. One text has one meaning: UTF-8 only, no duplicate keys, nothing
 * after the value. Bounded before anything is allocated for it: bytes, depth, tokens.
 */
final class StrictJson {
  /** A bundle of 100 000 members has about this size. */
  static final int MAX_BYTES = 32 * 1024 * 1024;

  private static final int MAX_DEPTH = 20;
  private static final int MAX_TOKENS = 1_000_000;
  private static final int MAX_NAME = 256;
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxDocumentLength(MAX_BYTES)
                          .maxNestingDepth(MAX_DEPTH)
                          .maxTokenCount(MAX_TOKENS)
                          .maxNameLength(MAX_NAME)
                          .maxStringLength(MAX_BYTES)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  static JsonNode read(String what, byte[] utf8) throws MalformedException {
    if (utf8.length > MAX_BYTES) {
      throw new MalformedException(
          what + " has " + utf8.length + " bytes, at most " + MAX_BYTES + " are read");
    }
    String text;
    try {
      // Jackson would guess UTF-16 and UTF-32 too, and lets some malformed UTF-8 pass
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException(what + " is not UTF-8");
    }
    JsonNode node;
    try {
      node = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new MalformedException(
          what + " is not strict JSON (one object, no duplicate keys, depth at most 20)");
    }
    if (!node.isObject()) {
      throw new MalformedException(what + " is not a JSON object");
    }
    return node;
  }

  static JsonNode object(JsonNode parent, String field) throws MalformedException {
    JsonNode node = parent.path(field);
    if (!node.isObject()) {
      throw new MalformedException("'" + field + "' must be an object");
    }
    return node;
  }

  static JsonNode array(JsonNode parent, String field) throws MalformedException {
    JsonNode node = parent.path(field);
    if (!node.isArray()) {
      throw new MalformedException("'" + field + "' must be an array");
    }
    return node;
  }

  static String text(JsonNode parent, String field) throws MalformedException {
    JsonNode node = parent.path(field);
    if (!node.isTextual()) {
      throw new MalformedException("'" + field + "' must be a text");
    }
    return node.textValue();
  }

  static void requireText(JsonNode parent, String field, String expected)
      throws MalformedException {
    if (!text(parent, field).equals(expected)) {
      throw new MalformedException("'" + field + "' must be '" + expected + "'");
    }
  }
}
