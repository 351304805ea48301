package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.Workspace;
import dev.endolith.WorkspaceVerification;
import dev.endolith.registry.Actor;
import dev.endolith.registry.Alias;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.VersionState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workspaces that older libraries wrote, kept as they were, open and are whole. */
class GoldenStoresTest {
  @TempDir private Path folder;

  @Test
  void open_schemaOne_migratesAndKeepsEverything() throws Exception {
    copy(Path.of(GoldenStoresTest.class.getResource("/golden/v1").toURI()));

    try (Workspace workspace = Workspace.open(folder)) {
      assertThat(workspace.verify()).isEqualTo(new WorkspaceVerification.Sound(16, 4, 7));
      assertThat(workspace.models().names()).containsExactly("churn", "credit");
      ModelVersion third = workspace.models().get("credit", 3);
      assertThat(third.state()).isEqualTo(VersionState.APPROVED);
      assertThat(third.description()).isEqualTo("version 3");
      assertThat(workspace.models().attachment(third, "card"))
          .isEqualTo("card 3".getBytes(StandardCharsets.UTF_8));
      assertThat(workspace.models().alias("credit", Alias.CHAMPION).orElseThrow().version())
          .isEqualTo(2);
      assertThat(workspace.models().history("credit", Alias.CHAMPION)).hasSize(4);
      assertThat(workspace.models().alias("credit", "old")).isEmpty();
      assertThat(workspace.state().get("loop.credit").orElseThrow().revision()).isEqualTo(2);
      assertThat(workspace.runs().recent("tuning", 10)).hasSize(1);
      assertThat(workspace.runs().points(workspace.runs().recent("tuning", 1).get(0).id(), "loss"))
          .hasSize(2);

      workspace.as(new Actor("bob")).models().describe("credit", 3, "anew");
      assertThat(workspace.models().move("credit", Alias.CHAMPION, 3, "again").generation())
          .isEqualTo(5);
      assertThat(
              workspace
                  .models()
                  .aliasAt("credit", Alias.CHAMPION, Instant.parse("2026-11-02T00:00:00Z"))
                  .orElseThrow()
                  .version())
          .isEqualTo(2);
      assertThat(workspace.verify().ok()).isTrue();
    }
  }

  private void copy(Path from) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path to = folder.resolve(from.relativize(file).toString());
      Files.createDirectories(to.getParent());
      Files.copy(file, to);
    }
  }
}
