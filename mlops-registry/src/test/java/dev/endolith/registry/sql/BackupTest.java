package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.WorkspaceVerification;
import dev.endolith.error.StorageException;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.CommitRules;
import dev.endolith.tck.Contenders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
  @TempDir private Path folder;

  @Test
  void backup_whileOthersWrite_isAPrefixOfHistoryAndWhole() {
    try (SqlStorage storage = SqlStorage.open(folder.resolve("w"), rules())) {
      Samples.register(storage, content(0));
      Contenders.race(
          3,
          t -> {
            for (int i = 0; i < 15; i++) {
              if (t < 2) {
                Samples.register(storage, content(100 * (t + 1) + i));
              } else if (i % 3 == 0) {
                storage.backup(folder.resolve("b" + i));
              }
            }
            return t;
          });

      List<AuditRecord> history = storage.registry().audit(Samples.MODEL, 0, 100);
      long before = 0;
      for (int i = 0; i < 15; i += 3) {
        try (Workspace copy = Workspace.open(folder.resolve("b" + i))) {
          assertThat(copy.verify()).isInstanceOf(WorkspaceVerification.Sound.class);
          List<AuditRecord> copied = copy.audit().records(Samples.MODEL);
          assertThat(copied).isEqualTo(history.subList(0, copied.size()));
          assertThat((long) copied.size()).isGreaterThanOrEqualTo(Math.max(1, before));
          before = copied.size();
        }
      }
    }
  }

  @Test
  void backup_folderExists_isRefused() {
    try (SqlStorage storage = SqlStorage.open(folder.resolve("w"), rules())) {
      assertThatThrownBy(() -> storage.backup(folder))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("exists already");
    }
  }

  @Test
  void collect_nothingRefersTo_setsAsideAndKeepsTheRest() throws IOException {
    try (Workspace workspace = Workspace.open(folder.resolve("w"))) {
      workspace.artifacts().put(content(7));
      workspace.state().put("mentions", 0, "{\"blob\":\"" + kept(workspace) + "\"}");
      age(folder.resolve("w").resolve("blobs"), Duration.ofDays(2));

      var report = workspace.collector().build().collect();

      assertThat(report.quarantined()).isEqualTo(1);
      assertThat(workspace.artifacts().read(dev.endolith.data.Digest.of(content(7)), 99))
          .as("it comes back when it is needed")
          .isEqualTo(content(7));
    }
  }

  private static void age(Path blobs, Duration by) throws IOException {
    try (Stream<Path> files = Files.walk(blobs)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Clock.systemUTC().instant().minus(by)));
      }
    }
  }

  private static String kept(Workspace workspace) {
    return workspace.artifacts().put(content(8)).hex();
  }

  private static CommitRules rules() {
    return CommitRules.of(Clock.systemUTC());
  }

  private static byte[] content(int number) {
    return ("model " + number).getBytes(StandardCharsets.UTF_8);
  }
}
