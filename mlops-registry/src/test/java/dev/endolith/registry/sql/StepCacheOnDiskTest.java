package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.Workspace;
import dev.endolith.data.Digest;
import dev.endolith.pipeline.Pipeline;
import dev.endolith.pipeline.PipelineRun;
import dev.endolith.pipeline.StepReport;
import dev.endolith.pipeline.StepValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outputs of cached steps in files that others can reach. */
class StepCacheOnDiskTest {
  private static final byte[] OUTPUT = new byte[100_000];

  @TempDir private Path folder;

  private StepReport run(String id) {
    try (Workspace workspace = Workspace.open(folder.resolve("w"))) {
      Pipeline.Builder steps = Pipeline.named("p");
      Pipeline<byte[]> pipeline =
          steps.returning(
              steps
                  .step("large", StepValue.<byte[]>bytes(b -> b, b -> b))
                  .cached()
                  .does(() -> new byte[100_000]));
      PipelineRun<byte[]> run = workspace.pipelines().run(pipeline, id);
      assertThat(run.result()).isEqualTo(OUTPUT);
      return run.steps().get(0);
    }
  }

  private Path blob() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(f -> f.endsWith(Digest.of(OUTPUT).hex())).findFirst().orElseThrow();
    }
  }

  @Test
  void output_thatWasAlteredOrDeleted_isMadeAgain() throws IOException {
    assertThat(run("a").how()).isEqualTo(StepReport.How.DONE);
    assertThat(run("b").how()).isEqualTo(StepReport.How.CACHED);

    Path blob = blob();
    Files.setPosixFilePermissions(blob, PosixFilePermissions.fromString("rw-------"));
    byte[] altered = OUTPUT.clone();
    altered[77_777] ^= 1;
    Files.write(blob, altered);
    StepReport again = run("c");
    assertThat(again.how()).isEqualTo(StepReport.How.DONE);
    assertThat(again.why()).contains("altered");
    assertThat(run("d").how()).isEqualTo(StepReport.How.CACHED);

    Files.delete(blob());
    assertThat(run("e").how()).isEqualTo(StepReport.How.DONE);
    assertThat(run("f").how()).isEqualTo(StepReport.How.CACHED);
  }
}
