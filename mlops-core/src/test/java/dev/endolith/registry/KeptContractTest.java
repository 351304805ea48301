package dev.endolith.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.contract.InputContract;
import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Task;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.PredictionException;
import dev.endolith.model.Classified;
import dev.endolith.model.ModelFormat;
import dev.endolith.serving.Deployment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies as a release made them that did not keep contracts: sealed, and not complete. */
class KeptContractTest {
  private record Ask(double x) {}

  private static final Classification<Ask, Boolean> TASK =
      Task.classify(Ask.class, Boolean.class).build();
  private static final byte[] MODEL = {1};

  /** Says yes. */
  private static final ModelFormat YES =
      ModelFormat.of("yes", TASK, content -> ask -> Classified.of(TASK, 0.25, 0.75));

  @Test
  void copyWithoutTheContractOfItsVersion_isRefused(@TempDir Path folder) {
    byte[] contract =
        InputContract.learn(
                Dataset.of(
                    TASK,
                    DataOrigin.named("asks"),
                    List.of(new Example<>(new Ask(1), true), new Example<>(new Ask(2), false))))
            .toBytes();
    LastKnownGood copies = LastKnownGood.in(folder, new byte[32]);
    try (Workspace workspace = Workspace.builder().format(YES).open()) {
      Models models = workspace.models();
      ModelVersion version =
          models.register(
              "m",
              Candidate.of("yes", TASK.features().schema(), MODEL)
                  .withAttachment(InputContract.ATTACHMENT, "application/json", contract));
      Map<String, byte[]> complete =
          Map.of(Attachment.MODEL, MODEL, InputContract.ATTACHMENT, contract);
      copies.keep(version, 1, Instant.EPOCH, complete);
      assertThat(models.loadKept("m", copies, TASK).orElseThrow().contract()).contains(contract);

      copies.keep(version, 1, Instant.EPOCH, Map.of(Attachment.MODEL, MODEL));
      assertThatThrownBy(() -> models.loadKept("m", copies, TASK))
          .isInstanceOf(IntegrityException.class)
          .hasMessageContaining("was kept without its '" + InputContract.ATTACHMENT + "'");
    }
    // also by a deployment that asks for no contract: the version was approved with it
    try (Deployment<Ask, Boolean> offline = Deployment.offline("m", TASK, copies, YES).build()) {
      assertThat(offline.status().problem().orElseThrow()).contains("was kept without its");
      assertThatThrownBy(() -> offline.predict(new Ask(1))).isInstanceOf(PredictionException.class);
    }
  }
}
