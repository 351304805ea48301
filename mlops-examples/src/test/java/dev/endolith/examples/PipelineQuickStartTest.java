package dev.endolith.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineQuickStartTest {
  @TempDir private Path folder;

  @Test
  void run_findsTheBestDepth_andWritesThePage() throws IOException {
    assertThat(PipelineQuickStart.run(folder).depth()).isEqualTo(4);
    assertThat(folder.resolve("run.html"))
        .content()
        .contains("depth/1/train", "Use depth 4?", "ann agreed: looks right");
  }
}
