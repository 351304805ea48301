package dev.endolith.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.registry.Actor;
import dev.endolith.registry.ApprovalPolicy;
import dev.endolith.registry.InMemoryStores;
import dev.endolith.tck.SettableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What people see of a run. */
class RunPageTest {
  private static final StepValue<Integer> INT = StepValue.json(Integer.class);

  private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
  private final Pipelines pipelines =
      Pipelines.builder(
              PipelineJournal.inMemory(), InMemoryStores.create(Clock.systemUTC()).artifacts())
          .clock(clock)
          .parallelism(1)
          .build();

  @AfterEach
  void close() {
    pipelines.close();
  }

  private int takes(int seconds, int value) {
    clock.set(clock.instant().plusSeconds(seconds));
    return value;
  }

  private Pipeline<Integer> pipeline() {
    Pipeline.Builder steps = Pipeline.named("shown");
    Parameter<Integer> size = steps.parameter("size", INT, 2);
    StepOutput<List<Integer>> items =
        steps
            .step("items", StepValue.listOf(Integer.class))
            .does(size, s -> List.of(1, takes(1, 2)));
    StepOutput<List<Integer>> made =
        steps.forEach(
            "each", items, (inner, item) -> inner.step("one", INT).does(item, i -> takes(3, i)));
    StepOutput<List<Integer>> agreed =
        steps.approval("ok", made, m -> "Take <b>" + m + "</b>?", ApprovalPolicy.of(1));
    return steps.returning(steps.step("sum", INT).does(agreed, m -> takes(2, m.size())));
  }

  @Test
  void html_showsWhenHowAndOfWhat_andEscapesEverything() {
    Pipeline<Integer> pipeline = pipeline();
    pipelines.run(pipeline, "r<script>");
    String waiting = RunPage.html(pipeline, "r<script>", pipelines.records("r<script>"));
    assertThat(waiting)
        .contains("asks people", "Take &lt;b&gt;[1, 2]&lt;/b&gt;?", "each/1/one", "3.0 s")
        .contains("under way")
        .doesNotContain("<script", "<b>[");
    pipelines.as(Actor.of("ann & co")).approve("r<script>", "ok", "fine");
    pipelines.run(pipeline, "r<script>");
    String done = RunPage.html(pipeline, "r<script>", pipelines.records("r<script>"));
    assertThat(done)
        .contains("ann &amp; co agreed: fine", "finished", "$size")
        .contains("d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35")
        .contains("9.0 s", "<th scope=\"row\">each/0/one</th><td>each</td>");
    assertThat(RunPage.html(pipeline, "unknown", List.of())).contains("not begun");
  }

  @Test
  void html_ofAFailedRun_saysWhat() {
    Pipeline.Builder steps = Pipeline.named("fails");
    Pipeline<Integer> pipeline =
        steps.returning(
            steps
                .step("bad", INT)
                .retry(RetryPolicy.attempts(2))
                .does(
                    () -> {
                      throw new IllegalStateException("secret <row>");
                    }));
    assertThatThrownBy(() -> pipelines.run(pipeline, "r")).hasMessageContaining("bad");
    assertThat(RunPage.html(pipeline, "r", pipelines.records("r")))
        .contains("failed", "java.lang.IllegalStateException")
        .doesNotContain("secret");
  }

  @Test
  void progress_estimatesFromAnEarlierRun_andShowsALine() {
    Pipeline<Integer> pipeline = pipeline();
    pipelines.run(pipeline, "earlier");
    RunProgress silent = RunProgress.of(clock, pipelines.records("earlier"));
    assertThat(silent.left()).hasValue(Duration.ofSeconds(7));
    StringBuilder terminal = new StringBuilder();
    RunProgress progress = RunProgress.shown(clock, pipelines.records("earlier"), terminal);
    pipelines
        .prepare(pipeline, "r")
        .listener(silent)
        .listener(progress)
        .listener(
            event -> {
              if (event instanceof PipelineEvent.StepEnded end
                  && end.report().path().equals("each/0/one")) {
                assertThat(silent.left()).hasValue(Duration.ofSeconds(3));
                assertThat(silent.ended()).isEqualTo(2);
              }
            })
        .run();
    assertThat(silent.left()).hasValue(Duration.ZERO);
    assertThat(terminal.toString())
        .contains("\r[", "each/1/one", "3.0 s left")
        .containsPattern("waiting *\n$");
    assertThat(RunProgress.of(clock, List.of()).left()).isEmpty();
  }
}
