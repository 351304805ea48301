package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R11: where a workspace cannot be, and where it should not. */
class WorkspaceFolderTest {
  @TempDir private Path folder;

  private final List<String> warnings = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(
      strings = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "fuse.sshfs", "fuse.s3fs"})
  void check_networkFileSystem_isRefusedBeforeAnythingIsCreated(String type) throws IOException {
    Path fresh = folder.resolve("a").resolve("b");

    assertThatThrownBy(() -> open(fresh, type))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(type)
        .hasMessageContaining("local disk")
        .hasMessageContaining("PostgreSQL")
        .hasMessageNotContaining(folder.toString());

    assertThat(entries(folder)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlay", "tmpfs", "ramfs", "aufs", "fuse.fuse-overlayfs"})
  void check_fleetingFileSystem_isWarnedOfOnceAndOpens(String type) {
    open(folder.resolve("w"), type);

    assertThat(warnings)
        .singleElement()
        .asString()
        .contains(type, "Mount a volume", "PostgreSQL", "dev.endolith.folder")
        .doesNotContain(folder.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "zfs", "apfs", "NTFS", "fuseblk", "virtiofs", ""})
  void check_localDisk_saysNothing(String type) {
    open(folder.resolve("w"), type);

    assertThat(warnings).isEmpty();
  }

  @Test
  void check_typeCannotBeTold_isRefusedWithoutAPath() {
    WorkspaceFolder workspace =
        new WorkspaceFolder(
            folder,
            existing -> {
              throw new IOException(existing.toString());
            },
            warnings::add);

    assertThatThrownBy(workspace::check)
        .isInstanceOf(StorageException.class)
        .hasMessageNotContaining(folder.toString());
  }

  @Test
  void open_readOnlyMedium_isRefusedAndNothingIsCreated() throws IOException {
    try (Tmpfs disk = Tmpfs.mount(folder.resolve("disk"), "3m")) {
      Path inside = Files.createDirectory(disk.folder().resolve("w"));
      disk.remount("ro");

      for (Path at : List.of(inside, disk.folder().resolve("new"))) {
        assertThatThrownBy(() -> Workspace.open(at))
            .isInstanceOf(StorageException.class)
            .hasMessageContaining("read-only")
            .hasMessageNotContaining(folder.toString());
      }
      assertThat(entries(disk.folder())).containsExactly("w");
      assertThat(entries(inside)).isEmpty();
    }
  }

  @Test
  void open_workspaceOnMediumThatBecameReadOnly_isRefusedAndWhole() throws IOException {
    try (Tmpfs disk = Tmpfs.mount(folder.resolve("disk"), "10m")) {
      Workspace.open(disk.folder()).close();
      List<String> before = entries(disk.folder());
      disk.remount("ro");

      assertThatThrownBy(() -> Workspace.open(disk.folder())).isInstanceOf(StorageException.class);

      assertThat(entries(disk.folder())).isEqualTo(before);
      disk.remount("rw");
      try (Workspace workspace = Workspace.open(disk.folder())) {
        assertThat(workspace.verify().ok()).isTrue();
      }
    }
  }

  private void open(Path at, String type) {
    SqliteDatabase.open(new WorkspaceFolder(at, existing -> type, warnings::add)).close();
  }

  private static List<String> entries(Path of) throws IOException {
    try (Stream<Path> entries = Files.list(of)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
    }
  }
}
