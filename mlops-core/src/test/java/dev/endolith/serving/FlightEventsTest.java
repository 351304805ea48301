package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.error.PredictionException;
import dev.endolith.registry.Models;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightEventsTest {
  private static final long ONE = ManyModels.WEIGHTS * 8L;

  @TempDir private Path folder;

  @Test
  void recording_holdsLoadsSwapsRoutesAndEvictions() throws IOException {
    try (Workspace workspace = Workspace.builder().format(new ManyModels.Heavy()).open();
        Recording recording = new Recording()) {
      recording.enable("endolith.Route");
      recording.start();
      Models models = workspace.models();
      try (Deployments holder = Deployments.of(models, ONE + ONE / 2, workspace.events())) {
        List<Deployment<Constants.Ask, Boolean>> both =
            List.of(
                holder.declare("flight-a", Constants.TASK),
                holder.declare("flight-b", Constants.TASK));
        for (Deployment<Constants.Ask, Boolean> one : both) {
          Constants.champion(
              models, one.name(), Constants.approved(models, one.name(), 0.7).number());
        }
        for (int i = 0; i < 4; i++) {
          both.get(i % 2).predict(Constants.ask("x"));
        }
        both.get(0).predict(Constants.ask("x"));
        Constants.champion(
            models, "flight-a", Constants.approved(models, "flight-a", 0.2).number());
        both.get(0).predict(Constants.ask("x"));
      }
      recording.stop();

      List<RecordedEvent> loads = named(recording, "endolith.Load");
      assertThat(loads).hasSizeGreaterThanOrEqualTo(3);
      assertThat(loads).allSatisfy(e -> assertThat(e.getString("refused")).isEmpty());
      assertThat(named(recording, "endolith.Route"))
          .hasSize(6)
          .allSatisfy(e -> assertThat(e.getString("route")).isEqualTo("CHAMPION"));
      assertThat(named(recording, "endolith.Swap"))
          .anySatisfy(
              e -> {
                assertThat(e.getString("deployment")).isEqualTo("flight-a");
                assertThat(e.getLong("after")).isEqualTo(2);
                assertThat(e.getLong("generation")).isEqualTo(2);
              });
      assertThat(named(recording, "endolith.Evict"))
          .isNotEmpty()
          .allSatisfy(e -> assertThat(e.getLong("bytes")).isGreaterThanOrEqualTo(ONE));
    }
  }

  @Test
  void refusedVersion_isRecordedWithTheClassOfTheReason() throws IOException {
    try (Workspace workspace = Workspace.builder().format(new Constants.Format()).open();
        Recording recording = new Recording()) {
      recording.start();
      Models models = workspace.models();
      Constants.champion(
          models, "flight-c", Constants.approved(models, "flight-c", "poison").number());
      try (Deployment<Constants.Ask, Boolean> none =
          Deployment.of("flight-c", Constants.TASK, models).build()) {
        assertThatThrownBy(() -> none.predict(Constants.ask("x")))
            .isInstanceOf(PredictionException.class);
      }
      recording.stop();

      assertThat(named(recording, "endolith.Load"))
          .isNotEmpty()
          .allSatisfy(e -> assertThat(e.getString("refused")).contains("ArtifactRefused"));
      assertThat(named(recording, "endolith.Route")).as("only where asked for").isEmpty();
    }
  }

  private List<RecordedEvent> named(Recording recording, String name) throws IOException {
    Path file = folder.resolve("recording.jfr");
    recording.dump(file);
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals(name))
        .filter(event -> !name.equals("endolith.Load") || ours(event.getString("model")))
        .filter(event -> !event.hasField("deployment") || ours(event.getString("deployment")))
        .toList();
  }

  private static boolean ours(String model) {
    return model.startsWith("flight");
  }
}
