package dev.endolith.registry.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Artifacts far larger than the memory of the process (R25). */
class LargeArtifactTest {
  private static final long MEBIBYTE = 1024 * 1024;

  @TempDir private Path folder;

  @Test
  void stream_fourTimesTheMemory_isStoredAndRead() throws Exception {
    check(Long.getLong("endolith.artifact.bytes", 256 * MEBIBYTE));
  }

  @Test
  @Tag("long")
  void stream_fiveGigabytes_isStoredAndRead() throws Exception {
    check(Long.getLong("endolith.artifact.bytes", 5_000_000_000L));
  }

  private void check(long bytes) throws IOException, InterruptedException {
    Process process = StreamProcess.start(folder, bytes);
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

    assertThat(process.waitFor()).isZero();
    assertThat(printed).isEqualTo(bytes + " true");
  }
}
