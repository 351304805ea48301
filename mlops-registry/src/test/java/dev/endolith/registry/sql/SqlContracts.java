package dev.endolith.registry.sql;

import dev.endolith.pipeline.PipelineJournal;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.CommitRules;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.RunStore;
import dev.endolith.registry.StateStore;
import dev.endolith.serving.PredictionLog;
import dev.endolith.tck.ArtifactStoreContract;
import dev.endolith.tck.AuditLogContract;
import dev.endolith.tck.ModelRegistryContract;
import dev.endolith.tck.PipelineJournalContract;
import dev.endolith.tck.PipelineRecoveryContract;
import dev.endolith.tck.PredictionLogContract;
import dev.endolith.tck.RunTrackerContract;
import dev.endolith.tck.StateStoreContract;
import dev.endolith.tck.WorkspaceStorageContract;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** A SQL workspace as a client of every conformance kit. */
abstract class SqlContracts {
  private static final CommitRules RULES = CommitRules.of(Clock.systemUTC());

  private @Nullable SqlStorage storage;
  private @Nullable SqlStorage other;

  /** An empty workspace. */
  abstract SqlStorage fresh(CommitRules rules);

  /** The workspace made last, opened once more. */
  abstract SqlStorage again(CommitRules rules);

  private SqlStorage open(CommitRules rules) {
    close();
    SqlStorage opened = fresh(rules);
    storage = opened;
    return opened;
  }

  private SqlStorage reopen(CommitRules rules) {
    close();
    SqlStorage opened = again(rules);
    storage = opened;
    return opened;
  }

  @AfterEach
  void close() {
    if (storage != null) {
      storage.close();
    }
    if (other != null) {
      other.close();
    }
    storage = null;
    other = null;
  }

  @Nested
  class Registry extends ModelRegistryContract {
    private @Nullable ArtifactStore blobs;

    private ModelRegistry of(SqlStorage opened) {
      blobs = opened.artifacts();
      return opened.registry();
    }

    @Override
    protected ModelRegistry fresh() {
      return of(open(CommitRules.of(clock)));
    }

    @Override
    protected ModelRegistry reopen() {
      return of(SqlContracts.this.reopen(CommitRules.of(clock)));
    }

    @Override
    protected ModelRegistry another() {
      SqlStorage second = again(CommitRules.of(clock));
      other = second;
      return second.registry();
    }

    @Override
    protected Attachment stored(String name, byte[] content) {
      return SqlContracts.stored(blobs, name, content);
    }
  }

  @Nested
  class Audit extends AuditLogContract {
    private @Nullable ArtifactStore blobs;

    private ModelRegistry of(SqlStorage opened) {
      blobs = opened.artifacts();
      return opened.registry();
    }

    @Override
    protected ModelRegistry fresh() {
      return of(open(CommitRules.of(clock)));
    }

    @Override
    protected ModelRegistry reopen(ModelRegistry opened) {
      return of(SqlContracts.this.reopen(CommitRules.of(clock)));
    }

    @Override
    protected Attachment stored(String name, byte[] content) {
      return SqlContracts.stored(blobs, name, content);
    }
  }

  private static Attachment stored(@Nullable ArtifactStore store, String name, byte[] content) {
    if (store == null) {
      throw new IllegalStateException("no store is open");
    }
    return new Attachment(name, "application/octet-stream", content.length, store.put(content));
  }

  @Nested
  class Storage extends WorkspaceStorageContract {
    @Override
    protected SqlStorage fresh() {
      return open(CommitRules.of(clock));
    }
  }

  @Nested
  class State extends StateStoreContract {
    @Override
    protected StateStore fresh() {
      return open(RULES).state();
    }

    @Override
    protected StateStore reopen(StateStore opened) {
      return SqlContracts.this.reopen(RULES).state();
    }
  }

  @Nested
  class Artifacts extends ArtifactStoreContract {
    @Override
    protected ArtifactStore fresh() {
      return open(RULES).artifacts();
    }

    @Override
    protected ArtifactStore reopen(ArtifactStore opened) {
      return SqlContracts.this.reopen(RULES).artifacts();
    }
  }

  @Nested
  class Runs extends RunTrackerContract {
    @Override
    protected RunStore fresh() {
      return open(RULES).runs();
    }

    @Override
    protected RunStore reopen(RunStore opened) {
      return SqlContracts.this.reopen(RULES).runs();
    }
  }

  @Nested
  class Journal extends PipelineJournalContract {
    @Override
    protected PipelineJournal fresh() {
      return open(RULES).journal();
    }

    @Override
    protected PipelineJournal reopen(PipelineJournal opened) {
      return SqlContracts.this.reopen(RULES).journal();
    }
  }

  @Nested
  class Recovery extends PipelineRecoveryContract {
    @Override
    protected PipelineJournal fresh() {
      return open(RULES).journal();
    }

    @Override
    protected int randomPipelines() {
      return Integer.getInteger("endolith.recovery.pipelines", 1);
    }

    @Override
    protected int stride() {
      return Integer.getInteger("endolith.recovery.stride", 3);
    }

    @Override
    protected int leastCombinations() {
      return 60;
    }
  }

  @Nested
  class Predictions extends PredictionLogContract {
    @Override
    protected PredictionLog fresh() {
      return open(RULES).predictions();
    }

    @Override
    protected PredictionLog reopen(PredictionLog opened) {
      return SqlContracts.this.reopen(RULES).predictions();
    }
  }
}
