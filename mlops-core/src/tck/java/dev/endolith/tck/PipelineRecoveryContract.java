package dev.endolith.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.error.StepFailedException;
import dev.endolith.pipeline.Pipeline;
import dev.endolith.pipeline.PipelineJournal;
import dev.endolith.pipeline.PipelineRun;
import dev.endolith.pipeline.Pipelines;
import dev.endolith.pipeline.RunRequest;
import dev.endolith.pipeline.RunningPipeline;
import dev.endolith.pipeline.StepRecord.Outcome;
import dev.endolith.pipeline.StepValue;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.InMemoryStores;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * What a {@link PipelineJournal} is for: whatever happens to a run at whatever point, the run that
 * goes on ends as one that was left alone, and what was done is not done again.
 *
 * <p>Pipelines of many shapes, named ones and random ones by seed, are run with every fault at
 * every point: the process dies before and after each commit and each effect; a step fails, hangs
 * until its timeout, or is cancelled at each effect. A fault that never came to pass is not
 * counted.
 */
public abstract class PipelineRecoveryContract {
  private static final AtomicLong RUNS = new AtomicLong();

  private PipelineJournal journal;
  private ArtifactStore artifacts;
  private long combinations;

  /** Creates the kit; called by JUnit. */
  protected PipelineRecoveryContract() {}

  /**
   * Makes an empty journal.
   *
   * @return the journal
   */
  protected abstract PipelineJournal fresh();

  /**
   * How many random pipelines are tried.
   *
   * @return the number, fewer for a journal that is slow
   */
  protected int randomPipelines() {
    return 10;
  }

  /**
   * Which points are tried: all, or every second or third of a journal that is slow.
   *
   * @return the distance of the points that are tried
   */
  protected int stride() {
    return 1;
  }

  /**
   * How many combinations of pipeline, fault and point must have come to pass.
   *
   * @return the number, to notice a sweep that misses
   */
  protected int leastCombinations() {
    return 300;
  }

  @BeforeEach
  void open() {
    journal = fresh();
    artifacts = InMemoryStores.create(Clock.systemUTC()).artifacts();
  }

  @Test
  @DisplayName("Whatever happens at whatever point, a run ends as if nothing had happened")
  void run_withAnyFaultAtAnyPoint_endsAsIfNothingHadHappened(TestReporter reporter)
      throws InterruptedException {
    List<String> shapes = new ArrayList<>(PipelineShapes.NAMED);
    LongStream.rangeClosed(1, randomPipelines()).forEach(seed -> shapes.add("" + seed));
    for (String shape : shapes) {
      PipelineWorld calm = new PipelineWorld();
      PipelineWorld.Host process = calm.new Host(journal, PipelineWorld.Fault.NONE, -1);
      int expected;
      try (Pipelines pipelines = over(process)) {
        expected = pipelines.run(PipelineShapes.build(shape, process), id()).result();
      }
      for (PipelineWorld.Fault fault : PipelineWorld.Fault.values()) {
        int points =
            switch (fault) {
              case NONE -> 0;
              case DIES_BEFORE_COMMIT, DIES_AFTER_COMMIT -> process.commits();
              case HANGS -> Math.min(2, process.effects()); // each costs a timeout
              default -> process.effects();
            };
        for (int point = 0; point < points; point += stride()) {
          combination(shape, fault, point, expected);
        }
      }
    }
    reporter.publishEntry("combinations of pipeline, fault and point", "" + combinations);
    assertThat(combinations).isGreaterThanOrEqualTo(leastCombinations());
  }

  private void combination(String shape, PipelineWorld.Fault fault, int point, int expected)
      throws InterruptedException {
    String what = "pipeline " + shape + ", " + fault + " at " + point;
    String id = id();
    PipelineWorld world = new PipelineWorld();
    PipelineWorld.Host first = world.new Host(journal, fault, point);
    boolean cancelled = false;
    try (Pipelines pipelines = over(first)) {
      RunRequest<Integer> request = pipelines.prepare(PipelineShapes.build(shape, first), id);
      try {
        RunningPipeline<Integer> running = request.start();
        first.runs(running);
        cancelled = running.await() instanceof PipelineRun.Cancelled;
      } catch (StepFailedException | PipelineWorld.Died e) {
        // as planted
      } catch (RuntimeException e) {
        assertThat(e).as(what).hasRootCauseInstanceOf(PipelineWorld.Died.class);
      }
    }
    if (!first.fired()) {
      return; // steps that are done at the same time commit more or less often
    }
    combinations++;
    Set<String> durable = new HashSet<>();
    journal.records(id).stream()
        .filter(r -> r.outcome() == Outcome.SUCCEEDED)
        .forEach(r -> durable.add(r.step()));
    List<String> before = world.effectsSoFar();
    PipelineWorld.Host second = world.new Host(journal, PipelineWorld.Fault.NONE, -1);
    try (Pipelines pipelines = over(second)) {
      PipelineRun<Integer> run = goOn(pipelines, PipelineShapes.build(shape, second), id, world);
      if (cancelled) {
        assertThat(run).as(what).isInstanceOf(PipelineRun.Cancelled.class);
        assertThat(world.effectsSoFar()).as(what).hasSameSizeAs(before);
        return;
      }
      assertThat(run.result()).as(what).isEqualTo(expected);
    }
    List<String> all = world.effectsSoFar();
    assertThat(all.subList(before.size(), all.size()).stream().filter(durable::contains))
        .as("%s: what was done is not done again", what)
        .isEmpty();
    assertThat(all.stream().filter(step -> step.matches("(.*/)?once[0-9]+")))
        .as("%s: at most once", what)
        .doesNotHaveDuplicates();
    assertThat(all.subList(before.size(), all.size()))
        .as("%s: no step twice in one process", what)
        .doesNotHaveDuplicates();
  }

  /** Runs it to its end; whoever is asked about a step looks at the world. */
  private static PipelineRun<Integer> goOn(
      Pipelines pipelines, Pipeline<Integer> pipeline, String id, PipelineWorld world) {
    PipelineRun<Integer> run = pipelines.run(pipeline, id);
    while (run instanceof PipelineRun.Unsettled<Integer> open) {
      for (String step : open.unsettled()) {
        if (world.values.containsKey(step)) {
          pipelines.settleDone(id, step, StepValue.json(Integer.class), world.values.get(step));
        } else {
          pipelines.settleNotDone(id, step);
        }
      }
      run = pipelines.run(pipeline, id);
    }
    return run;
  }

  private Pipelines over(PipelineJournal used) {
    return Pipelines.builder(used, artifacts).parallelism(3).build();
  }

  private static String id() {
    return "run-" + RUNS.incrementAndGet();
  }
}
