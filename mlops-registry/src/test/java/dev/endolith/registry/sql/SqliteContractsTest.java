package dev.endolith.registry.sql;

import dev.endolith.pipeline.PipelineJournal;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.RunStore;
import dev.endolith.registry.StateStore;
import dev.endolith.serving.PredictionLog;
import dev.endolith.tck.ArtifactStoreContract;
import dev.endolith.tck.ModelRegistryContract;
import dev.endolith.tck.PipelineJournalContract;
import dev.endolith.tck.PredictionLogContract;
import dev.endolith.tck.RunStoreContract;
import dev.endolith.tck.StateStoreContract;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The SQLite workspace as a client of every conformance kit. */
class SqliteContractsTest {
  @TempDir private static Path folders;

  private static int last;

  private SqliteStorage storage = open(Clock.systemUTC());
  private @Nullable SqliteStorage other;

  private static SqliteStorage open(Clock clock) {
    last++;
    return SqliteStorage.open(folders.resolve("w" + last), clock);
  }

  private SqliteStorage reopen(Clock clock) {
    storage.close();
    storage = SqliteStorage.open(folders.resolve("w" + last), clock);
    return storage;
  }

  @AfterEach
  void close() {
    storage.close();
    if (other != null) {
      other.close();
    }
  }

  @Nested
  class Registry extends ModelRegistryContract {
    @Override
    protected ModelRegistry fresh() {
      storage.close();
      storage = SqliteContractsTest.open(clock);
      return storage.registry();
    }

    @Override
    protected ModelRegistry reopen() {
      return SqliteContractsTest.this.reopen(clock).registry();
    }

    @Override
    protected ModelRegistry another() {
      other = SqliteStorage.open(folders.resolve("w" + last), clock);
      return other.registry();
    }

    @Override
    protected Attachment stored(String name, byte[] content) {
      return new Attachment(
          name, "application/octet-stream", content.length, storage.artifacts().put(content));
    }
  }

  @Nested
  class State extends StateStoreContract {
    @Override
    protected StateStore fresh() {
      return storage.state();
    }

    @Override
    protected StateStore reopen(StateStore open) {
      return SqliteContractsTest.this.reopen(Clock.systemUTC()).state();
    }
  }

  @Nested
  class Artifacts extends ArtifactStoreContract {
    @Override
    protected ArtifactStore fresh() {
      return storage.artifacts();
    }

    @Override
    protected ArtifactStore reopen(ArtifactStore open) {
      return SqliteContractsTest.this.reopen(Clock.systemUTC()).artifacts();
    }
  }

  @Nested
  class Runs extends RunStoreContract {
    @Override
    protected RunStore fresh() {
      return storage.runs();
    }

    @Override
    protected RunStore reopen(RunStore open) {
      return SqliteContractsTest.this.reopen(Clock.systemUTC()).runs();
    }
  }

  @Nested
  class Journal extends PipelineJournalContract {
    @Override
    protected PipelineJournal fresh() {
      return storage.journal();
    }

    @Override
    protected PipelineJournal reopen(PipelineJournal open) {
      return SqliteContractsTest.this.reopen(Clock.systemUTC()).journal();
    }
  }

  @Nested
  class Predictions extends PredictionLogContract {
    @Override
    protected PredictionLog fresh() {
      return storage.predictions();
    }

    @Override
    protected PredictionLog reopen(PredictionLog open) {
      return SqliteContractsTest.this.reopen(Clock.systemUTC()).predictions();
    }
  }
}
