package dev.endolith.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.endolith.data.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The load of autocannon ({@code npm install -g autocannon}): connections that are kept, with many
 * requests on their way at once on each.
 */
@Timeout(120)
class AutocannonTest {
  private static final int CONNECTIONS = 16;
  private static final int PIPELINED = 8;
  private static final int REQUESTS = 10_000;

  /**
   * It may close a connection on the first answer after its last request was sent, and not read
   * those that are on their way behind that answer.
   */
  private static final int READ = REQUESTS - CONNECTIONS * (PIPELINED - 1);

  private static final String ASK =
      "{\"id\":\"42\",\"inputs\":[{\"name\":\"features\",\"shape\":[1,2],\"datatype\":\"FP64\","
          + "\"data\":[1,2]}]}";

  @Test
  void pipelinedRequests_areAllAnswered() throws Exception {
    Optional<Path> program = Programs.find("autocannon");
    assumeTrue(program.isPresent(), "no autocannon on the PATH");
    try (InferenceServer server = InferenceServer.start(0, Models.sum())) {
      String url = server.uri().resolve("/v2/models/sum/infer").toString();
      Process load =
          new ProcessBuilder(
                  program.orElseThrow().toString(),
                  "--json",
                  "--connections",
                  Integer.toString(CONNECTIONS),
                  "--pipelining",
                  Integer.toString(PIPELINED),
                  "--amount",
                  Integer.toString(REQUESTS),
                  "--timeout",
                  "60",
                  "--method",
                  "POST",
                  "--headers",
                  "Content-Type=application/json",
                  "--body",
                  ASK,
                  url)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String told;
      try {
        told = new String(load.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(load.waitFor()).as(told).isZero();
      } finally {
        load.destroy();
      }
      Map<?, ?> result = CanonicalJson.read(told, Map.class);
      assertThat(number(result, "2xx")).as(told).isBetween((long) READ, (long) REQUESTS);
      for (String bad : new String[] {"non2xx", "errors", "timeouts", "resets"}) {
        assertThat(number(result, bad)).as(bad + " of " + told).isZero();
      }
    }
  }

  private static long number(Map<?, ?> result, String name) {
    return ((Number) result.get(name)).longValue();
  }
}
