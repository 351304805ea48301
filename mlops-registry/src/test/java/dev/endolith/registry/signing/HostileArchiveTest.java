package dev.endolith.registry.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.data.Digest;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.registry.Actor;
import dev.endolith.registry.Attestation.Kind;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.Change;
import dev.endolith.registry.ModelHistory;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.RegisteredModel;
import dev.endolith.registry.signing.Signed.Person;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that somebody has been at, with a trusted key or without. */
class HostileArchiveTest {
  private final Person ann = Person.of("ann", EcCurve.P256);
  private final Person mallory = Person.of("mallory", EcCurve.P256);
  private final TrustedKeys keys = TrustedKeys.of(ann.may(Kind.EXPORT));
  private final Workspace source =
      Workspace.builder().clock(Signed.CLOCK).format(new Opaque()).open();
  private final Workspace target =
      Workspace.builder().clock(Signed.CLOCK).format(new Opaque()).open();

  @TempDir private Path folder;

  private Path file;
  private byte[] archive;

  @BeforeEach
  void export() throws IOException {
    source.models().register("m", candidate("one"));
    source.models().tag("m", 1, Map.of("a", "b"));
    archive = exported(source, "m", ann);
    file = folder.resolve("m.zip");
  }

  @AfterEach
  void close() {
    assertThat(target.models().names()).isEmpty();
    assertThat(target.artifacts().size(Digest.ofText("one"))).isEmpty();
    source.close();
    target.close();
  }

  @Test
  void open_bitFlippedAtEveryThirdByte_isRefused() throws IOException {
    flip(3);
  }

  @Test
  @Tag("long")
  void open_bitFlippedAtEveryByte_isRefused() throws IOException {
    flip(1);
  }

  private void flip(int stride) throws IOException {
    Files.write(file, archive);
    List<Integer> taken = new ArrayList<>();
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      for (int i = 0; i < archive.length; i += stride) {
        bytes.seek(i);
        bytes.write(archive[i] ^ (1 << (i % 8)));
        if (!isRefused()) {
          taken.add(i);
        }
        bytes.seek(i);
        bytes.write(archive[i]);
      }
    }
    assertThat(taken).isEmpty();
    assertThat(isRefused()).isFalse(); // as it was
  }

  @Test
  void open_cutOffOrLonger_isRefused() throws IOException {
    for (int length = 0; length < archive.length; length += 13) {
      Files.write(file, Arrays.copyOf(archive, length));
      assertThat(isRefused()).as("%d bytes", length).isTrue();
    }
    Files.write(file, Arrays.copyOf(archive, archive.length + 1));
    assertThat(isRefused()).isTrue();
    byte[] shifted = new byte[archive.length + 1];
    System.arraycopy(archive, 0, shifted, 1, archive.length);
    Files.write(file, shifted);
    assertThat(isRefused()).isTrue();
  }

  @Test
  void open_untrustedOrUnentitledKey_isRefused() throws IOException {
    Files.write(file, exported(source, "m", mallory));
    assertRefused("not trusted");

    Files.write(file, archive);
    for (TrustedKey key :
        List.of(
            ann.may(Kind.TRAINING, Kind.APPROVAL, Kind.EVALUATION, Kind.SCAN, Kind.WITHDRAWAL),
            new TrustedKey(
                "k",
                "ann",
                (java.security.interfaces.ECPublicKey) ann.pair().getPublic(),
                List.of("other*"),
                java.util.Set.of(Kind.EXPORT)))) {
      assertThatThrownBy(() -> ModelArchive.open(file, TrustedKeys.of(key)))
          .isInstanceOf(ArtifactRefusedException.class)
          .hasMessageContaining("may not sign archives");
    }
  }

  @Test
  void open_statementInPlaceOfTheSeal_isRefused() throws IOException {
    byte[] statement = ann.signer().sign(source.models().get("m", 1));
    Files.write(file, new Forged().signature(statement).bytes());

    assertRefused("payloadType");
  }

  @Test
  void open_anyOtherZip_isRefused() throws IOException {
    for (Consumer<ZipOutputStream> members :
        List.<Consumer<ZipOutputStream>>of(
            zip -> put(zip, "../../etc/passwd", new byte[10]),
            zip -> put(zip, "signature.json", new byte[0]),
            zip -> put(zip, "signature.json", new byte[10_000_000]), // deflated to nothing
            zip -> IntStream.range(0, 20_000).forEach(i -> put(zip, "e" + i, new byte[0])))) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
        members.accept(zip);
      }
      Files.write(file, bytes.toByteArray());
      assertRefused("no archive of a model");
    }
    Files.write(file, new byte[0]);
    assertRefused("no archive of a model");
  }

  @Test
  void open_signedIndexOfForbiddenForm_isRefused() throws IOException {
    byte[] content = "x".getBytes(StandardCharsets.UTF_8);
    String blob = ArchiveIndex.blob(Digest.of(content));
    for (Consumer<List<ArchiveIndex.Entry>> edit :
        List.<Consumer<List<ArchiveIndex.Entry>>>of(
            entries -> entries.add(entry("../../../tmp/x", content)),
            entries -> entries.add(entry("/etc/passwd", content)),
            entries -> entries.add(entry("blobs/../" + Digest.of(content).hex(), content)),
            entries -> entries.add(entry("BLOBS/" + Digest.of(content).hex(), content)),
            entries -> entries.add(entry("blobs/" + Digest.ofText("other").hex(), content)),
            entries -> entries.add(entry(ArchiveIndex.MODEL, content)),
            entries -> entries.add(entries.get(entries.size() - 1)),
            entries -> entries.add(0, entries.remove(1)),
            entries -> entries.remove(0),
            entries -> entries.subList(1, entries.size()).clear(),
            List::clear,
            entries ->
                entries.add(new ArchiveIndex.Entry(blob, Long.MAX_VALUE, 0, Digest.of(content))),
            entries -> entries.add(new ArchiveIndex.Entry(blob, 1L << 50, 0, Digest.of(content))),
            entries -> entries.add(new ArchiveIndex.Entry(blob, -1, 0, Digest.of(content))),
            entries -> entries.add(new ArchiveIndex.Entry(blob, 1, 1L << 40, Digest.of(content))),
            entries ->
                IntStream.range(0, ArchiveIndex.MAX_ENTRIES)
                    .forEach(i -> entries.add(entry(blob, content))))) {
      Files.write(file, new Forged().entries(edit).bytes());
      assertThat(isRefused()).isTrue();
    }
  }

  @Test
  void open_blobThatNothingRefersTo_isRefused() throws IOException {
    Files.write(file, new Forged().document("zz", "junk").bytes());
    assertThat(isRefused()).isTrue();

    byte[] junk = "junk".getBytes(StandardCharsets.UTF_8);
    Files.write(file, new Forged().document(ArchiveIndex.blob(Digest.of(junk)), "junk").bytes());
    assertRefused("nothing refers to");
  }

  @Test
  void open_missingBlob_isRefused() throws IOException {
    Files.write(file, new Forged().without(ArchiveIndex.blob(Digest.ofText("one"))).bytes());

    assertRefused("is not in it");
  }

  @Test
  void open_signedRowsThatDoNotFitTheirRecords_isRefused() throws IOException {
    String versions = new Forged().text(ArchiveIndex.VERSIONS);
    String audit = new Forged().text(ArchiveIndex.AUDIT);
    String model = new Forged().text(ArchiveIndex.MODEL);
    List<String[]> edits =
        List.of(
            new String[] {ArchiveIndex.VERSIONS, versions.replace("\"number\":1", "\"number\":2")},
            new String[] {ArchiveIndex.VERSIONS, versions.replace("\"DRAFT\"", "\"APPROVED\"")},
            new String[] {ArchiveIndex.VERSIONS, versions + versions},
            new String[] {ArchiveIndex.VERSIONS, ""},
            new String[] {ArchiveIndex.VERSIONS, versions.strip()},
            new String[] {ArchiveIndex.VERSIONS, versions.replace("{", "{ ")},
            new String[] {
              ArchiveIndex.VERSIONS, versions.replaceFirst("\"key\":\"\"", "\"key\":null")
            },
            new String[] {ArchiveIndex.VERSIONS, versions.replaceFirst("\"key\":\"\",", "")},
            new String[] {ArchiveIndex.VERSIONS, "null\n"},
            new String[] {ArchiveIndex.VERSIONS, "[".repeat(100_000) + "\n"},
            new String[] {ArchiveIndex.AUDIT, ""},
            new String[] {ArchiveIndex.AUDIT, audit.substring(0, audit.indexOf('\n') + 1)},
            new String[] {ArchiveIndex.AUDIT, audit.substring(audit.indexOf('\n') + 1)},
            new String[] {
              ArchiveIndex.AUDIT, audit.replaceFirst("\"actor\":\"system\"", "\"actor\":\"me\"")
            },
            new String[] {
              ArchiveIndex.AUDIT, audit.replaceFirst("\"version\":\"1\"", "\"version\":\"x\"")
            },
            new String[] {ArchiveIndex.MODEL, model.replace("\"name\":\"m\"", "\"name\":\"n\"")},
            new String[] {
              ArchiveIndex.MODEL, model.replace("\"lastNumber\":1", "\"lastNumber\":9")
            },
            new String[] {
              ArchiveIndex.MODEL, model.replace("\"deleted\":false", "\"deleted\":true")
            },
            new String[] {ArchiveIndex.MODEL, model + model},
            new String[] {ArchiveIndex.MODEL, "\ud800\n"},
            new String[] {
              ArchiveIndex.ALIASES,
              "{\"actor\":\"a\",\"at\":\"2026-03-01T10:00:00Z\",\"generation\":1,\"model\":\"m\","
                  + "\"name\":\"champion\",\"reason\":\"r\",\"version\":1}\n"
            });
    for (String[] edit : edits) {
      byte[] forged = new Forged().document(edit[0], edit[1]).bytes();
      assertThat(forged).isNotEqualTo(archive);
      Files.write(file, forged);
      assertThat(isRefused()).as("%s: %s", edit[0], edit[1]).isTrue();
    }
  }

  @Test
  void forged_nothing_isTheArchive() throws IOException {
    Files.write(file, new Forged().bytes());

    assertThat(isRefused()).isFalse(); // so the refusals above are for what was edited
  }

  @Test
  void importInto_fileReplacedAfterOpen_isRefused() throws IOException {
    Files.write(file, archive);
    ModelArchive opened = ModelArchive.open(file, keys);
    source.models().tag("m", 1, Map.of("later", "yes"));
    Files.write(file, exported(source, "m", ann));

    assertThatThrownBy(() -> opened.importInto(target, "moved"))
        .isInstanceOf(ArtifactRefusedException.class)
        .hasMessageContaining("changed since it was opened");
  }

  /** Chained, but of what no store keeps: whoever has a key could write it. */
  @Test
  void adopt_historyThatNoStoreKeeps_isRefused() {
    ModelHistory history = source.models().history("m");
    ModelVersion one = history.versions().get(0);
    for (ModelHistory bad :
        List.of(
            new ModelHistory(history.model(), List.of(one, one), history.moves(), history.audit()),
            new ModelHistory(history.model(), List.of(), history.moves(), history.audit()),
            new ModelHistory(history.model(), history.versions(), history.moves(), List.of()),
            new ModelHistory(
                new RegisteredModel("m", 1, "a\0b", Map.of(), history.model().governance(), false),
                history.versions(),
                history.moves(),
                history.audit()),
            new ModelHistory(
                history.model(),
                history.versions(),
                history.moves(),
                List.of(history.audit().get(0), moved(history.audit().get(1)))))) {
      assertThat(bad.problems()).isNotEmpty();
      assertThatThrownBy(() -> target.models().commit("in", new Change.Adopt(bad)))
          .isInstanceOf(dev.endolith.error.IntegrityException.class);
    }
    assertThat(history.problems()).isEmpty();
  }

  private static AuditRecord moved(AuditRecord record) {
    return new AuditRecord(
        record.model(),
        record.sequence(),
        Instant.EPOCH,
        record.actor(),
        record.action(),
        record.reason(),
        record.facts(),
        record.previous(),
        record.digest());
  }

  private boolean isRefused() {
    try {
      ModelArchive.open(file, keys);
      return false;
    } catch (ArtifactRefusedException e) {
      assertThat(e.getMessage()).doesNotContain(folder.toString());
      return true;
    }
  }

  private void assertRefused(String why) {
    assertThatThrownBy(() -> ModelArchive.open(file, keys))
        .isInstanceOf(ArtifactRefusedException.class)
        .hasMessageContaining(why);
  }

  private static Candidate candidate(String content) {
    return Candidate.of("opaque", Signed.SCHEMA, content.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] exported(Workspace from, String model, Person signer) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ModelArchive.export(from.as(new Actor("ann")), model, signer.signer(), out);
    return out.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) {
    try {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
      zip.closeEntry();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static ArchiveIndex.Entry entry(String name, byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    return new ArchiveIndex.Entry(name, content.length, crc.getValue(), Digest.of(content));
  }

  /** The archive, edited and signed again by ann: what a trusted key could do at worst. */
  private final class Forged {
    private final Map<String, byte[]> contents = new TreeMap<>();
    private List<ArchiveIndex.Entry> entries;
    private byte[] signature;

    Forged() {
      try {
        Path whole = folder.resolve("whole.zip");
        Files.write(whole, archive);
        try (ArchiveReader reader = ArchiveReader.open(whole, keys)) {
          for (ArchiveIndex.Entry entry : reader.index().entries()) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            reader.next(entry, content::write);
            contents.put(entry.name(), content.toByteArray());
          }
        }
      } catch (IOException | MalformedException e) {
        throw new IllegalStateException(e);
      }
    }

    String text(String document) {
      return new String(contents.get(document), StandardCharsets.UTF_8);
    }

    Forged document(String name, String text) {
      contents.put(name, text.getBytes(StandardCharsets.UTF_8));
      return this;
    }

    Forged without(String name) {
      contents.remove(name);
      return this;
    }

    Forged entries(Consumer<List<ArchiveIndex.Entry>> edit) {
      entries = ordered();
      edit.accept(entries);
      return this;
    }

    Forged signature(byte[] bundle) {
      signature = bundle;
      return this;
    }

    private List<ArchiveIndex.Entry> ordered() {
      List<ArchiveIndex.Entry> all = new ArrayList<>();
      ArchiveIndex.DOCUMENTS.forEach(name -> all.add(entry(name, contents.get(name))));
      contents.forEach(
          (name, content) -> {
            if (!ArchiveIndex.DOCUMENTS.contains(name)) {
              all.add(entry(name, content));
            }
          });
      return all;
    }

    byte[] bytes() throws IOException {
      List<ArchiveIndex.Entry> all = entries == null ? ordered() : entries;
      byte[] index = new ArchiveIndex(all).write();
      ArchiveIndex.Entry indexed = entry(ArchiveIndex.INDEX, index);
      byte[] seal =
          signature == null
              ? new ArchiveIndex.Seal("m", Signed.TEN, indexed).sign(ann.signer())
              : signature;
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      List<StoredZip.Member> members = new ArrayList<>();
      add(entry(ArchiveIndex.SIGNATURE, seal), seal, members, out);
      add(indexed, index, members, out);
      for (ArchiveIndex.Entry entry : all) {
        byte[] content = contents.getOrDefault(entry.name(), "x".getBytes(StandardCharsets.UTF_8));
        add(entry, content, members, out);
      }
      try {
        out.write(StoredZip.directory(members));
      } catch (ArithmeticException e) {
        out.write(0); // no zip has such members; nobody comes so far
      }
      return out.toByteArray();
    }

    private void add(
        ArchiveIndex.Entry entry,
        byte[] content,
        List<StoredZip.Member> members,
        ByteArrayOutputStream out)
        throws IOException {
      out.write(StoredZip.localHeader(entry.member()));
      out.write(content);
      members.add(entry.member());
    }
  }

  /** A format that loads nothing. */
  private static final class Opaque implements dev.endolith.model.ModelFormat {
    @Override
    public String name() {
      return "opaque";
    }

    @Override
    public <X, Y> dev.endolith.model.Predictor<X, Y> load(
        byte[] content, dev.endolith.data.Task<X, Y> task) {
      throw new IllegalStateException("nothing is loaded here");
    }
  }
}
