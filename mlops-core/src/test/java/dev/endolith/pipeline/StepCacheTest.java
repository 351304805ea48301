package dev.endolith.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Digest;
import dev.endolith.error.StepFailedException;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.InMemoryStores;
import dev.endolith.registry.StateStore;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepCacheTest {
  private static final StepValue<Integer> INT = StepValue.json(Integer.class);
  private static final AtomicInteger CALLS = new AtomicInteger();

  private final InMemoryStores stores = InMemoryStores.create(Clock.systemUTC());
  private final ArtifactStore artifacts = stores.artifacts();
  private final StateStore state = stores.state();
  private final StepCache cache = StepCache.of(state, artifacts, Clock.systemUTC());
  private final Pipelines pipelines = over(cache);
  private int runs;

  @TempDir Path folder;

  @AfterEach
  void close() {
    pipelines.close();
  }

  private Pipelines over(StepCache stepCache) {
    return Pipelines.builder(PipelineJournal.inMemory(), artifacts).cache(stepCache).build();
  }

  private <R> StepReport run(Pipelines in, Pipeline<R> pipeline) {
    return in.run(pipeline, "run" + runs++).steps().stream()
        .filter(s -> s.path().endsWith("cached"))
        .findFirst()
        .orElseThrow();
  }

  // code

  /** The classes of a step as a host would compile them. */
  private static final Map<String, String> SOURCES =
      Map.of(
          "Host",
          """
          import dev.endolith.pipeline.StepBody;
          public class Host {
            static int offset() { return 1; }
            public static StepBody.Of1<Integer, Integer> other() { return x -> x - 1; }
            public static StepBody.Of1<Integer, Integer> body() {
              return x -> Helper.twice(x) + offset();
            }
          }
          """,
          "Helper",
          "class Helper { static int twice(int x) { return x * new Deep().two(); } }",
          "Deep",
          "class Deep { int two() { return 2; } }",
          "Unrelated",
          "class Unrelated { int three() { return 3; } }");

  /** Compiles the sources with one of them changed, and gives the body that is built from them. */
  @SuppressWarnings("unchecked")
  private StepBody.Of1<Integer, Integer> compiled(String name, String from, String to)
      throws Exception {
    Path classes = java.nio.file.Files.createTempDirectory(folder, "classes");
    java.util.ArrayList<String> arguments =
        new java.util.ArrayList<>(
            List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path")));
    for (Map.Entry<String, String> source : SOURCES.entrySet()) {
      String text = source.getValue();
      if (source.getKey().equals(name)) {
        assertThat(text).contains(from);
        text = text.replace(from, to);
      }
      Path file = classes.resolve(source.getKey() + ".java");
      java.nio.file.Files.writeString(file, text);
      arguments.add(file.toString());
    }
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, arguments.toArray(String[]::new)))
        .isZero();
    ClassLoader loader = loader(classes);
    return (StepBody.Of1<Integer, Integer>)
        Class.forName("Host", true, loader).getMethod("body").invoke(null);
  }

  private ClassLoader loader(Path classes) throws MalformedURLException {
    return new URLClassLoader(
        new URL[] {classes.toUri().toURL()}, StepCacheTest.class.getClassLoader());
  }

  private Pipeline<Integer> pipeline(StepBody.Of1<Integer, Integer> body) {
    Pipeline.Builder steps = Pipeline.named("p");
    StepOutput<Integer> five = steps.step("five", INT).does(() -> 5);
    return steps.returning(steps.step("cached", INT).cached().does(five, body));
  }

  @Test
  void code_theSame_isAHit_inAnotherRunAndProcess() throws Exception {
    StepReport first = run(pipelines, pipeline(compiled("", "", "")));
    assertThat(first.how()).isEqualTo(StepReport.How.DONE);
    assertThat(first.why()).isEqualTo("miss: never done before");
    StepReport again =
        run(
            over(StepCache.of(state, artifacts, Clock.systemUTC())),
            pipeline(compiled("", "", "")));
    assertThat(again.how()).isEqualTo(StepReport.How.CACHED);
    assertThat(again.why()).startsWith("hit: made ");
  }

  @Test
  void code_changedInAClassThatIsReachedIndirectly_isAMissThatNamesIt() throws Exception {
    run(pipelines, pipeline(compiled("", "", "")));
    StepReport changed = run(pipelines, pipeline(compiled("Deep", "return 2", "return 3")));
    assertThat(changed.how()).isEqualTo(StepReport.How.DONE);
    assertThat(changed.why()).isEqualTo("miss: changed since the last time: code of Deep");
  }

  @Test
  void code_changedInAMethodOfTheSameClassThatIsCalled_isAMiss() throws Exception {
    run(pipelines, pipeline(compiled("", "", "")));
    assertThat(run(pipelines, pipeline(compiled("Host", "return 1", "return 4"))).why())
        .contains("code of body");
    assertThat(run(pipelines, pipeline(compiled("Host", "+ offset()", "- offset()"))).how())
        .isEqualTo(StepReport.How.DONE);
  }

  @Test
  void code_changedElsewhere_isAHit() throws Exception {
    run(pipelines, pipeline(compiled("", "", "")));
    for (String[] change :
        List.of(
            new String[] {"Unrelated", "return 3", "return 4"},
            new String[] {"Host", "x - 1", "x - 2"},
            new String[] {"Host", "public class Host {", "public class Host {\n // a line\n"},
            new String[] {
              "Host",
              "public static StepBody.Of1<Integer, Integer> other",
              "static Runnable first() { return () -> {}; }\n"
                  + "public static StepBody.Of1<Integer, Integer> other"
            })) {
      assertThat(run(pipelines, pipeline(compiled(change[0], change[1], change[2]))).how())
          .as(change[2])
          .isEqualTo(StepReport.How.CACHED);
    }
  }

  @Test
  void code_reachesTheWholeOfALibrary() {
    StepBody.Of1<Digest, String> body = d -> dev.endolith.data.CanonicalJson.write(d);
    StepCode.Reach reach = new StepCode().of("x", body);
    assertThat(reach.parts())
        .containsKeys(
            "body",
            "dev.endolith.data.CanonicalJson",
            "com.fasterxml.jackson.databind.ObjectMapper")
        .doesNotContainKey("java.lang.String")
        .doesNotContainKey(StepCacheTest.class.getName());
    assertThat(new StepCode().of("x", body)).isEqualTo(reach);
  }

  @Test
  void code_thatHoldsValues_isRefusedWithTheWayOut() {
    int captured = CALLS.get();
    assertThatThrownBy(() -> run(pipelines, pipeline(x -> x + captured)))
        .isInstanceOf(StepFailedException.class)
        .hasMessageContaining("captures 1 value(s)")
        .hasMessageContaining("pass them as inputs");
    assertThatThrownBy(() -> run(pipelines, pipeline(new Holding(3))))
        .hasMessageContaining("has fields");
    assertThat(run(pipelines, pipeline(new Plain())).how()).isEqualTo(StepReport.How.DONE);
    assertThat(run(pipelines, pipeline(new Plain())).how()).isEqualTo(StepReport.How.CACHED);
    assertThat(run(pipelines, pipeline(StepCacheTest::negate)).how())
        .isEqualTo(StepReport.How.DONE);
    assertThat(run(pipelines, pipeline(StepCacheTest::negate)).how())
        .isEqualTo(StepReport.How.CACHED);
  }

  private static int negate(int x) {
    return -x;
  }

  @SuppressWarnings("serial")
  private static final class Holding implements StepBody.Of1<Integer, Integer> {
    private final int held;

    Holding(int held) {
      this.held = held;
    }

    @Override
    public Integer run(Integer a) {
      return a + held;
    }
  }

  @SuppressWarnings("serial")
  private static final class Plain implements StepBody.Of1<Integer, Integer> {
    @Override
    public Integer run(Integer a) {
      return a + 7;
    }
  }

  // inputs, labels, environment

  private static Pipeline<Integer> counting(int input, String label) {
    Pipeline.Builder steps = Pipeline.named("counting");
    StepOutput<Integer> given = steps.step("given", INT).does(() -> input);
    return steps.returning(
        steps
            .step("cached", INT)
            .cached(label)
            .does(
                given,
                steps.context(),
                (x, context) -> {
                  CALLS.incrementAndGet();
                  return 10 * x;
                }));
  }

  @Test
  void inputs_labelAndEnvironment_makeTheDifference() {
    int before = CALLS.get();
    assertThat(run(pipelines, counting(1, "")).how()).isEqualTo(StepReport.How.DONE);
    assertThat(run(pipelines, counting(1, "")).how()).isEqualTo(StepReport.How.CACHED);
    assertThat(run(pipelines, counting(2, "")).why()).contains("changed").contains("'given'");
    assertThat(run(pipelines, counting(2, "v2")).why()).endsWith("label");
    assertThat(CALLS.get() - before).isEqualTo(3);
    try (Pipelines elsewhere = over(cache.environment(Map.of("cuda", "12")))) {
      assertThat(run(elsewhere, counting(2, "v2")).why()).contains("environment 'cuda'");
      assertThat(run(elsewhere, counting(2, "v2")).how()).isEqualTo(StepReport.How.CACHED);
    }
  }

  @Test
  void inputs_ofWhichNothingTellsThatTheyAreTheSame_areRefused() {
    Pipeline.Builder steps = Pipeline.named("p");
    StepOutput<Integer> file = steps.step("file", StepValue.<Integer>recomputed()).does(() -> 1);
    Pipeline<Integer> unknown =
        steps.returning(steps.step("cached", INT).cached().does(file, x -> x));
    assertThatThrownBy(() -> run(pipelines, unknown))
        .hasMessageContaining("nothing tells whether its input 'file'");

    Pipeline.Builder known = Pipeline.named("p");
    StepOutput<Integer> digested =
        known.step("file", StepValue.<Integer>recomputed(x -> Digest.ofText("" + x))).does(() -> 1);
    Pipeline<Integer> pipeline =
        known.returning(known.step("cached", INT).cached().does(digested, x -> x));
    assertThat(run(pipelines, pipeline).how()).isEqualTo(StepReport.How.DONE);
    assertThat(run(pipelines, pipeline).how()).isEqualTo(StepReport.How.CACHED);
  }

  private static Pipeline<List<Integer>> each(List<Integer> items) {
    Pipeline.Builder steps = Pipeline.named("each");
    StepOutput<List<Integer>> list =
        steps.step("list", StepValue.listOf(Integer.class)).does(() -> items);
    return steps.returning(
        steps.forEach(
            "item",
            list,
            INT,
            (inner, item) -> inner.step("cached", INT).cached().does(item, i -> i * i)));
  }

  @Test
  void items_areFoundAgain_whereverTheyStandInTheList() {
    assertThat(pipelines.run(each(List.of(1, 2, 3)), "a").cached()).isEmpty();
    PipelineRun<List<Integer>> again = pipelines.run(each(List.of(3, 4, 1)), "b");
    assertThat(again.result()).containsExactly(9, 16, 1);
    assertThat(again.cached()).containsExactlyInAnyOrder("item/0/cached", "item/2/cached");
  }

  // outputs

  private static Pipeline<byte[]> large() {
    Pipeline.Builder steps = Pipeline.named("large");
    return steps.returning(
        steps
            .step("cached", StepValue.<byte[]>bytes(b -> b, b -> b))
            .cached()
            .does(() -> new byte[100_000]));
  }

  @Test
  void output_thatIsGone_isMadeAgain() {
    assertThat(run(pipelines, large()).how()).isEqualTo(StepReport.How.DONE);
    assertThat(run(pipelines, large()).how()).isEqualTo(StepReport.How.CACHED);
    Digest blob = Digest.of(new byte[100_000]);
    Instant later = Instant.now(Clock.systemUTC()).plusSeconds(1_000_000);
    assertThat(artifacts.quarantine(blob, later)).isTrue();
    assertThat(artifacts.purge(blob, later)).isTrue();
    StepReport report = run(pipelines, large());
    assertThat(report.how()).isEqualTo(StepReport.How.DONE);
    assertThat(report.why()).contains("not there any more");
    assertThat(run(pipelines, large()).how()).isEqualTo(StepReport.How.CACHED);
  }

  @Test
  void forget_dropsOldOutputs() {
    run(pipelines, counting(9, ""));
    assertThat(cache.forget(Instant.EPOCH)).isZero();
    assertThat(cache.forget(Instant.now(Clock.systemUTC()).plusSeconds(10))).isEqualTo(1);
    assertThat(run(pipelines, counting(9, "")).why()).contains("forgotten");
    assertThat(run(pipelines, counting(9, "")).how()).isEqualTo(StepReport.How.CACHED);
  }

  @Test
  void cache_thereIsNone_isSaidBeforeTheRunBegins() {
    try (Pipelines without = Pipelines.builder(PipelineJournal.inMemory(), artifacts).build()) {
      assertThatThrownBy(() -> without.run(large(), "r"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Pipelines.Builder.cache");
      assertThat(without.records("r")).isEmpty();
    }
  }
}
