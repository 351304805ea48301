package dev.endolith.registry.artifact;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What makes writes durable; a class of its own so that a test can let it fail. */
interface Disk {
  /** Forces a file's content and length to the disk. */
  void force(FileChannel file) throws IOException;

  /** Forces a directory's entries to the disk. */
  void forceDirectory(Path directory) throws IOException;

  static Disk create() {
    return new Disk() {
      @Override
      public void force(FileChannel file) throws IOException {
        file.force(true);
      }

      @Override
      public void forceDirectory(Path directory) throws IOException {
        try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
          entries.force(true);
        }
      }
    };
  }
}
