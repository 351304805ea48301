package dev.endolith.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.endolith.Role;
import dev.endolith.Workspace;
import dev.endolith.error.NotFoundException;
import dev.endolith.event.Event;
import dev.endolith.registry.Actor;
import dev.endolith.registry.ApprovalPolicy;
import dev.endolith.registry.Governance;
import dev.endolith.tck.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchedulesTest {
  private static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");
  private static final StepValue<Instant> TIME = StepValue.json(Instant.class);
  private static final StepValue<String> TEXT = StepValue.json(String.class);

  private final SettableClock clock = new SettableClock(TEN);
  private final Workspace workspace = Workspace.builder().clock(clock).open();
  private final List<String> done = Collections.synchronizedList(new ArrayList<>());
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private int failures;

  @AfterEach
  void close() {
    workspace.close();
    timer.shutdownNow();
  }

  private Schedule hourly(String name, CatchUp catchUp) {
    Pipeline.Builder steps = Pipeline.named("hourly");
    Parameter<Instant> due = steps.parameter("due", TIME);
    Pipeline<String> pipeline =
        steps.returning(
            steps
                .step("work", TEXT)
                .does(
                    due,
                    at -> {
                      if (failures > 0) {
                        failures--;
                        throw new IllegalStateException("planted");
                      }
                      done.add(at.toString().substring(11, 16));
                      return "";
                    }));
    return Schedule.of(name, Trigger.every(Duration.ofHours(1)), pipeline)
        .time(due)
        .catchUp(catchUp);
  }

  /** Schedules of another process on the same workspace, which is asked by hand. */
  private Schedules schedules() {
    return new Schedules(
        workspace.pipelines(),
        workspace.state(),
        workspace.leases(),
        workspace::relay,
        clock,
        () -> timer,
        true);
  }

  private void at(String time) {
    clock.set(Instant.parse("2026-03-01T" + time + ":00Z"));
  }

  @Test
  void dueTimes_areRunOnce_byWhoeverIsThere() {
    try (Schedules one = schedules();
        Schedules two = schedules()) {
      one.add(hourly("h", CatchUp.ALL));
      two.add(hourly("h", CatchUp.ALL));
      one.runDue();
      assertThat(done).isEmpty();
      at("11:00");
      one.runDue();
      two.runDue();
      one.runDue();
      assertThat(done).containsExactly("11:00");
      at("13:59");
      two.runDue();
      assertThat(done).containsExactly("11:00", "12:00", "13:00");
      assertThat(one.status("h").handled()).isEqualTo(Instant.parse("2026-03-01T13:00:00Z"));
      assertThat(workspace.pipelines().records("schedule/h/2026-03-01T12:00:00Z")).isNotEmpty();
    }
    assertThatThrownBy(() -> workspace.schedules().status("unknown"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("schedule.h");
  }

  @Test
  void missedTimes_areMadeUpForAsTheRuleSays() {
    try (Schedules before = schedules()) {
      before.add(hourly("all", CatchUp.ALL));
      before.add(hourly("latest", CatchUp.LATEST));
      before.add(hourly("none", CatchUp.NONE));
    }
    at("13:30");
    try (Schedules after = schedules()) {
      after.add(hourly("all", CatchUp.ALL));
      after.runDue();
      assertThat(done).containsExactly("11:00", "12:00", "13:00");
      done.clear();
      after.add(hourly("latest", CatchUp.LATEST));
      after.runDue();
      assertThat(done).containsExactly("13:00");
      done.clear();
      after.add(hourly("none", CatchUp.NONE));
      after.runDue();
      assertThat(done).isEmpty();
      at("14:00");
      after.runDue();
      assertThat(done).containsExactly("14:00", "14:00", "14:00");
    }
  }

  @Test
  void failures_areTriedAgain_thenGivenUp_andTheNextIsRun() {
    try (Schedules schedules = schedules()) {
      schedules.add(hourly("h", CatchUp.ALL).attempts(3));
      at("11:00");
      failures = 2;
      schedules.runDue();
      schedules.runDue();
      assertThat(done).isEmpty();
      assertThat(schedules.status("h").attempts()).isEqualTo(2);
      schedules.runDue();
      assertThat(done).containsExactly("11:00");
      assertThat(schedules.status("h").attempts()).isZero();
      at("12:00");
      failures = 3;
      for (int i = 0; i < 3; i++) {
        schedules.runDue();
      }
      assertThat(schedules.status("h").failed()).containsExactly("schedule/h/2026-03-01T12:00:00Z");
      at("13:00");
      schedules.runDue();
      assertThat(done).containsExactly("11:00", "13:00");
    }
  }

  @Test
  void backfill_runsWhatHasNotBeenRun() {
    try (Schedules schedules = schedules()) {
      Schedule schedule = hourly("h", CatchUp.ALL);
      schedules.add(schedule);
      at("12:00");
      schedules.runDue();
      done.clear();
      Instant from = Instant.parse("2026-03-01T08:00:00Z");
      assertThat(schedules.backfill(schedule, from, Instant.parse("2026-03-01T12:00:00Z")))
          .hasSize(4)
          .containsValue(RunOutcome.COMPLETED);
      assertThat(done).containsExactly("08:00", "09:00", "10:00");
      assertThat(schedules.backfill(schedule, from, TEN)).hasSize(2);
      assertThat(done).hasSize(3);
      Schedule byData = Schedule.of("d", Trigger.onNewData(Optional::empty), schedule.pipeline());
      assertThatThrownBy(() -> schedules.backfill(byData, from, TEN))
          .hasMessageContaining("no partitions");
    }
  }

  private Schedule keyed(String name, Trigger trigger) {
    Pipeline.Builder steps = Pipeline.named("keyed");
    Parameter<String> key = steps.parameter("key", TEXT);
    return Schedule.of(
            name,
            trigger,
            steps.returning(
                steps
                    .step("work", TEXT)
                    .does(
                        key,
                        k -> {
                          done.add(k);
                          return "";
                        })))
        .key(key);
  }

  @Test
  void newData_isRunForOnce() {
    AtomicReference<Optional<String>> newest = new AtomicReference<>(Optional.empty());
    try (Schedules schedules = schedules()) {
      schedules.add(keyed("d", Trigger.onNewData(newest::get)));
      schedules.runDue();
      assertThat(done).isEmpty();
      for (String mark : List.of("a", "a", "b", "b", "a")) {
        newest.set(Optional.of(mark));
        clock.set(clock.instant().plusSeconds(1));
        schedules.runDue();
        schedules.runDue();
      }
      assertThat(done).containsExactly("a", "b", "a");
      assertThat(schedules.status("d").watermark()).isEqualTo("a");
    }
  }

  @Test
  void events_areRunForOnceEach_byTheWorkspaceItself() {
    workspace
        .schedules()
        .add(
            keyed(
                "e", new Trigger.AfterEvents<>(Event.Governed.class, e -> e.model().equals("m"))));
    for (String model : List.of("n", "m")) {
      workspace.models().govern(model, Governance.NONE.protect("champion", "risk"), "rules");
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> workspace.schedules().status("e").queued().isEmpty() && !done.isEmpty());
    assertThat(done).singleElement().asString().contains("Governed").contains("\"m\"");
  }

  @Test
  void waitingRuns_goOnOnceAnswered() {
    Pipeline.Builder steps = Pipeline.named("asks");
    StepOutput<String> made = steps.step("make", TEXT).does(() -> "made");
    StepOutput<String> agreed =
        steps.approval("ok", made, m -> "Take it?", ApprovalPolicy.of(1, "risk"));
    Pipeline<String> pipeline =
        steps.returning(
            steps
                .step("use", TEXT)
                .does(
                    agreed,
                    a -> {
                      done.add("used");
                      return a;
                    }));
    try (Schedules schedules = schedules()) {
      schedules.add(Schedule.of("w", Trigger.every(Duration.ofHours(1)), pipeline));
      at("11:00");
      schedules.runDue();
      String run = "schedule/w/2026-03-01T11:00:00Z";
      assertThat(schedules.status("w").waiting()).containsExactly(run);
      schedules.runDue();
      workspace.as(Actor.of("ann", "risk")).pipelines().approve(run, "ok", "fine");
      schedules.runDue();
      assertThat(done).containsExactly("used");
      assertThat(schedules.status("w").waiting()).isEmpty();
    }
  }

  @Test
  void serverOnly_runsNothing() {
    try (Workspace serving = Workspace.builder().clock(clock).role(Role.SERVE).open()) {
      serving.schedules().add(hourly("h", CatchUp.ALL));
      assertThat(serving.schedules().status("h").handled()).isEqualTo(TEN);
    }
  }

  @Test
  void workspace_runsByItself() {
    try (Workspace real = Workspace.inMemory()) {
      real.schedules().add(hourlyEverySecond());
      await().atMost(Duration.ofSeconds(30)).until(() -> done.size() >= 2);
    }
    assertThat(done).doesNotHaveDuplicates();
  }

  private Schedule hourlyEverySecond() {
    Schedule hourly = hourly("h", CatchUp.ALL);
    Pipeline.Builder steps = Pipeline.named("second");
    Parameter<Instant> due = steps.parameter("due", TIME);
    Pipeline<String> pipeline =
        steps.returning(
            steps
                .step("work", TEXT)
                .does(
                    due,
                    at -> {
                      done.add(at.atOffset(ZoneOffset.UTC).toString());
                      return "";
                    }));
    return Schedule.of(hourly.name(), Trigger.every(Duration.ofSeconds(1)), pipeline).time(due);
  }

  @Test
  void schedule_mistakes_areRefused() {
    Pipeline.Builder steps = Pipeline.named("p");
    Pipeline<String> pipeline = steps.returning(steps.step("one", TEXT).does(() -> "1"));
    Parameter<Instant> stranger = Pipeline.named("q").parameter("due", TIME);
    assertThatThrownBy(
            () -> Schedule.of("s", Trigger.on(Event.AlertRaised.class), pipeline).time(stranger))
        .hasMessageContaining("no parameter of pipeline");
    assertThatThrownBy(() -> Schedule.of("Bad Name", Trigger.on(Event.AlertRaised.class), pipeline))
        .hasMessageContaining("schedule name");
  }
}
