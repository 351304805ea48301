package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.contract.Findings;
import dev.endolith.contract.InputContract;
import dev.endolith.contract.InputRefusedException;
import dev.endolith.contract.OutputPolicy;
import dev.endolith.contract.Rule;
import dev.endolith.contract.RuleAction;
import dev.endolith.contract.Violation;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Digest;
import dev.endolith.data.Example;
import dev.endolith.error.PredictionException;
import dev.endolith.model.Classified;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.LastKnownGood;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Models;
import dev.endolith.registry.VersionState;
import dev.endolith.serving.Constants.Ask;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractedDeploymentTest {
  private static final InputContract CONTRACT =
      InputContract.learn(
          Dataset.of(
              Constants.TASK,
              DataOrigin.named("asks"),
              IntStream.range(0, 100)
                  .mapToObj(i -> new Example<>(new Ask(i, "hush", "n" + i % 5), true))
                  .toList()));

  private static Workspace workspace() {
    return Workspace.builder().format(new Constants.Format()).open();
  }

  private static long champion(Models models, byte[] contract) {
    Candidate candidate =
        Candidate.of(
            "constant",
            Constants.TASK.features().schema(),
            "0.75".getBytes(StandardCharsets.UTF_8));
    if (contract.length > 0) {
      candidate = candidate.withAttachment(InputContract.ATTACHMENT, "application/json", contract);
    }
    ModelVersion version = models.register("m", candidate);
    models.transition("m", version.number(), VersionState.VALIDATED, "test");
    models.transition("m", version.number(), VersionState.APPROVED, "test");
    models.move("m", Alias.CHAMPION, version.number(), "test");
    return version.number();
  }

  @Test
  void everyWayToPredict_isWrittenOut_soThatNoneGoesAroundTheContract() {
    for (Method method : Deployment.class.getMethods()) {
      if (Modifier.isStatic(method.getModifiers())) {
        continue;
      }
      if (method.getName().startsWith("predict")) {
        if (!declares(FollowingDeployment.class, method)) {
          continue; // made of the others
        }
        assertThat(declares(ContractedDeployment.class, method)).as("%s", method).isTrue();
        assertThat(declares(ObservedDeployment.class, method)).as("%s", method).isTrue();
        assertThat(declares(GuardedDeployment.class, method)).as("%s", method).isTrue();
      } else {
        assertThat(
                declares(DelegatingDeployment.class, method)
                    || declares(ContractedDeployment.class, method))
            .as("%s", method)
            .isTrue();
      }
    }
  }

  private static boolean declares(Class<?> type, Method method) {
    return Arrays.stream(type.getDeclaredMethods())
        .anyMatch(
            own ->
                own.getName().equals(method.getName())
                    && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
  }

  @Test
  void predict_flag_answersAndSaysSo() {
    try (Workspace workspace = workspace()) {
      champion(workspace.models(), CONTRACT.toBytes());
      try (var deployment =
          Deployment.of("m", Constants.TASK, workspace.models()).contract().build()) {
        Served<Boolean> usual = deployment.predict(new Ask(5, "hush", "n1"));
        assertThat(usual.findings().flagged()).isFalse();
        assertThat(usual.findings().outlierScore()).isNotNaN();
        Served<Boolean> odd = deployment.predict(new Ask(500, "hush", "n1"));
        assertThat(odd.value()).isTrue();
        assertThat(odd.findings().violations())
            .contains(new Violation("x", Rule.RANGE, RuleAction.FLAG));
        assertThat(deployment.contract().orElseThrow().broken()).containsEntry("x RANGE", 1L);
      }
    }
  }

  @Test
  void predict_reject_refusesAndLogsNothing() {
    try (Workspace workspace = workspace()) {
      champion(workspace.models(), CONTRACT.on(Rule.RANGE, RuleAction.REJECT).toBytes());
      PredictionLog log = PredictionLog.inMemory();
      try (var deployment =
          Deployment.of("m", Constants.TASK, workspace.models()).log(log).contract().build()) {
        assertThatThrownBy(() -> deployment.predict(new Ask(500, "hush", "n1")))
            .isInstanceOf(InputRefusedException.class);
        deployment.flush();
        assertThat(log.counts("m").predictions()).isZero();
      }
    }
  }

  @Test
  void predict_clipAndLabelsOnly_logsWhatTheModelSawAndSaid() {
    try (Workspace workspace = workspace()) {
      champion(workspace.models(), new byte[0]);
      PredictionLog log = PredictionLog.inMemory();
      try (var deployment =
          Deployment.of("m", Constants.TASK, workspace.models())
              .log(log)
              .contract(CONTRACT.on(Rule.RANGE, RuleAction.CLIP))
              .output(OutputPolicy.labelsOnly())
              .build()) {
        Served<Boolean> served = deployment.predict(new Ask(500, "hush", "n1"));
        assertThat(((Classified<Boolean>) served.prediction()).scores()).containsExactly(0, 1);
        deployment.flush();
        List<LogEntry> entries = log.read("m", Constants.TASK.features().schema(), 0, 9);
        assertThat(entries.get(0).prediction().features().number(0)).isEqualTo(99);
        assertThat(entries.get(0).prediction().scores()).containsExactly(0.25, 0.75);
        assertThat(entries.get(0).prediction().id()).isEqualTo(served.id());
      }
    }
  }

  @Test
  void predictAll_refusedRows_keepTheirPlaces() {
    try (Workspace workspace = workspace()) {
      champion(workspace.models(), CONTRACT.on(Rule.RANGE, RuleAction.REJECT).toBytes());
      try (var deployment =
          Deployment.of("m", Constants.TASK, workspace.models()).contract().build()) {
        List<Ask> rows =
            IntStream.range(0, 1_000)
                .mapToObj(i -> new Ask(i % 3 == 0 || i > 990 ? 500 : i % 100, "hush", "n1"))
                .toList();
        List<RowResult<Boolean>> results = deployment.predictAll(rows, CallContext.NONE);
        assertThat(results).hasSize(1_000);
        for (int i = 0; i < rows.size(); i++) {
          if (rows.get(i).x() == 500) {
            assertThat(results.get(i))
                .isInstanceOfSatisfying(
                    RowResult.Failed.class,
                    failed ->
                        assertThat(failed.why()).hasCauseInstanceOf(InputRefusedException.class));
          } else {
            assertThat(results.get(i))
                .isInstanceOfSatisfying(
                    RowResult.Answered.class,
                    answered -> assertThat(answered.served().findings().outlierScore()).isNotNaN());
          }
        }
        assertThat(deployment.predictAll(List.of(), CallContext.NONE)).isEmpty();
        assertThat(deployment.predictAll(rows.subList(0, 1), CallContext.NONE)).hasSize(1);
      }
    }
  }

  @Test
  void predictAsync_refusedRow_failsAndAsksNoModel() throws Exception {
    try (Workspace workspace = workspace()) {
      champion(workspace.models(), CONTRACT.on(Rule.RANGE, RuleAction.REJECT).toBytes());
      try (var deployment =
          Deployment.of("m", Constants.TASK, workspace.models()).contract().build()) {
        assertThat(deployment.predictAsync(new Ask(500, "hush", "n1"))).isCompletedExceptionally();
        assertThat(
                deployment
                    .predictAsync(new Ask(5, "hush", "n1"))
                    .get(30, TimeUnit.SECONDS)
                    .findings()
                    .flagged())
            .isFalse();
      }
    }
  }

  @Test
  void restartWithoutTheWorkspace_checksByTheContractThatWasKept(@TempDir Path folder) {
    LastKnownGood copies = LastKnownGood.in(folder, new byte[32]);
    try (Workspace workspace = workspace()) {
      champion(workspace.models(), CONTRACT.on(Rule.RANGE, RuleAction.REJECT).toBytes());
      Deployment.of("m", Constants.TASK, workspace.models())
          .contract()
          .lastKnownGood(copies)
          .build()
          .close();
    }
    try (var offline = offline(copies)) {
      assertThat(offline.predict(new Ask(5, "hush", "n1")).value()).isTrue();
      assertThatThrownBy(() -> offline.predict(new Ask(500, "hush", "n1")))
          .isInstanceOf(InputRefusedException.class);
      assertThat(offline.contract()).isPresent();
    }
  }

  @Test
  void restartWithoutTheWorkspace_versionWithoutContract_isNotChecked(@TempDir Path folder) {
    LastKnownGood copies = LastKnownGood.in(folder, new byte[32]);
    try (Workspace workspace = workspace()) {
      champion(workspace.models(), new byte[0]);
      Deployment.of("m", Constants.TASK, workspace.models())
          .contract()
          .lastKnownGood(copies)
          .build()
          .close();
    }
    try (var offline = offline(copies)) {
      assertThat(offline.predict(new Ask(500, "hush", "n1")).value()).isTrue();
    }
  }

  @Test
  void restartWithoutTheWorkspace_contractThatWasAlteredOrIsGone_answersNothing(
      @TempDir Path folder) throws IOException {
    LastKnownGood copies = LastKnownGood.in(folder, new byte[32]);
    byte[] contract = CONTRACT.on(Rule.RANGE, RuleAction.REJECT).toBytes();
    try (Workspace workspace = workspace()) {
      champion(workspace.models(), contract);
      Deployment.of("m", Constants.TASK, workspace.models())
          .contract()
          .lastKnownGood(copies)
          .build()
          .close();
    }
    Path kept = folder.resolve("m").resolve(Digest.of(contract).hex());
    String text = new String(contract, StandardCharsets.UTF_8);
    Files.writeString(kept, text.replace("REJECT", "FLAG"));
    assertRefused(copies, "was changed");
    Files.writeString(kept, text.replace("REJECT", "IMPUTE")); // as long as it was
    assertRefused(copies, "was changed");
    Files.delete(kept);
    assertRefused(copies, "is gone");
    Files.write(kept, contract);
    try (var offline = offline(copies)) {
      assertThat(offline.predict(new Ask(5, "hush", "n1")).value()).isTrue();
    }
  }

  private static void assertRefused(LastKnownGood copies, String why) {
    try (var offline = offline(copies)) {
      assertThat(offline.status().problem().orElseThrow())
          .contains("last known good copy of 'm' is refused")
          .contains("the blob '" + InputContract.ATTACHMENT + "' " + why);
      assertThatThrownBy(() -> offline.predict(new Ask(5, "hush", "n1")))
          .isInstanceOf(PredictionException.class);
    }
  }

  private static Deployment<Ask, Boolean> offline(LastKnownGood copies) {
    return Deployment.offline("m", Constants.TASK, copies, new Constants.Format())
        .contract()
        .build();
  }

  @Test
  void refresh_newChampion_bringsItsOwnContract() {
    try (Workspace workspace = workspace()) {
      champion(workspace.models(), CONTRACT.on(Rule.RANGE, RuleAction.REJECT).toBytes());
      try (var deployment =
          Deployment.of("m", Constants.TASK, workspace.models()).contract().build()) {
        champion(
            workspace.models(),
            CONTRACT
                .with("x", f -> f.withRange(0, 1_000))
                .on(Rule.RANGE, RuleAction.REJECT)
                .toBytes());
        assertThatThrownBy(() -> deployment.predict(new Ask(500, "hush", "n1")))
            .isInstanceOf(InputRefusedException.class);
        deployment.refresh();
        assertThat(deployment.predict(new Ask(500, "hush", "n1")).version()).isEqualTo(2);
        champion(workspace.models(), new byte[0]);
        deployment.refresh();
        assertThat(deployment.predict(new Ask(1e9, "hush", "n1")).findings())
            .isEqualTo(Findings.NONE);
      }
    }
  }

  @Test
  void refresh_brokenContract_keepsTheOldVersion() {
    try (Workspace workspace = workspace()) {
      champion(workspace.models(), CONTRACT.toBytes());
      try (var deployment =
          Deployment.of("m", Constants.TASK, workspace.models()).contract().build()) {
        champion(workspace.models(), "{\"format\":9}".getBytes(StandardCharsets.UTF_8));
        deployment.refresh();
        assertThat(deployment.predict(new Ask(5, "hush", "n1")).version()).isEqualTo(1);
        assertThat(deployment.status().problem()).isPresent();
      }
    }
  }
}
