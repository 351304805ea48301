package dev.endolith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Digest;
import dev.endolith.data.Field;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.IntegrityException;
import dev.endolith.event.Event;
import dev.endolith.pipeline.PipelineJournal;
import dev.endolith.registry.Actor;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.CommitRules;
import dev.endolith.registry.LoadDecision;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Models;
import dev.endolith.registry.Outbox;
import dev.endolith.registry.RunRecord;
import dev.endolith.registry.RunStore;
import dev.endolith.registry.StateStore;
import dev.endolith.registry.VersionState;
import dev.endolith.registry.VersionStates;
import dev.endolith.serving.PredictionLog;
import dev.endolith.tck.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class WorkspaceTest {
  record Ask(double a) {}

  private static final VersionState LEGAL = new VersionState("LEGAL_REVIEW");
  private static final Candidate CANDIDATE =
      Candidate.of("tribuo-protobuf", Schema.of(Field.number("a")), new byte[] {1});

  @Test
  void together_listeners_areToldOfWhatWasCommittedOnly() {
    try (Workspace workspace = Workspace.inMemory()) {
      List<Event> told = new ArrayList<>();
      workspace.events().listen(told::add);
      assertThatThrownBy(
              () ->
                  workspace.together(
                      tx -> {
                        tx.models().register("m", CANDIDATE);
                        throw new IllegalStateException("no");
                      }))
          .isInstanceOf(IllegalStateException.class);
      assertThat(told).isEmpty();

      workspace.together(
          tx -> {
            tx.models().register("m", CANDIDATE);
            assertThat(told).as("not before the commit").isEmpty();
            return tx.models().register("m", CANDIDATE);
          });

      assertThat(told).hasSize(2);
    }
  }

  @Test
  void together_workIsDoneAgain_listenersAreToldOnce() {
    InMemoryStorage stores = InMemoryStorage.create(CommitRules.of(Clock.systemUTC()));
    WorkspaceStorage twice = new TwiceStorage(stores);
    try (Workspace workspace = Workspace.builder().storage(twice).open()) {
      List<Event> told = new ArrayList<>();
      workspace.events().listen(told::add);

      assertThat(workspace.together(tx -> tx.models().register("m", CANDIDATE)).number())
          .isEqualTo(1);

      assertThat(told).hasSize(1);
    }
  }

  @Test
  void together_runs_haveNoHeartbeatOnAnotherThread() {
    ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
    try (Workspace workspace = Workspace.builder().scheduler(scheduler).open()) {
      workspace.together(tx -> tx.runs().start("e").id());
      assertThat(scheduler.getQueue()).isEmpty();

      workspace.runs().start("e");
      assertThat(scheduler.getQueue()).hasSize(1);
    } finally {
      scheduler.shutdownNow();
    }
  }

  @Test
  void load_policyRefuses_noParserSeesTheVersion() {
    try (Workspace workspace =
        Workspace.builder()
            .loadPolicy(request -> new LoadDecision.Refused(List.of("nobody signed it")))
            .open()) {
      ModelVersion version = workspace.models().register("m", CANDIDATE);

      assertThatThrownBy(
              () -> workspace.models().load(version, Task.regress(Ask.class).label("y").build()))
          .isInstanceOf(ArtifactRefusedException.class)
          .hasMessageContaining("nobody signed it");
    }
  }

  @Test
  void load_rowThatWasChangedByHand_isRefused() {
    try (Workspace workspace = Workspace.inMemory()) {
      ModelVersion v = workspace.models().register("m", CANDIDATE);
      ModelVersion forged =
          new ModelVersion(
              v.model(),
              v.number(),
              v.key(),
              v.status(),
              v.manifest(),
              v.format(),
              Schema.of(Field.number("b")),
              v.attachments(),
              v.metrics(),
              v.parameters(),
              v.datasets(),
              v.run(),
              v.parent(),
              v.registeredDescription(),
              v.createdBy(),
              v.createdAt());

      assertThatThrownBy(
              () -> workspace.models().load(forged, Task.regress(Ask.class).label("y").build()))
          .isInstanceOf(IntegrityException.class)
          .hasMessageContaining("not what was registered");
    }
  }

  @Test
  void load_pendingOrDeleted_isRefused() {
    try (Workspace workspace = Workspace.inMemory()) {
      Models models = workspace.models();
      ModelVersion pending = models.register("m", CANDIDATE.asPending());
      assertThatThrownBy(() -> models.load(pending, Task.regress(Ask.class).label("y").build()))
          .isInstanceOf(ArtifactRefusedException.class)
          .hasMessageContaining("PENDING");

      models.register("m", CANDIDATE);
      models.delete("m", 2, "old");
      assertThatThrownBy(
              () -> models.load(models.get("m", 2), Task.regress(Ask.class).label("y").build()))
          .isInstanceOf(ArtifactRefusedException.class)
          .hasMessageContaining("deleted");
    }
  }

  @Test
  void states_ofTheHost_areFollowed() {
    VersionStates states =
        VersionStates.standard()
            .state(LEGAL, "shadow")
            .forbid(VersionState.VALIDATED, VersionState.APPROVED)
            .allow(VersionState.VALIDATED, LEGAL)
            .allow(LEGAL, VersionState.APPROVED)
            .guard(
                (version, to) ->
                    to.equals(LEGAL) && !version.status().tags().containsKey("ticket")
                        ? Optional.of("legal review needs a ticket")
                        : Optional.empty());
    try (Workspace workspace = Workspace.builder().states(states).open()) {
      Models models = workspace.models();
      models.register("m", CANDIDATE);
      models.transition("m", 1, VersionState.VALIDATED, "gates");
      assertThatThrownBy(() -> models.transition("m", 1, VersionState.APPROVED, "skip"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("LEGAL_REVIEW");
      assertThatThrownBy(() -> models.transition("m", 1, LEGAL, "review"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("needs a ticket");
      models.tag("m", 1, Map.of("ticket", "7"));
      models.transition("m", 1, LEGAL, "review");
      assertThatThrownBy(() -> models.move("m", "champion", 1, "too early"))
          .isInstanceOf(IllegalStateException.class);
      models.move("m", "shadow", 1, "look at it");

      models.transition("m", 1, VersionState.APPROVED, "reviewed");

      assertThat(models.get("m", 1).state()).isEqualTo(VersionState.APPROVED);
      assertThat(workspace.verify().ok()).isTrue();
    }
  }

  @Test
  void copy_toAnotherWorkspace_bringsContentAndIsIdempotent() {
    try (Workspace from = Workspace.inMemory();
        Workspace to = Workspace.inMemory()) {
      ModelVersion original =
          from.models()
              .register("m", CANDIDATE.withAttachment("card", "text/plain", new byte[] {2}));

      ModelVersion copy = from.models().copy(original, to.as(new Actor("bob")).models(), "n");

      assertThat(copy.manifest()).isEqualTo(original.manifest());
      assertThat(copy.createdBy()).isEqualTo("bob");
      assertThat(copy.status().tags()).containsEntry("copied-from", "m v1");
      assertThat(to.models().attachment(copy, "card")).containsExactly(2);
      assertThat(from.models().copy(original, to.models(), "n")).isEqualTo(copy);
      assertThat(to.verify().ok()).isTrue();
    }
  }

  @Test
  void run_environment_saysWhatItRanOn() {
    try (Workspace workspace = Workspace.inMemory()) {
      String id = workspace.runs().start("e").id();

      Map<String, String> environment = workspace.runs().find(id).orElseThrow().environment();
      assertThat(environment).containsEntry("java", Runtime.version().toString());
      Digest classPath = new Digest(environment.get("classpath"));
      assertThat(
              new String(workspace.artifacts().read(classPath, 1_000_000), StandardCharsets.UTF_8))
          .contains("junit-jupiter-api");
    }
  }

  @Test
  void reap_runOfAProcessThatGivesNoSign_isMarkedAsKilled() {
    SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
    InMemoryStorage stores = InMemoryStorage.create(CommitRules.of(clock));
    try (Workspace workspace = Workspace.builder().storage(stores).clock(clock).open()) {
      String mine = workspace.runs().start("e").id();
      stores.runs().save(elsewhere("far", clock.instant().plusSeconds(60)));
      assertThat(workspace.runs().reap()).as("it may live").isEmpty();
      clock.advance(Duration.ofSeconds(61));

      assertThat(workspace.runs().reap()).extracting(RunRecord::id).containsExactly("far");

      RunRecord killed = workspace.runs().find("far").orElseThrow();
      assertThat(killed.status()).isEqualTo(RunRecord.Status.KILLED);
      assertThat(killed.endedAt()).isEqualTo(clock.instant());
      assertThat(workspace.runs().find(mine).orElseThrow().status())
          .isEqualTo(RunRecord.Status.RUNNING);
    }
  }

  private static RunRecord elsewhere(String id, Instant aliveUntil) {
    return new RunRecord(
        id,
        "e",
        RunRecord.Status.RUNNING,
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        aliveUntil.minusSeconds(60),
        null,
        "bob",
        "",
        "another-host/1/2",
        aliveUntil);
  }

  /** Does a unit of work twice, as a database does that ends the first attempt. */
  private static final class TwiceStorage implements WorkspaceStorage {
    private final InMemoryStorage stores;

    TwiceStorage(InMemoryStorage stores) {
      this.stores = stores;
    }

    @Override
    public <R> R together(Function<WorkspaceStorage, R> work) {
      try {
        stores.together(
            bound -> {
              R unused = work.apply(bound);
              throw new IllegalStateException("ended because of another");
            });
      } catch (IllegalStateException e) {
        // as a database does, it begins again
      }
      return stores.together(work);
    }

    @Override
    public ModelRegistry registry() {
      return stores.registry();
    }

    @Override
    public ArtifactStore artifacts() {
      return stores.artifacts();
    }

    @Override
    public RunStore runs() {
      return stores.runs();
    }

    @Override
    public StateStore state() {
      return stores.state();
    }

    @Override
    public Outbox outbox() {
      return stores.outbox();
    }

    @Override
    public PipelineJournal journal() {
      return stores.journal();
    }

    @Override
    public PredictionLog predictions() {
      return stores.predictions();
    }

    @Override
    public Set<Digest> referenced(Set<Digest> candidates) {
      return stores.referenced(candidates);
    }

    @Override
    public void close() {
      stores.close();
    }
  }
}
