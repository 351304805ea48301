package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.endolith.Workspace;
import dev.endolith.error.StorageException;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.ModelVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R05: a real disk that fills up under a workspace, and becomes larger again. */
class FullDiskTest {
  @TempDir private Path folder;

  /** Blobs of 1 byte fill the disk with rows, those of 64 KiB with files. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5_000, 65_536})
  void register_untilTheDiskIsFull_losesNothingAndGoesOnWhenThereIsRoom(int bytes)
      throws IOException {
    Random random = new Random(7);
    try (Tmpfs disk = Tmpfs.mount(folder.resolve("disk"), "3m")) {
      List<ModelVersion> acknowledged = new ArrayList<>();
      try (Workspace workspace = Workspace.open(disk.folder())) {
        fill(workspace, random, bytes, acknowledged);
        requireAll(workspace, acknowledged);

        disk.remount("size=12m");

        acknowledged.add(register(workspace, random, bytes));
        requireAll(workspace, acknowledged);
      }
      try (Workspace workspace = Workspace.open(disk.folder())) {
        requireAll(workspace, acknowledged);
        acknowledged.add(register(workspace, random, bytes));
        requireAll(workspace, acknowledged);
      }
    }
  }

  @Test
  void open_diskIsFullFromTheStart_isRefusedAndOpensWhenThereIsRoom() throws IOException {
    try (Tmpfs disk = Tmpfs.mount(folder.resolve("disk"), "64k")) {
      try (Workspace workspace = Workspace.open(disk.folder())) {
        fail("a workspace needs more than 64 KiB, and had " + workspace.models().names());
      } catch (StorageException e) {
        assertThat(e.getMessage()).doesNotContain(folder.toString());
      }

      disk.remount("size=12m");

      try (Workspace workspace = Workspace.open(disk.folder())) {
        assertThat(register(workspace, new Random(7), 10).number()).isEqualTo(1);
        assertThat(workspace.verify().ok()).isTrue();
      }
    }
  }

  /** Fails some times in a row before it believes that the disk is full. */
  private static void fill(
      Workspace workspace, Random random, int bytes, List<ModelVersion> acknowledged) {
    int failures = 0;
    while (failures < 5) {
      try {
        acknowledged.add(register(workspace, random, bytes));
      } catch (StorageException e) {
        failures++;
      }
      assertThat(acknowledged.size()).as("3 MB hold no more").isLessThan(100_000);
    }
    assertThat(acknowledged).as("what was kept until the disk was full").isNotEmpty();
  }

  private static ModelVersion register(Workspace workspace, Random random, int bytes) {
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    Attachment blob =
        new Attachment(
            Attachment.MODEL,
            "application/octet-stream",
            content.length,
            workspace.artifacts().put(content));
    return workspace.models().commit("because", Samples.draft(blob)).versions().get(0);
  }

  private static void requireAll(Workspace workspace, List<ModelVersion> acknowledged) {
    for (ModelVersion version : acknowledged) {
      assertThat(workspace.models().find("fraud", version.number())).contains(version);
    }
    assertThat(workspace.models().newest("fraud", 1).get(0).number())
        .isEqualTo(acknowledged.size()); // dense: what failed took no number
    assertThat(workspace.verify()).matches(verification -> verification.ok(), "is whole");
  }
}
