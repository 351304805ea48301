package dev.endolith;

import dev.endolith.data.Digest;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.query.Page;
import dev.endolith.query.Query;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.AuditLog;
import dev.endolith.registry.AuditVerification;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.VersionField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks everything that a workspace keeps. Used once. */
final class Verifier {
  private final WorkspaceStorage storage;
  private final List<String> problems = new ArrayList<>();
  private final Set<Digest> read = new HashSet<>();
  private long versions;

  Verifier(WorkspaceStorage storage) {
    this.storage = storage;
  }

  WorkspaceVerification verify() {
    problems.addAll(storage.check());
    AuditVerification audit = new AuditLog(storage.registry()).verify();
    if (audit instanceof AuditVerification.Broken broken) {
      problems.addAll(broken.problems());
    }
    try {
      verifyBlobs();
    } catch (IntegrityException e) {
      problems.add(e.getMessage());
    }
    return problems.isEmpty() && audit instanceof AuditVerification.Verified verified
        ? new WorkspaceVerification.Sound(verified.records(), versions, read.size())
        : new WorkspaceVerification.Broken(problems);
  }

  private void verifyBlobs() {
    Query<VersionField> query = Query.<VersionField>all().limit(Query.MAX_LIMIT);
    while (true) {
      Page<ModelVersion> page = storage.registry().versions(query);
      page.items().forEach(this::verifyBlobs);
      if (page.next().isEmpty()) {
        return;
      }
      query = query.after(page.next());
    }
  }

  private void verifyBlobs(ModelVersion version) {
    versions++;
    version.attachments().forEach(blob -> verify(version, blob));
    version.status().approvals().forEach(a -> a.evidence().forEach(blob -> verify(version, blob)));
    version.status().attestations().forEach(a -> verify(version, a.blob()));
  }

  private void verify(ModelVersion version, Attachment blob) {
    if (!read.add(blob.digest())) {
      return;
    }
    try {
      storage.artifacts().stream(blob.digest()).close();
    } catch (IOException e) {
      problems.add(version.label() + ", '" + blob.name() + "' could not be read");
    } catch (NotFoundException | IntegrityException e) {
      problems.add(version.label() + ", '" + blob.name() + "': " + e.getMessage());
    }
  }
}
