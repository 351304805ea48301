package dev.endolith.registry.signing;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.error.IntegrityException;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.ModelHistory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.zip.CRC32;

/*
 * Writes an archive. Every member is gone through twice: for its size and checksum, which the
 * signed index at the front has, and to be written. Nothing but one row or piece is in memory.
 */
final class ArchiveWriter {
  private static final int CHUNK = 64 * 1024;

  private final ArchiveContent content;
  private final ArtifactStore artifacts;
  private final Map<String, Iterable<?>> documents;

  ArchiveWriter(ArchiveContent content, ArtifactStore artifacts) {
    this.content = content;
    this.artifacts = artifacts;
    this.documents = new TreeMap<>();
    documents.put(ArchiveIndex.MODEL, List.of(content.history().model()));
    documents.put(ArchiveIndex.VERSIONS, versions(content.history()));
    documents.put(ArchiveIndex.ALIASES, content.history().moves());
    documents.put(ArchiveIndex.AUDIT, content.history().audit());
    documents.put(ArchiveIndex.RUNS, content.runs());
  }

  private static Iterable<ArchiveRows.VersionRow> versions(ModelHistory history) {
    return () -> history.versions().stream().map(ArchiveRows.VersionRow::of).iterator();
  }

  void write(ModelSigner signer, Instant at, OutputStream out) throws IOException {
    List<ArchiveIndex.Entry> entries = new ArrayList<>();
    for (String name : ArchiveIndex.DOCUMENTS) {
      Measure measure = new Measure();
      document(name, measure);
      entries.add(measure.entry(name));
    }
    for (Digest blob : blobs()) {
      Measure measure = new Measure();
      blob(blob, measure);
      entries.add(measure.entry(ArchiveIndex.blob(blob)));
    }
    if (entries.size() > ArchiveIndex.MAX_ENTRIES) {
      throw new IllegalStateException(
          "an archive has at most "
              + ArchiveIndex.MAX_ENTRIES
              + " members, model '"
              + content.history().model().name()
              + "' needs "
              + entries.size());
    }
    byte[] index = new ArchiveIndex(entries).write();
    ArchiveIndex.Entry indexed = entry(ArchiveIndex.INDEX, index);
    byte[] signature =
        new ArchiveIndex.Seal(content.history().model().name(), at, indexed).sign(signer);

    List<StoredZip.Member> members = new ArrayList<>();
    begin(entry(ArchiveIndex.SIGNATURE, signature), members, out);
    out.write(signature);
    begin(indexed, members, out);
    out.write(index);
    for (ArchiveIndex.Entry entry : entries) {
      begin(entry, members, out);
      Measure again = new Measure(out);
      if (entry.isBlob()) {
        blob(entry.digest(), again);
      } else {
        document(entry.name(), again);
      }
      if (!again.entry(entry.name()).equals(entry)) {
        throw new IntegrityException(
            entry.name(), "'" + entry.name() + "' changed while it was exported; export again");
      }
    }
    out.write(StoredZip.directory(members));
    out.flush();
  }

  private static void begin(
      ArchiveIndex.Entry entry, List<StoredZip.Member> members, OutputStream out)
      throws IOException {
    members.add(entry.member());
    out.write(StoredZip.localHeader(entry.member()));
  }

  private void document(String name, OutputStream out) throws IOException {
    for (Object row : documents.getOrDefault(name, List.of())) {
      out.write((CanonicalJson.write(row) + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private void blob(Digest digest, OutputStream out) throws IOException {
    try (InputStream blob = artifacts.stream(digest)) {
      byte[] chunk = new byte[CHUNK];
      for (int read = blob.read(chunk); read >= 0; read = blob.read(chunk)) {
        out.write(chunk, 0, read);
      }
    }
  }

  /** All blobs of the history, and of its runs those that are kept. */
  private List<Digest> blobs() {
    TreeMap<String, Digest> blobs = new TreeMap<>();
    for (Attachment blob : content.history().blobs()) {
      blobs.put(blob.digest().hex(), blob.digest());
    }
    for (String hex : ArchiveContent.mentions(content.runs())) {
      Digest digest = new Digest(hex);
      OptionalLong size = artifacts.size(digest);
      if (size.isPresent()) {
        blobs.put(hex, digest);
      }
    }
    return List.copyOf(blobs.values());
  }

  private static ArchiveIndex.Entry entry(String name, byte[] bytes) throws IOException {
    Measure measure = new Measure();
    measure.write(bytes, 0, bytes.length);
    return measure.entry(name);
  }

  /** Says of bytes what the index says of a member, and may hand them on. */
  private static final class Measure extends OutputStream {
    private final OutputStream to;
    private final MessageDigest sha = Digest.sha256();
    private final CRC32 crc = new CRC32();
    private long size;

    Measure() {
      this(OutputStream.nullOutputStream());
    }

    Measure(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      sha.update(bytes, offset, length);
      crc.update(bytes, offset, length);
      size += length;
      to.write(bytes, offset, length);
    }

    ArchiveIndex.Entry entry(String name) {
      return new ArchiveIndex.Entry(name, size, crc.getValue(), Digest.finish(sha));
    }
  }
}
