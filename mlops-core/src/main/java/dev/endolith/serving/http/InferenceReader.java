package dev.endolith.serving.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * Reads inference requests. Thread-safe.
 *
 * A tensor's data can stand before its shape and datatype. It is then skipped, and read from its
 * offset in the body once they are known, so that no element is ever kept in a form other than its
 * own. Nothing is allocated for a tensor before its shape was compared with the bytes that are there.
 */
final class InferenceReader {
  private static final int NUMBER_CHARACTERS = 1_000;
  private static final int NAME_CHARACTERS = 1_024;
  private static final int MOST_DIMENSIONS = 8;

  /** A day. */
  private static final long MOST_MILLIS = 86_400_000;

  private static final int ID_CHARACTERS = 1_024;

  /** An element of JSON takes a character and a comma; the last one no comma. */
  private static final int JSON_ELEMENT_BYTES = 2;

  private final InferenceLimits limits;
  private final JsonFactory json;

  InferenceReader(InferenceLimits limits) {
    this.limits = limits;
    this.json =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(limits.jsonDepth())
                    .maxNumberLength(NUMBER_CHARACTERS)
                    .maxNameLength(NAME_CHARACTERS)
                    .maxStringLength(limits.bodyBytes())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();
  }

  /**
   * Reads a request.
   *
   * @param header the bytes of JSON; -1 if the body is JSON alone
   */
  Inference read(byte[] body, int header) {
    Body request = new Body(body, header);
    read(body, header < 0 ? body.length : header, request::read);
    return request.finish();
  }

  /** Reads the parameters of a request that may have no body. */
  Set<String> parameterNames(byte[] body) {
    Set<String> names = new HashSet<>();
    if (body.length > 0) {
      read(
          body,
          body.length,
          parser -> {
            members(
                parser,
                (p, name) -> {
                  if (name.equals("parameters")) {
                    members(
                        p,
                        (inner, parameter) -> {
                          names.add(parameter);
                          inner.skipChildren();
                        });
                  } else {
                    p.skipChildren();
                  }
                });
          });
    }
    return names;
  }

  /** The boolean member {@code ready} of an index request, null if it is not there. */
  @Nullable Boolean ready(byte[] body) {
    Boolean[] ready = new Boolean[1];
    if (body.length > 0) {
      read(
          body,
          body.length,
          parser ->
              members(
                  parser,
                  (p, name) -> {
                    if (name.equals("ready")) {
                      ready[0] = bool(p, "ready");
                    } else {
                      p.skipChildren();
                    }
                  }));
    }
    return ready[0];
  }

  private void read(byte[] body, int length, Reading reading) {
    try (JsonParser parser = json.createParser(body, 0, length)) {
      parser.nextToken();
      reading.read(parser);
      if (parser.nextToken() != null) {
        throw Problem.bad("the JSON ends before the body does");
      }
    } catch (StreamConstraintsException e) {
      throw Problem.bad(
          "the JSON breaks a limit: "
              + limits.jsonDepth()
              + " levels, "
              + NUMBER_CHARACTERS
              + " characters of a number, "
              + NAME_CHARACTERS
              + " of a name");
    } catch (JsonProcessingException e) {
      // Jackson's text may quote what was sent
      throw Problem.bad(
          "the body is not well-formed JSON of distinct names, at byte "
              + (e.getLocation() == null ? -1 : e.getLocation().getByteOffset()));
    } catch (IOException e) {
      throw Problem.bad("the body is not UTF-8 JSON");
    }
  }

  private static void members(JsonParser parser, Member member) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw Problem.bad("an object is expected where the JSON has none");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      member.read(parser, name);
    }
  }

  private static String text(JsonParser parser, String what) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw Problem.bad(what + " is a string");
    }
    return parser.getText();
  }

  private static boolean bool(JsonParser parser, String what) throws IOException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw Problem.bad(what + " is true or false");
    }
    return token == JsonToken.VALUE_TRUE;
  }

  private static long number(JsonParser parser, String what) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
        || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw Problem.bad(what + " is a whole number below 2^63");
    }
    return parser.getLongValue();
  }

  private interface Reading {
    void read(JsonParser parser) throws IOException;
  }

  private interface Member {
    void read(JsonParser parser, String name) throws IOException;
  }

  /** One body that is being read. */
  private final class Body {
    private final byte[] bytes;
    private final boolean withBinary;
    private final int jsonBytes;
    private final List<WireTensor> inputs = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private @Nullable Map<String, @Nullable Boolean> wanted;
    private @Nullable String id;
    private String key = "";
    private long withinMillis;
    private boolean binary;
    private boolean inputsRead;
    private int nextBinary;

    Body(byte[] bytes, int header) {
      this.bytes = bytes;
      this.withBinary = header >= 0;
      this.jsonBytes = withBinary ? header : bytes.length;
      this.nextBinary = jsonBytes;
    }

    void read(JsonParser parser) throws IOException {
      members(
          parser,
          (p, name) -> {
            switch (name) {
              case "id" -> {
                id = text(p, "id");
                if (id.length() > ID_CHARACTERS) {
                  throw Problem.bad("id has at most " + ID_CHARACTERS + " characters");
                }
              }
              case "parameters" -> members(p, this::parameter);
              case "inputs" -> inputs(p);
              case "outputs" -> outputs(p);
              default -> p.skipChildren();
            }
          });
    }

    Inference finish() {
      if (!inputsRead) {
        throw Problem.bad("a request has inputs");
      }
      if (nextBinary != bytes.length) {
        throw Problem.bad(
            "the body has "
                + bytes.length
                + " bytes, its JSON and binary data have "
                + nextBinary
                + " together");
      }
      return new Inference(id, key, withinMillis, inputs, binary, wanted);
    }

    private void parameter(JsonParser p, String name) throws IOException {
      if (name.equals("binary_data_output")) {
        binary = bool(p, name);
      } else if (name.equals("key")) {
        key = text(p, name);
      } else if (name.equals("within_ms")) {
        withinMillis = number(p, name);
        if (withinMillis < 1 || withinMillis > MOST_MILLIS) {
          throw Problem.bad("within_ms is in [1, " + MOST_MILLIS + "], was " + withinMillis);
        }
      } else if (name.startsWith("sequence_")) {
        throw new Problem(501, "sequences of requests are not supported");
      } else {
        p.skipChildren();
      }
    }

    private void outputs(JsonParser parser) throws IOException {
      Map<String, @Nullable Boolean> outputs = new LinkedHashMap<>();
      elements(
          parser,
          "outputs",
          p -> {
            String[] name = new String[1];
            Boolean[] asBinary = new Boolean[1];
            members(
                p,
                (q, member) -> {
                  if (member.equals("name")) {
                    name[0] = text(q, "an output's name");
                  } else if (member.equals("parameters")) {
                    members(
                        q,
                        (r, parameter) -> {
                          switch (parameter) {
                            case "binary_data" -> asBinary[0] = bool(r, parameter);
                            case "classification", "shared_memory_region" ->
                                throw new Problem(
                                    501, "output parameter " + parameter + " is not supported");
                            default -> r.skipChildren();
                          }
                        });
                  } else {
                    q.skipChildren();
                  }
                });
            if (name[0] == null) {
              throw Problem.bad("an output has a name");
            }
            if (outputs.containsKey(name[0])) {
              throw Problem.bad("output " + Problem.shown(name[0]) + " is asked for twice");
            }
            outputs.put(name[0], asBinary[0]);
          });
      wanted = outputs;
    }

    private void inputs(JsonParser parser) throws IOException {
      inputsRead = true;
      elements(parser, "inputs", this::input);
    }

    private void elements(JsonParser parser, String what, Reading element) throws IOException {
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw Problem.bad(what + " is an array");
      }
      int count = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (++count > limits.tensors()) {
          throw Problem.bad(what + " are at most " + limits.tensors());
        }
        element.read(parser);
      }
    }

    private void input(JsonParser parser) throws IOException {
      Draft draft = new Draft();
      members(
          parser,
          (p, member) -> {
            switch (member) {
              case "name" -> draft.name = text(p, "an input's name");
              case "datatype" -> draft.datatype = Datatype.of(text(p, "a datatype"));
              case "shape" -> shape(p, draft);
              case "parameters" ->
                  members(
                      p,
                      (q, parameter) -> {
                        switch (parameter) {
                          case "binary_data_size" -> draft.binarySize = number(q, parameter);
                          case "shared_memory_region" ->
                              throw new Problem(501, "shared memory is not supported");
                          default -> q.skipChildren();
                        }
                      });
              case "data" -> data(p, draft);
              default -> p.skipChildren();
            }
          });
      WireTensor tensor = draft.tensor == null ? late(draft) : draft.tensor;
      if (draft.binarySize != null && draft.hasData) {
        throw Problem.bad("input " + Problem.shown(tensor.name()) + " has data twice");
      }
      inputs.add(tensor);
    }

    private void shape(JsonParser parser, Draft draft) throws IOException {
      List<Integer> lengths = new ArrayList<>();
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw Problem.bad("a shape is an array");
      }
      long product = 1;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        long length = number(parser, "a length in a shape");
        if (length < 0 || length > limits.tensorElements()) {
          throw Problem.bad(
              "a length in a shape is in [0, " + limits.tensorElements() + "], was " + length);
        }
        lengths.add((int) length);
        product *= length; // both at most 2^31
        if (product > limits.tensorElements() || lengths.size() > MOST_DIMENSIONS) {
          throw Problem.bad(
              "a tensor has at most "
                  + limits.tensorElements()
                  + " elements in "
                  + MOST_DIMENSIONS
                  + " dimensions");
        }
      }
      draft.shape = lengths.stream().mapToInt(Integer::intValue).toArray();
    }

    private void data(JsonParser parser, Draft draft) throws IOException {
      draft.hasData = true;
      if (draft.isComplete()) {
        draft.tensor = tensor(draft, JSON_ELEMENT_BYTES, jsonBytes + 1L);
        TensorReader.json(parser, draft.tensor);
        return;
      }
      draft.from = parser.currentTokenLocation().getByteOffset();
      if (draft.from < 0) {
        throw Problem.bad("the body is not UTF-8 JSON");
      }
      parser.skipChildren();
    }

    /** Makes a tensor whose data came before its shape, or is binary. */
    private WireTensor late(Draft draft) throws IOException {
      if (!draft.isComplete()) {
        throw Problem.bad("an input has name, datatype and shape");
      }
      if (draft.hasData) {
        WireTensor tensor = tensor(draft, JSON_ELEMENT_BYTES, jsonBytes + 1L);
        int from = (int) draft.from;
        try (JsonParser again = json.createParser(bytes, from, jsonBytes - from)) {
          again.nextToken();
          TensorReader.json(again, tensor);
        }
        return tensor;
      }
      Long size = draft.binarySize;
      if (size == null) {
        throw Problem.bad("an input has data, or the parameter binary_data_size");
      }
      if (!withBinary) {
        throw Problem.bad("binary data needs the header Inference-Header-Content-Length");
      }
      if (size < 0 || size > bytes.length - nextBinary) {
        throw Problem.bad(
            "binary_data_size is "
                + size
                + ", the body has "
                + (bytes.length - nextBinary)
                + " bytes left");
      }
      WireTensor tensor = tensor(draft, draft.type().bytes(), size);
      if (draft.type() != Datatype.BYTES && size != (long) tensor.size() * draft.type().bytes()) {
        throw Problem.bad(
            "input "
                + Problem.shown(tensor.name())
                + " has "
                + size
                + " bytes, its shape needs "
                + (long) tensor.size() * draft.type().bytes());
      }
      TensorReader.binary(bytes, nextBinary, (int) (long) size, tensor);
      nextBinary += (int) (long) size;
      return tensor;
    }

    /** Allocates a tensor if there are bytes enough for its elements. */
    private WireTensor tensor(Draft draft, int elementBytes, long bytesThere) {
      String name = draft.title();
      if (!names.add(name)) {
        throw Problem.bad("input " + Problem.shown(name) + " is given twice");
      }
      long elements = 1;
      for (int length : draft.lengths()) {
        elements *= length;
      }
      if (elements * elementBytes > bytesThere) {
        throw Problem.bad(
            "input " + Problem.shown(name) + " has fewer data than the shape needs: " + elements);
      }
      return new WireTensor(name, draft.type(), draft.lengths());
    }
  }

  /** What is known of an input so far. */
  private static final class Draft {
    private @Nullable String name;
    private @Nullable Datatype datatype;
    private int @Nullable [] shape;
    private @Nullable Long binarySize;
    private @Nullable WireTensor tensor;
    private boolean hasData;
    private long from;

    boolean isComplete() {
      return name != null && datatype != null && shape != null;
    }

    String title() {
      if (name == null) {
        throw Problem.bad("an input has a name");
      }
      return name;
    }

    Datatype type() {
      if (datatype == null) {
        throw Problem.bad("an input has a datatype");
      }
      return datatype;
    }

    int[] lengths() {
      if (shape == null) {
        throw Problem.bad("an input has a shape");
      }
      return shape;
    }
  }
}
