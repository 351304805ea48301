package dev.endolith.registry.artifact;

import dev.endolith.data.Digest;
import dev.endolith.error.IntegrityException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.security.MessageDigest;

/** Hands out the content of a blob once all of it is known to be what was stored. */
final class VerifiedContent {
  private static final int CHUNK = 64 * 1024;

  /** What is longer is copied to a file instead of the heap. */
  private static final int SMALL = 1024 * 1024;

  private final Disk disk;
  private final Path tmp;

  VerifiedContent(Disk disk, Path tmp) {
    this.disk = disk;
    this.tmp = tmp;
  }

  InputStream stream(Digest digest, SeekableByteChannel file) throws IOException {
    long size = file.size();
    return size <= SMALL
        ? new ByteArrayInputStream(bytes(digest, file, (int) size))
        : copy(digest, file);
  }

  byte[] bytes(Digest digest, SeekableByteChannel file, int size) throws IOException {
    byte[] content = new byte[size];
    ByteBuffer rest = ByteBuffer.wrap(content);
    while (rest.hasRemaining()) {
      if (file.read(rest) < 0) {
        throw altered(digest);
      }
    }
    if (!Digest.of(content).equals(digest)) {
      throw altered(digest);
    }
    return content;
  }

  /** Copies to a file that nobody else can open, and hands out that copy if it is right. */
  private InputStream copy(Digest digest, SeekableByteChannel file) throws IOException {
    FileChannel copy = disk.scratch(tmp);
    try {
      MessageDigest sha = Digest.sha256();
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
      while (file.read(chunk) >= 0) {
        chunk.flip();
        sha.update(chunk.duplicate());
        while (chunk.hasRemaining()) {
          copy.write(chunk);
        }
        chunk.clear();
      }
      if (!Digest.finish(sha).equals(digest)) {
        throw altered(digest);
      }
      copy.position(0);
      return Channels.newInputStream(copy);
    } catch (IOException | RuntimeException | Error e) {
      try {
        copy.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private static IntegrityException altered(Digest digest) {
    return new IntegrityException(
        digest.hex(),
        "the content of blob "
            + digest
            + " is not what was stored; restore it from a backup, or store it again");
  }
}
