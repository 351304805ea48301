package dev.endolith.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.data.Field;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.error.MissingDependencyException;
import dev.endolith.error.NotFoundException;
import dev.endolith.error.SchemaMismatchException;
import dev.endolith.event.Event;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import dev.endolith.privacy.FieldPolicy;
import dev.endolith.privacy.PrivacyPolicy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelsTest {
  record Ask(double a) {}

  private static final Schema SCHEMA = Schema.of(Field.number("a"));

  private final Workspace workspace =
      Workspace.builder()
          .format(new Opaque())
          .clock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
          .open();
  private final Models models = workspace.as(new Actor("ann")).models();

  @AfterEach
  void close() {
    workspace.close();
  }

  private ModelVersion approved() {
    ModelVersion version = models.register("m", Candidate.of("opaque", SCHEMA, new byte[] {1}));
    models.transition("m", version.number(), VersionState.VALIDATED, "ok");
    return models.transition("m", version.number(), VersionState.APPROVED, "ok");
  }

  @Test
  void register_keepsWhatWasGiven_inTheActorsName() {
    List<Event> events = new ArrayList<>();
    workspace.events().listen(events::add);
    workspace
        .events()
        .listen(
            e -> {
              throw new IllegalStateException("a listener's own failure");
            });
    ModelVersion version =
        models.register(
            "m",
            Candidate.of("opaque", SCHEMA, new byte[] {1, 2})
                .withAttachment("notes", "text/plain", new byte[] {3})
                .withMetrics(Map.of("auc", 0.9))
                .withParameters(Map.of("rate", "0.1"))
                .withRun("r")
                .withDescription("first"));
    assertThat(version.createdBy()).isEqualTo("ann");
    assertThat(version.state()).isEqualTo(VersionState.DRAFT);
    assertThat(models.attachment(version, "notes")).containsExactly(3);
    assertThat(models.attachment(version, Attachment.MODEL)).containsExactly(1, 2);
    assertThat(version.metrics()).containsEntry("auc", 0.9);
    assertThat(version.attachment("notes").orElseThrow().size()).isEqualTo(1);
    assertThat(events).singleElement().isInstanceOf(Event.VersionRegistered.class);
    assertThat(models.names()).containsExactly("m");
    assertThat(models.versions("m", 2, 10)).containsExactly(version);
    assertThatThrownBy(() -> models.attachment(version, "absent"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("[model, notes]");
  }

  @Test
  void manifest_dependsOnContentAlone() {
    ModelVersion one = models.register("m", Candidate.of("opaque", SCHEMA, new byte[] {1}));
    ModelVersion same =
        models.register("n", Candidate.of("opaque", SCHEMA, new byte[] {1}).withDescription("x"));
    ModelVersion other = models.register("m", Candidate.of("opaque", SCHEMA, new byte[] {2}));
    assertThat(same.manifest()).isEqualTo(one.manifest());
    assertThat(other.manifest()).isNotEqualTo(one.manifest());
  }

  @Test
  void aliasAt_answersForEveryInstant_andRollbackGoesBack() {
    approved();
    approved();
    Alias first = models.move("m", Alias.CHAMPION, 1, "first");
    Alias second = models.move("m", Alias.CHAMPION, 2, "second");
    assertThat(models.aliasAt("m", Alias.CHAMPION, first.at())).contains(first);
    assertThat(models.aliasAt("m", Alias.CHAMPION, second.at())).contains(second);
    assertThat(models.aliasAt("m", Alias.CHAMPION, first.at().minusNanos(1))).isEmpty();
    assertThat(models.rollback("m", Alias.CHAMPION, "bad").version()).isEqualTo(1);
    models.remove("m", Alias.CHAMPION, "gone");
    assertThat(models.alias("m", Alias.CHAMPION)).isEmpty();
    assertThat(models.generation("m", Alias.CHAMPION)).isEqualTo(4);
    assertThatThrownBy(() -> models.rollback("m", "never", "x"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("nothing to roll back to");
    assertThat(workspace.audit().verify()).isEqualTo(new AuditVerification.Verified(10));
  }

  @Test
  void mistakes_nameTheThingTheRuleAndTheWayOut() {
    approved();
    assertThatThrownBy(() -> models.get("m", 9)).hasMessageContaining("its last version is 1");
    assertThatThrownBy(() -> models.get("x", 1)).hasMessageContaining("models are [m]");
    assertThatThrownBy(() -> models.register("../m", Candidate.of("opaque", SCHEMA, new byte[1])))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> models.register("m", Candidate.of("pickle", SCHEMA, new byte[1])))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no model format 'pickle'");
    assertThat(models.newest("m", 10)).hasSize(1);
    ModelVersion draft = models.register("m", Candidate.of("opaque", SCHEMA, new byte[] {5}));
    assertThatThrownBy(() -> models.move("m", Alias.CHAMPION, draft.number(), "x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("approve it first");
    assertThatThrownBy(() -> models.transition("m", 2, VersionState.APPROVED, "x"))
        .hasMessageContaining("may become");
    assertThatThrownBy(() -> models.transition("m", 1, VersionState.RETIRED, " "))
        .hasMessageContaining("a reason");
    assertThatThrownBy(() -> Candidate.of("opaque", SCHEMA, new byte[0]).withKey("k".repeat(201)))
        .hasMessageContaining("200");
    assertThatThrownBy(
            () ->
                Candidate.of("opaque", SCHEMA, new byte[0])
                    .withAttachment(Attachment.MODEL, "x", new byte[0]))
        .hasMessageContaining("the model itself");
    assertThatThrownBy(
            () -> Candidate.of("opaque", SCHEMA, new byte[0]).withDescription("x".repeat(10_001)))
        .hasMessageContaining("10000");
  }

  @Test
  void load_schemaThatDoesNotFit_isRefusedWithTheDifference() {
    ModelVersion version = approved();
    record Other(String a) {}
    assertThatThrownBy(() -> models.load(version, Task.regress(Other.class).build()))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("field 'a' is NUMBER in the model and CATEGORY in the task");
    try (Predictor<Ask, Double> predictor = models.load(version, Task.regress(Ask.class).build())) {
      assertThat(predictor.predict(new Ask(1)).value()).isEqualTo(7);
    }
  }

  @Test
  void runs_keepWhatWasTried() {
    Runs runs = workspace.as(new Actor("ann")).runs();
    Run run =
        runs.start("exp")
            .params(Map.of("a", "1"))
            .metric("loss", 0, 0.5)
            .metric("loss", 1, 0.25)
            .tag("t", "v")
            .input("rows", SCHEMA.digest())
            .output("version", "m v1");
    run.finish();
    RunRecord record = runs.find(run.id()).orElseThrow();
    assertThat(record.status()).isEqualTo(RunRecord.Status.FINISHED);
    assertThat(record.startedBy()).isEqualTo("ann");
    assertThat(record.environment()).containsKey("java");
    assertThat(runs.points(run.id(), "loss"))
        .extracting(MetricPoint::value)
        .containsExactly(0.5, 0.25);
    assertThatThrownBy(() -> run.params(Map.of("a", "2"))).hasMessageContaining("already recorded");
    Run failed = runs.start("exp");
    failed.fail("no data");
    assertThat(runs.recent("exp", 5))
        .extracting(RunRecord::status)
        .containsExactly(RunRecord.Status.FAILED, RunRecord.Status.FINISHED);
  }

  @Test
  void gates_judgeAgainstTheirBound() {
    assertThat(AuditRecord.ORIGIN.hex()).hasSize(64);
    assertThat(PrivacyPolicy.standard().keepsAll(SCHEMA)).isTrue();
    assertThat(PrivacyPolicy.standard().with("a", FieldPolicy.DROP).keepsAll(SCHEMA)).isFalse();
  }

  @Test
  void workspace_withoutTheRegistryJar_saysWhatToAdd() {
    assertThatThrownBy(() -> Workspace.open(Path.of("unused")))
        .isInstanceOf(MissingDependencyException.class)
        .hasMessageContaining("dev.endolith:mlops-registry");
  }

  @Test
  void workspace_closesItsChildrenLastFirst() {
    List<String> closed = new ArrayList<>();
    Workspace own = Workspace.inMemory();
    own.closeWith(() -> closed.add("first"));
    own.closeWith(
        () -> {
          closed.add("second");
          throw new IllegalStateException("a child's own failure");
        });
    assertThatThrownBy(own::close).isInstanceOf(IllegalStateException.class);
    assertThat(closed).containsExactly("second", "first");
  }

  private static final class Opaque implements ModelFormat {
    @Override
    public String name() {
      return "opaque";
    }

    @Override
    @SuppressWarnings("unchecked") // the task of this test is a regression
    public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
      return x -> (dev.endolith.model.Prediction<Y>) new Regressed(7);
    }
  }
}
