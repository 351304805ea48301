package dev.endolith.examples;

import dev.endolith.Workspace;
import dev.endolith.pipeline.Parameter;
import dev.endolith.pipeline.Pipeline;
import dev.endolith.pipeline.PipelineRun;
import dev.endolith.pipeline.RetryPolicy;
import dev.endolith.pipeline.RunPage;
import dev.endolith.pipeline.Schedule;
import dev.endolith.pipeline.StepOutput;
import dev.endolith.pipeline.StepValue;
import dev.endolith.pipeline.Trigger;
import dev.endolith.registry.Actor;
import dev.endolith.registry.ApprovalPolicy;
import dev.endolith.registry.GateResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;

/** A pipeline of one's own: the README's lines, run by a test. */
public final class PipelineQuickStart {
  /**
   * How well one setting did.
   *
   * @param depth the setting
   * @param score how well it did
   */
  public record Score(int depth, double score) {}

  private PipelineQuickStart() {}

  /**
   * Searches the best depth for a day's data, and asks a person before it is used.
   *
   * @param day the parameter that says which day
   */
  private record Search(Pipeline<Score> pipeline, Parameter<Instant> day) {
    static Search build() {
      StepValue<Score> score = StepValue.json(Score.class);
      Pipeline.Builder steps = Pipeline.named("search");
      Parameter<Instant> day = steps.parameter("day", StepValue.json(Instant.class), Instant.EPOCH);
      StepOutput<List<Double>> rows =
          steps
              .step("rows", StepValue.listOf(Double.class))
              .retry(
                  RetryPolicy.attempts(3).backoff(Duration.ofMillis(200), 2).on(IOException.class))
              .timeout(Duration.ofMinutes(1))
              .does(day, PipelineQuickStart::load);
      StepOutput<List<Integer>> depths =
          steps.step("depths", StepValue.listOf(Integer.class)).does(() -> List.of(2, 4, 8));
      StepOutput<List<Score>> scores =
          steps.forEach(
              "depth",
              depths,
              StepValue.json(Integer.class),
              (inner, depth) ->
                  inner.step("train", score).cached().does(depth, rows, PipelineQuickStart::train));
      StepOutput<Score> best = steps.step("best", score).does(scores, PipelineQuickStart::best);
      StepOutput<Score> good =
          steps.gate(
              "good", best, b -> new GateResult("good", b.score() > 0.5, "score " + b.score()));
      StepOutput<Score> agreed =
          steps.approval(
              "sign-off", good, b -> "Use depth " + b.depth() + "?", ApprovalPolicy.of(1));
      return new Search(steps.returning(agreed), day);
    }
  }

  private static List<Double> load(Instant day) {
    return List.of(day.getEpochSecond() % 7 / 10.0, 0.4, 0.9);
  }

  private static Score train(int depth, List<Double> rows) {
    double spread = rows.stream().mapToDouble(Double::doubleValue).sum() / rows.size();
    return new Score(depth, 1 - Math.abs(depth - 4) * 0.1 - 0.1 * spread);
  }

  private static Score best(List<Score> scores) {
    return scores.stream().max(Comparator.comparingDouble(Score::score)).orElseThrow();
  }

  /**
   * Runs the pipeline in a workspace.
   *
   * @param folder where the workspace is and the page is written
   * @return the best setting
   * @throws IOException if the page cannot be written
   */
  public static Score run(Path folder) throws IOException {
    Search search = Search.build();
    try (Workspace workspace = Workspace.open(folder.resolve("workspace"))) {
      PipelineRun<Score> asked = workspace.pipelines().run(search.pipeline(), "search-1");
      if (asked instanceof PipelineRun.Waiting<Score> waiting) { // holds no thread, for days
        workspace
            .as(Actor.of("ann"))
            .pipelines()
            .approve("search-1", waiting.questions().get(0).step(), "looks right");
      }
      Score best = workspace.pipelines().run(search.pipeline(), "search-1").result();
      Files.writeString(
          folder.resolve("run.html"),
          RunPage.html(search.pipeline(), "search-1", workspace.pipelines().records("search-1")));
      workspace
          .schedules()
          .add(
              Schedule.of("nightly", Trigger.cron("30 2 * * *", ZoneOffset.UTC), search.pipeline())
                  .time(search.day()));
      return best;
    }
  }
}
