package dev.endolith.registry.sql;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small disk in memory, mounted for a test, which only root may. */
final class Tmpfs implements AutoCloseable {
  private final Path folder;

  private Tmpfs(Path folder) {
    this.folder = folder;
  }

  /** Mounts a disk on a folder; ends the test as skipped where that is not possible. */
  static Tmpfs mount(Path folder, String size) {
    try {
      Files.createDirectories(folder);
      assumeThat(run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder.toString()))
          .as("mounting a disk of our own, which needs root and mount(8) on Linux")
          .isZero();
    } catch (IOException e) {
      assumeThat(e).as("there is no mount(8) on this platform").isNull();
    }
    return new Tmpfs(folder);
  }

  Path folder() {
    return folder;
  }

  void remount(String options) throws IOException {
    if (run("mount", "-o", "remount," + options, folder.toString()) != 0) {
      throw new IOException("cannot remount with " + options);
    }
  }

  @Override
  public void close() throws IOException {
    if (run("umount", "-l", folder.toString()) != 0) {
      throw new IOException("cannot unmount");
    }
  }

  private static int run(String... command) throws IOException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
