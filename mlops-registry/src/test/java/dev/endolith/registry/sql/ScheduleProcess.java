package dev.endolith.registry.sql;

import dev.endolith.Workspace;
import dev.endolith.pipeline.Parameter;
import dev.endolith.pipeline.Pipeline;
import dev.endolith.pipeline.Schedule;
import dev.endolith.pipeline.Schedules;
import dev.endolith.pipeline.StepContext;
import dev.endolith.pipeline.StepOutput;
import dev.endolith.pipeline.StepValue;
import dev.endolith.pipeline.Trigger;
import dev.endolith.registry.Leases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A program that runs a schedule until it is killed, and leaves a line for each step it does. */
final class ScheduleProcess {
  static final String NAME = "second";

  private ScheduleProcess() {}

  static Process start(Path workspace, Path effects, long leaseMillis) throws IOException {
    return JvmProcess.start(
        ScheduleProcess.class, workspace.toString(), effects.toString(), "" + leaseMillis);
  }

  public static void main(String[] arguments) throws Exception {
    Path effects = Path.of(arguments[1]);
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (Workspace workspace = Workspace.open(Path.of(arguments[0]));
        Schedules schedules =
            new Schedules(
                workspace.pipelines(),
                workspace.state(),
                new Leases(
                    workspace.state(),
                    Clock.systemUTC(),
                    Duration.ofMillis(Long.parseLong(arguments[2]))),
                workspace::relay,
                Clock.systemUTC(),
                () -> timer,
                true)) {
      schedules.add(schedule(effects));
      new CountDownLatch(1).await();
    }
  }

  private static Schedule schedule(Path effects) {
    Pipeline.Builder steps = Pipeline.named("three");
    Parameter<Instant> due = steps.parameter("due", StepValue.json(Instant.class));
    StepValue<Integer> number = StepValue.json(Integer.class);
    StepOutput<Integer> a =
        steps.step("a", number).does(due, steps.context(), (d, c) -> leave(effects, c, 0));
    StepOutput<Integer> b =
        steps
            .step("b", number)
            .does(
                a,
                steps.context(),
                (before, c) -> {
                  new CountDownLatch(1).await(200, TimeUnit.MILLISECONDS); // time to be killed in
                  return leave(effects, c, before);
                });
    StepOutput<Integer> c =
        steps.step("c", number).does(b, steps.context(), (before, x) -> leave(effects, x, before));
    return Schedule.of(NAME, Trigger.every(Duration.ofSeconds(1)), steps.returning(c)).time(due);
  }

  /** One write that appends, so that lines of two processes do not mix. */
  private static int leave(Path effects, StepContext step, int before) throws IOException {
    String line = step.key() + " " + ProcessHandle.current().pid() + "\n";
    Files.writeString(
        effects,
        line,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND,
        StandardOpenOption.SYNC);
    return before + 1;
  }
}
