package dev.endolith.registry.signing;

import dev.endolith.Workspace;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.ConflictException;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.StorageException;
import dev.endolith.registry.Change;
import dev.endolith.registry.ModelHistory;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.RegisteredModel;
import dev.endolith.registry.RunRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A model with all of its history in one signed file: rules, versions, decisions, statements, every
 * move of its aliases, every audit record, the runs that made its versions (without their metric
 * series), and every blob that any of them refers to. Immutable.
 *
 * <pre>{@code
 * try (OutputStream out = Files.newOutputStream(file)) {
 *   ModelArchive.export(workspace, "fraud", signer, out);
 * }
 * ModelArchive.open(file, keys).importInto(other, "moved to the new site");
 * }</pre>
 *
 * <p>The file is a zip of members that are stored as they are, which any program for zip files
 * unpacks. It begins with a Sigstore bundle over the digest of an index, which has size and SHA-256
 * of every other member. What an import reads is compared with what the index says must stand
 * there, byte by byte, so that there is nothing in a file to be believed before it was verified.
 */
public final class ModelArchive {
  /** A run is part of a run of a run ... so many at most. */
  private static final int MAX_RUNS = 100_000;

  private final Path file;
  private final TrustedKeys keys;
  private final ArchiveIndex.Signed signed;
  private final ArchiveContent content;

  private ModelArchive(
      Path file, TrustedKeys keys, ArchiveIndex.Signed signed, ArchiveContent content) {
    this.file = file;
    this.keys = keys;
    this.signed = signed;
    this.content = content;
  }

  /**
   * Writes a model with its history. Others may write to the model meanwhile: what is exported is
   * whole, as of one moment. Rows are in memory, some hundred bytes each; blobs are streamed, and
   * read twice.
   *
   * @param workspace where the model is
   * @param model the model's name
   * @param signer signs the archive; whoever imports it must trust the key for {@link
   *     dev.endolith.registry.Attestation.Kind#EXPORT}
   * @param out where to; flushed, not closed
   * @throws dev.endolith.error.NotFoundException if there is no such model, or a blob is missing
   * @throws IntegrityException if the model does not agree with its audit records, or a blob does
   *     not match its digest; what was written until then is no archive
   * @throws StorageException if it cannot be written
   * @throws IllegalStateException if it needs more than 200 000 blobs
   */
  public static void export(
      Workspace workspace, String model, ModelSigner signer, OutputStream out) {
    ModelHistory history = workspace.models().history(model);
    ArchiveContent content = new ArchiveContent(history, runs(workspace, history));
    try {
      new ArchiveWriter(content, workspace.artifacts())
          .write(signer, workspace.clock().instant(), out);
    } catch (IOException e) {
      throw new StorageException("export", "the archive cannot be written; see the cause", e);
    }
  }

  /** The runs that made the versions, and those that these are part of. */
  private static List<RunRecord> runs(Workspace workspace, ModelHistory history) {
    Set<String> seen = new LinkedHashSet<>();
    history.versions().forEach(version -> seen.add(version.run()));
    Deque<String> next = new ArrayDeque<>(seen);
    List<RunRecord> runs = new ArrayList<>();
    while (!next.isEmpty() && runs.size() < MAX_RUNS) {
      String id = next.remove();
      Optional<RunRecord> run = id.isEmpty() ? Optional.empty() : workspace.runs().find(id);
      if (run.isPresent()) {
        runs.add(run.get());
        if (seen.add(run.get().parent())) {
          next.add(run.get().parent());
        }
      }
    }
    return runs;
  }

  /**
   * Reads an archive and verifies all of it: the signature, every byte of the file, and every row
   * against the audit records. Nothing is stored. Reads the file twice; rows are in memory.
   *
   * @param file the archive, which is not to be written to before it was imported
   * @param keys whose archives are taken: a key that may sign {@link
   *     dev.endolith.registry.Attestation.Kind#EXPORT} for the model
   * @return the archive
   * @throws ArtifactRefusedException if it is not signed by a key that may, is damaged, or is none;
   *     the message says which
   * @throws StorageException if the file cannot be read
   */
  public static ModelArchive open(Path file, TrustedKeys keys) {
    try {
      try (ArchiveReader archive = ArchiveReader.open(file, keys)) {
        archive.verify(); // no parser sees a row before all of them are those that were signed
      }
      return parse(file, keys);
    } catch (MalformedException e) {
      throw refused(e);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static ModelArchive parse(Path file, TrustedKeys keys)
      throws IOException, MalformedException {
    try (ArchiveReader archive = ArchiveReader.open(file, keys)) {
      ArchiveIndex.Signed signed = archive.signed();
      if (!signed
          .key()
          .maySign(dev.endolith.registry.Attestation.Kind.EXPORT, signed.seal().model())) {
        throw new MalformedException(
            "key '" + signed.key().name() + "' may not sign archives of this model");
      }
      ArchiveContent content = ArchiveContent.read(archive);
      content.check(signed, archive.index());
      return new ModelArchive(file, keys, signed, content);
    }
  }

  private static ArtifactRefusedException refused(MalformedException e) {
    return new ArtifactRefusedException(
        "archive",
        e.reason(),
        "the archive is refused, and nothing of it was taken: " + e.reason());
  }

  private static StorageException unreadable(IOException e) {
    return new StorageException("import", "the archive cannot be read; see the cause", e);
  }

  /**
   * The model.
   *
   * @return the model as it was when it was exported
   */
  public RegisteredModel model() {
    return content.history().model();
  }

  /**
   * Its versions.
   *
   * @return all of them, from 1 on
   */
  public List<ModelVersion> versions() {
    return content.history().versions();
  }

  /**
   * The model's history.
   *
   * @return what an import takes in
   */
  public ModelHistory history() {
    return content.history();
  }

  /**
   * The runs that made the versions.
   *
   * @return the runs
   */
  public List<RunRecord> runs() {
    return content.runs();
  }

  /**
   * Who has signed the archive.
   *
   * @return the trusted key
   */
  public TrustedKey signedBy() {
    return signed.key();
  }

  /**
   * When it was exported.
   *
   * @return the time, by the clock of the workspace that exported it
   */
  public Instant exportedAt() {
    return signed.seal().at();
  }

  /**
   * Takes the model in: its blobs, then its runs and all of its rows in one transaction. Numbers,
   * times, generations and audit records stay what they were. Doing it again changes nothing. Runs
   * that are in the workspace already stay as they are. If it fails, no row is changed; blobs that
   * were stored by then are collected later, as nothing refers to them.
   *
   * @param workspace where to; the actor of the view is who the event names
   * @param reason why, for people
   * @throws ConflictException if a model of that name is there, with another history
   * @throws ArtifactRefusedException if the file was changed since it was opened
   * @throws StorageException if the file cannot be read, or the workspace cannot store it
   * @throws IllegalArgumentException if a version is in a state that the workspace does not know
   */
  public void importInto(Workspace workspace, String reason) {
    ModelHistory history = content.history();
    String name = history.model().name();
    if (workspace.models().model(name).isPresent()) {
      ModelHistory known = workspace.models().history(name);
      if (known.equals(history)) {
        return;
      }
      throw new ConflictException(
          name,
          history.audit().size(),
          known.audit().size(),
          "model '"
              + name
              + "' is here already with another history; import it into a workspace that has no"
              + " model of its name");
    }
    try (ArchiveReader archive = ArchiveReader.open(file, keys)) {
      if (!archive.signed().equals(signed)) {
        throw new MalformedException("the file was changed since it was opened");
      }
      store(archive, workspace);
    } catch (MalformedException e) {
      throw refused(e);
    } catch (IOException e) {
      throw unreadable(e);
    }
    workspace.together(
        within -> {
          content.runs().forEach(within.runs()::adopt);
          return within.models().commit(reason, new Change.Adopt(history));
        });
  }

  private static void store(ArchiveReader archive, Workspace workspace)
      throws IOException, MalformedException {
    for (ArchiveIndex.Entry entry : archive.index().entries()) {
      if (entry.isBlob() && workspace.artifacts().pin(entry.digest()).isEmpty()) {
        try (InputStream blob = archive.stream(entry)) {
          if (!workspace.artifacts().put(blob).equals(entry.digest())) {
            throw new MalformedException("the file was changed since it was opened");
          }
        }
      } else {
        archive.next(entry, (bytes, offset, length) -> {});
      }
    }
    archive.end();
  }
}
