package dev.endolith.serving.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes responses. */
final class Answers {
  static final String HEADER_LENGTH = "Inference-Header-Content-Length";
  private static final String TYPE = "Content-Type";
  private static final String JSON_TYPE = "application/json";
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_CONTENT).build();

  private Answers() {}

  interface Writing {
    void write(JsonGenerator json) throws IOException;
  }

  static InferenceResponse json(int status, Map<String, String> headers, Writing writing) {
    Map<String, String> all = new HashMap<>(headers);
    all.put(TYPE, JSON_TYPE);
    return new InferenceResponse(status, all, bytes(writing));
  }

  static InferenceResponse json(Writing writing) {
    return json(200, Map.of(), writing);
  }

  static InferenceResponse error(int status, Map<String, String> headers, String message) {
    return json(
        status,
        headers,
        json -> {
          json.writeStartObject();
          json.writeStringField("error", message);
          json.writeEndObject();
        });
  }

  /**
   * An inference's answer.
   *
   * @param version the version that answered, empty if there is none or several did
   * @param binary for each tensor whether it is written in binary
   */
  static InferenceResponse inference(
      String model,
      String version,
      @Nullable String id,
      List<WireTensor> outputs,
      boolean[] binary) {
    List<byte[]> raw = new ArrayList<>();
    int[] rawBytes = new int[1];
    byte[] head =
        bytes(
            json -> {
              json.writeStartObject();
              json.writeStringField("model_name", model);
              if (!version.isEmpty()) {
                json.writeStringField("model_version", version);
              }
              if (id != null) {
                json.writeStringField("id", id);
              }
              json.writeArrayFieldStart("outputs");
              for (int i = 0; i < binary.length; i++) {
                WireTensor output = outputs.get(i);
                json.writeStartObject();
                json.writeStringField("name", output.name());
                json.writeStringField("datatype", output.datatype().name());
                json.writeArrayFieldStart("shape");
                for (int d = 0; d < output.rank(); d++) {
                  json.writeNumber(output.length(d));
                }
                json.writeEndArray();
                if (binary[i]) {
                  byte[] bytes = raw(output);
                  raw.add(bytes);
                  rawBytes[0] += bytes.length;
                  json.writeObjectFieldStart("parameters");
                  json.writeNumberField("binary_data_size", bytes.length);
                  json.writeEndObject();
                } else {
                  json.writeArrayFieldStart("data");
                  for (int e = 0; e < output.size(); e++) {
                    element(json, output, e);
                  }
                  json.writeEndArray();
                }
                json.writeEndObject();
              }
              json.writeEndArray();
              json.writeEndObject();
            });
    if (raw.isEmpty()) {
      return new InferenceResponse(200, Map.of(TYPE, JSON_TYPE), head);
    }
    ByteBuffer body = ByteBuffer.allocate(head.length + rawBytes[0]).put(head);
    raw.forEach(body::put);
    return new InferenceResponse(
        200,
        Map.of(TYPE, "application/octet-stream", HEADER_LENGTH, Integer.toString(head.length)),
        body.array());
  }

  private static void element(JsonGenerator json, WireTensor tensor, int i) throws IOException {
    switch (tensor.datatype().kind()) {
      case BOOL -> json.writeBoolean(tensor.integer(i) != 0);
      case INTEGER -> json.writeNumber(tensor.integer(i));
      case TEXT -> json.writeString(tensor.text(i));
      case FLOAT -> {
        double value = tensor.number(i);
        if (!Double.isFinite(value)) {
          throw new Problem(
              500,
              "output '"
                  + tensor.name()
                  + "' is not finite, which JSON cannot say; ask for binary_data");
        }
        if (tensor.datatype() == Datatype.FP32) {
          json.writeNumber((float) value); // else 0.1 would show digits that it does not have
        } else {
          json.writeNumber(value);
        }
      }
    }
  }

  private static byte[] raw(WireTensor tensor) {
    if (tensor.datatype() == Datatype.BYTES) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int i = 0; i < tensor.size(); i++) {
        byte[] text = tensor.text(i).getBytes(StandardCharsets.UTF_8);
        out.writeBytes(
            ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(text.length)
                .array());
        out.writeBytes(text);
      }
      return out.toByteArray();
    }
    ByteBuffer out =
        ByteBuffer.allocate(tensor.size() * tensor.datatype().bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < tensor.size(); i++) {
      switch (tensor.datatype()) {
        case BOOL, INT8, UINT8 -> out.put((byte) tensor.integer(i));
        case INT16, UINT16 -> out.putShort((short) tensor.integer(i));
        case INT32, UINT32 -> out.putInt((int) tensor.integer(i));
        case INT64, UINT64 -> out.putLong(tensor.integer(i));
        case FP32 -> out.putFloat((float) tensor.number(i));
        case FP64 -> out.putDouble(tensor.number(i));
        case FP16, BF16, BYTES ->
            throw new IllegalStateException("no model answers " + tensor.datatype() + " here");
      }
    }
    return out.array();
  }

  private static byte[] bytes(Writing writing) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      writing.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    return out.toByteArray();
  }
}
