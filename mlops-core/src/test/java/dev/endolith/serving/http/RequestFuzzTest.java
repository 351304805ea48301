package dev.endolith.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests that were right and then changed at random: answers are right or typed errors. */
class RequestFuzzTest {
  /** Requests that are held against the OpenAPI document too, which costs more than answering. */
  private static final int VALIDATED = 500;

  private static final int FEW = 10_000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "null",
    "true",
    "-1",
    "1e400",
    "99999999999999999999",
    "\"shape\":[2,1]",
    "\"data\":[[1],[2]]",
    "\"FP64\"",
    "\"INT64\"",
    "\"UINT64\"",
    "\"BYTES\"",
    "\"BOOL\"",
    "\"FP16\"",
    "\\u0000",
    "\uD800",
    "\"parameters\":{\"binary_data_size\":8}",
    "\"outputs\":[{\"name\":\"label\"}]",
    "NaN",
    "0",
    "[[[[",
    " "
  };

  private final InferenceHandler handler =
      InferenceHandler.builder().serve(Models.sum()).serve(Models.mixed()).build();

  private static final String SUM =
      """
      {"id":"7","parameters":{"binary_data_output":false},"inputs":[
       {"name":"a","shape":[2],"datatype":"FP64","data":[1,2]},
       {"name":"b","shape":[2,1],"datatype":"INT32","parameters":{"binary_data_size":8}}],
       "outputs":[{"name":"label","parameters":{"binary_data":true}}]}""";
  private static final String MIXED =
      """
      {"inputs":[{"data":[3],"name":"count","shape":[1],"datatype":"INT32"},
       {"name":"flag","shape":[1],"datatype":"BOOL","data":[true]},
       {"name":"colour","shape":[1],"datatype":"BYTES","data":["BLUE"]},
       {"name":"day","shape":[1],"datatype":"INT64","data":[18000]},
       {"name":"maybe","shape":[1],"datatype":"FP64","data":[null]},
       {"name":"big","shape":[1],"datatype":"UINT64","data":[9007199254740993]},
       {"name":"id","shape":[1],"datatype":"BYTES","data":["abc"]}]}""";

  @Test
  void handle_changedRequests_giveOnlyTypedErrors() throws IOException {
    fuzz(20261122, FEW);
  }

  @Test
  @Tag("long")
  void handle_manyChangedRequests_giveOnlyTypedErrors() throws IOException {
    fuzz(
        Long.getLong("endolith.fuzz.seed", 7),
        Integer.getInteger("endolith.fuzz.requests", 1_000_000));
  }

  private void fuzz(long seed, int requests) throws IOException {
    Random random = new Random(seed);
    int answered = 0;
    int refused = 0;
    for (int i = 0; i < requests; i++) {
      boolean sum = random.nextBoolean();
      byte[] json = (sum ? SUM : MIXED).getBytes(StandardCharsets.UTF_8);
      byte[] body = new byte[json.length + (sum ? 8 : 0)];
      System.arraycopy(json, 0, body, 0, json.length);
      int changes = random.nextInt(4);
      for (int change = 0; change < changes; change++) {
        body = change(body, random);
      }
      Map<String, String> headers = new HashMap<>();
      if (sum) {
        int length =
            switch (random.nextInt(8)) {
              case 0 -> random.nextInt();
              case 1 -> random.nextInt(body.length + 2);
              default -> body.length - 8;
            };
        headers.put("Inference-Header-Content-Length", Integer.toString(length));
      }
      InferenceRequest request =
          new InferenceRequest(
              "POST", "/v2/models/" + (sum ? "sum" : "mixed") + "/infer", headers, body);
      InferenceResponse response =
          i < VALIDATED ? Exchange.send(handler, request) : handler.handle(request);
      String where = "seed " + seed + ", request " + i;
      if (response.status() == 200) {
        answered++;
      } else {
        refused++;
        assertThat(response.status()).as(where).isIn(400, 501);
        JsonNode error = JSON.readTree(response.body());
        assertThat(error.get("error").asText()).as(where).isNotEmpty();
      }
    }
    // a quarter is not changed at all, of which most have a right header
    assertThat(answered).as("seed " + seed).isGreaterThan(requests / 8);
    assertThat(refused).as("seed " + seed).isGreaterThan(requests / 8);
  }

  private static byte[] change(byte[] body, Random random) {
    int at = random.nextInt(body.length);
    return switch (random.nextInt(5)) {
      case 0 -> {
        byte[] flipped = body.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        yield flipped;
      }
      case 1 -> java.util.Arrays.copyOf(body, Math.max(1, at));
      case 2 -> splice(body, at, at, PIECES[random.nextInt(PIECES.length)]);
      case 3 -> {
        int end = Math.min(body.length, at + 1 + random.nextInt(12));
        byte[] removed = splice(body, at, end, "");
        yield removed.length == 0 ? body : removed;
      }
      default -> {
        int end = Math.min(body.length, at + 1 + random.nextInt(6));
        yield splice(body, at, end, PIECES[random.nextInt(PIECES.length)]);
      }
    };
  }

  private static byte[] splice(byte[] body, int from, int to, String by) {
    byte[] middle = by.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[from + middle.length + body.length - to];
    System.arraycopy(body, 0, out, 0, from);
    System.arraycopy(middle, 0, out, from, middle.length);
    System.arraycopy(body, to, out, from + middle.length, body.length - to);
    return out;
  }
}
