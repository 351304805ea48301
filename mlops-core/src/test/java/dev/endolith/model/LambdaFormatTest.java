package dev.endolith.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.data.Classification;
import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.VersionState;
import dev.endolith.serving.Deployment;
import dev.endolith.tck.ModelFormatContract;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A format that is a lambda keeps the contract of all formats. */
class LambdaFormatTest extends ModelFormatContract<Row, Boolean> {
  private static final Schema SCHEMA = Schema.of(Field.number("amount"));
  private static final Classification<Row, Boolean> TASK =
      Task.classify(Features.rows(SCHEMA), Boolean.class).build();

  @Override
  protected ModelFormat format() {
    return ModelFormat.of(
        "cutoff",
        TASK,
        content -> {
          double cutoff = ByteBuffer.wrap(content).getDouble();
          if (content.length != Double.BYTES || !(Math.abs(cutoff) < 1e9)) {
            throw new IllegalArgumentException("no cutoff");
          }
          return row -> {
            double yes = row.number(0) > cutoff ? 1 : 0;
            return Classified.of(TASK, 1 - yes, yes);
          };
        });
  }

  @Override
  protected byte[] content() {
    return ByteBuffer.allocate(Double.BYTES).putDouble(100).array();
  }

  @Override
  protected Task<Row, Boolean> task() {
    return TASK;
  }

  @Override
  protected Task<?, ?> otherTask() {
    return Task.classify(Features.rows(SCHEMA), Boolean.class).build();
  }

  private static Row row(double amount) {
    return Row.of(SCHEMA, new double[] {amount}, new String[1]);
  }

  @Override
  protected List<Row> rows() {
    return List.of(row(1), row(1_000));
  }

  @Test
  void deployment_ofALambdasModel_answers() {
    try (Workspace workspace = Workspace.builder().format(format()).open()) {
      var models = workspace.models();
      models.register("m", Candidate.of("cutoff", SCHEMA, content()));
      models.transition("m", 1, VersionState.VALIDATED, "test");
      models.transition("m", 1, VersionState.APPROVED, "test");
      models.move("m", Alias.CHAMPION, 1, "test");
      try (var deployment = Deployment.of("m", TASK, models).build()) {
        assertThat(deployment.predict(row(101)).value()).isTrue();
        assertThat(deployment.predict(row(99)).value()).isFalse();
      }
    }
  }

  @Test
  void load_whatTheFunctionFailsWith_refusesTheContent() {
    assertThatThrownBy(() -> format().load(new byte[3], TASK))
        .isInstanceOf(ArtifactRefusedException.class)
        .hasMessageContaining("failed with java.nio.BufferUnderflowException");
    assertThatThrownBy(() -> ModelFormat.of("a b", TASK, content -> row -> null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name of a format");
  }
}
