package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** R25: inputs larger than the heap, or that claim to be, in a JVM of 64 MB. */
class SmallHeapTest {
  @TempDir private Path folder;

  @Test
  void inputs_largerThanTheHeap_areRefusedAndTheProcessGoesOn() throws Exception {
    Process process = JvmProcess.start("-Xmx64m", SmallHeapProcess.class, folder.toString());
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .filter(
                line -> line.startsWith("! ") || line.startsWith("refused") || line.equals("END"))
            .toList();

    assertThat(process.waitFor()).isZero();
    assertThat(lines).filteredOn(line -> line.startsWith("! ")).isEmpty();
    assertThat(lines).hasSizeGreaterThan(14).last().isEqualTo("END");
  }
}
