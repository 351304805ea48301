package dev.endolith.registry.artifact;

import dev.endolith.data.Digest;
import dev.endolith.registry.ArtifactStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;

/** A program that stores and streams a blob that is larger than its memory; its own JVM. */
final class StreamProcess {
  private StreamProcess() {}

  static Process start(Path folder, long bytes) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:MaxDirectMemorySize=16m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            StreamProcess.class.getName(),
            folder.toString(),
            Long.toString(bytes))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  public static void main(String[] arguments) throws IOException {
    long bytes = Long.parseLong(arguments[1]);
    try (ArtifactStore store = FileArtifacts.open(Path.of(arguments[0]))) {
      Digest digest = store.put(new Pattern(bytes));
      MessageDigest sha = Digest.sha256();
      long count = 0;
      try (InputStream content = store.stream(digest)) {
        byte[] chunk = new byte[64 * 1024];
        for (int n = content.read(chunk); n >= 0; n = content.read(chunk)) {
          sha.update(chunk, 0, n);
          count += n;
        }
      }
      System.out.println(count + " " + Digest.finish(sha).equals(digest));
    }
  }

  /** A stream of a given length that does not repeat itself soon. */
  private static final class Pattern extends InputStream {
    private long rest;

    Pattern(long length) {
      this.rest = length;
    }

    @Override
    public int read() {
      return rest == 0 ? -1 : (int) ((--rest * 0x9E3779B97F4A7C15L) >>> 56);
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (rest == 0) {
        return -1;
      }
      int n = (int) Math.min(rest, length);
      for (int i = 0; i < n; i++) {
        target[offset + i] = (byte) ((--rest * 0x9E3779B97F4A7C15L) >>> 56);
      }
      return n;
    }
  }
}
