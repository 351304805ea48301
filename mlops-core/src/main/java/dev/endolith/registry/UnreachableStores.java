package dev.endolith.registry;

import dev.endolith.data.Digest;
import dev.endolith.error.StorageException;
import dev.endolith.query.Page;
import dev.endolith.query.Query;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The stores of a node that has no workspace: whatever they are asked cannot be answered now. */
final class UnreachableStores {
  private UnreachableStores() {}

  private static StorageException unreachable() {
    return new StorageException(
        "registry", "there is no workspace; open one and deploy anew as soon as it can be reached");
  }

  static final class Registry implements ModelRegistry {
    @Override
    public Committed commit(Changes changes) {
      throw unreachable();
    }

    @Override
    public Optional<ModelVersion> version(String model, long number) {
      throw unreachable();
    }

    @Override
    public Page<ModelVersion> versions(Query<VersionField> query) {
      throw unreachable();
    }

    @Override
    public Page<RegisteredModel> models(Query<ModelField> query) {
      throw unreachable();
    }

    @Override
    public Page<Alias> aliases(Query<AliasField> query) {
      throw unreachable();
    }

    @Override
    public List<Alias> history(String model, String alias) {
      throw unreachable();
    }

    @Override
    public List<AuditRecord> audit(String model, long after, int limit) {
      throw unreachable();
    }
  }

  static final class Artifacts implements ArtifactStore {
    @Override
    public Digest put(InputStream content) {
      throw unreachable();
    }

    @Override
    public byte[] read(Digest digest, long maxBytes) {
      throw unreachable();
    }

    @Override
    public InputStream stream(Digest digest) {
      throw unreachable();
    }

    @Override
    public OptionalLong size(Digest digest) {
      throw unreachable();
    }
  }
}
