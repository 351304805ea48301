package dev.endolith.registry.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.WorkspaceSettings;
import dev.endolith.WorkspaceStorage;
import dev.endolith.data.Digest;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.error.StorageException;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.CommitRules;
import dev.endolith.registry.ConsistencyProof;
import dev.endolith.registry.Document;
import dev.endolith.registry.InMemoryStores;
import dev.endolith.registry.InMemoryTransactions;
import dev.endolith.registry.InclusionProof;
import dev.endolith.registry.MerkleTree;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.StateStore;
import dev.endolith.registry.sql.SqliteWorkspaceProvider;
import dev.endolith.tck.EditedAudit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  private static final String ORIGIN = "example.com/audit";
  private static final List<String> MODELS = List.of("churn", "fraud", "zoo");

  private final NoteSigner signer = NoteSigner.of(ORIGIN, NoteSigner.generate());
  private final List<String> kept = new ArrayList<>();
  private final InMemoryStores stores = InMemoryStores.create(Signed.CLOCK);
  private final Attachment blob = Signed.blob(stores, "model", "weights");
  private final Checkpoints checkpoints = of(stores.registry(), stores.state());

  private Checkpoints of(ModelRegistry registry, StateStore state) {
    return Checkpoints.of(registry, state, signer.verifier());
  }

  private SignedNote checkpoint() {
    return checkpoints.checkpoint(signer, List.of(kept::add));
  }

  /** Records and checkpoints, in a way that a seed gives. */
  private void grow(long seed, int count, int atMost) {
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      for (int r = 1 + random.nextInt(atMost); r > 0; r--) {
        Signed.register(stores, MODELS.get(random.nextInt(MODELS.size())), blob);
      }
      checkpoint();
    }
  }

  private static List<String> problems(CheckpointVerification verification) {
    assertThat(verification).isInstanceOf(CheckpointVerification.Broken.class);
    return ((CheckpointVerification.Broken) verification).problems();
  }

  private static AuditRecord edited(AuditRecord r, String reason, Digest digest) {
    return new AuditRecord(
        r.model(),
        r.sequence(),
        r.at(),
        r.actor(),
        r.action(),
        reason,
        r.facts(),
        r.previous(),
        digest);
  }

  private static AuditRecord at(AuditRecord r, long sequence) {
    return new AuditRecord(
        r.model(),
        sequence,
        r.at(),
        r.actor(),
        r.action(),
        r.reason(),
        r.facts(),
        r.previous(),
        r.digest());
  }

  @Test
  void checkpoint_isASignedNote_ofAllRecordsOfAllModels() {
    Signed.register(stores, "zoo", blob);
    Signed.register(stores, "churn", blob);
    Signed.register(stores, "zoo", blob);
    SignedNote note = checkpoint();
    List<Digest> leaves = new ArrayList<>();
    stores.registry().audit("churn", 0, 10).forEach(r -> leaves.add(r.digest()));
    stores.registry().audit("zoo", 0, 10).forEach(r -> leaves.add(r.digest()));
    Checkpoint checkpoint = Checkpoint.parse(note.text());
    assertThat(checkpoint)
        .isEqualTo(new Checkpoint(ORIGIN, 3, MerkleTree.empty().appendAll(leaves).root()));
    assertThat(signer.verifier().verify(note)).isTrue();
    assertThat(kept).containsExactly(note.write());
    assertThat(note.write()).startsWith(ORIGIN + "\n3\n").contains("\n\n\u2014 " + ORIGIN + " ");
    assertThat(checkpoints.verify(kept)).isEqualTo(new CheckpointVerification.Verified(3, 1));
  }

  @Test
  void checkpoint_withoutNews_handsTheLastNoteAgain() {
    assertThat(Checkpoint.parse(checkpoint().text()).size()).isZero();
    Signed.register(stores, "zoo", blob);
    SignedNote one = checkpoint();
    assertThat(checkpoint()).isEqualTo(one);
    assertThat(kept).hasSize(3);
    assertThat(stores.state().names("audit-tree"))
        .containsExactly("audit-tree", "audit-tree.1", "audit-tree.2");
    assertThat(checkpoints.verify(kept)).isEqualTo(new CheckpointVerification.Verified(1, 2));
    // records that no checkpoint has seen yet are no damage
    Signed.register(stores, "zoo", blob);
    assertThat(checkpoints.verify(kept)).isEqualTo(new CheckpointVerification.Verified(1, 2));
  }

  @Test
  void checkpoint_failingSink_isTold_andOthersAreNotLeftOut() {
    Signed.register(stores, "zoo", blob);
    CheckpointSink broken =
        note -> {
          throw new StorageException("append", "the disk is full");
        };
    assertThatThrownBy(() -> checkpoints.checkpoint(signer, List.of(broken, kept::add, broken)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("call again");
    assertThat(kept).hasSize(1);
    assertThat(checkpoint().write()).isEqualTo(kept.get(0));
  }

  @Test
  void checkpoint_anotherKey_isRefused() {
    NoteSigner other = NoteSigner.of(ORIGIN, NoteSigner.generate());
    assertThatThrownBy(() -> checkpoints.checkpoint(other, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("this log is signed by");
  }

  @Test
  void checkpoint_damagedRecord_isNotSigned() {
    Signed.register(stores, "zoo", blob);
    checkpoint();
    Signed.register(stores, "zoo", blob);
    ModelRegistry registry =
        new EditedAudit(
            stores.registry(),
            "zoo",
            rows -> rows.set(1, edited(rows.get(1), "another reason", rows.get(1).digest())));
    assertThatThrownBy(() -> of(registry, stores.state()).checkpoint(signer, List.of()))
        .isInstanceOf(IntegrityException.class)
        .hasMessage(
            "zoo: record 2 was changed after it was written; nothing is signed until the audit"
                + " log is mended");
  }

  @Test
  void prove_everyRecord() {
    grow(1, 20, 5);
    for (String model : MODELS) {
      for (AuditRecord record : stores.registry().audit(model, 0, 1_000)) {
        TlogProof proof = checkpoints.prove(model, record.sequence());
        String text = proof.write();
        assertThat(text).startsWith("c2sp.org/tlog-proof@v1\nindex ");
        TlogProof parsed = TlogProof.parse(text);
        assertThat(parsed).isEqualTo(proof);
        assertThat(parsed.verify(record.digest(), signer.verifier())).isTrue();
        assertThat(parsed.verify(Digest.ofText("x"), signer.verifier())).isFalse();
        assertThat(
                parsed.verify(
                    record.digest(), NoteSigner.of(ORIGIN, NoteSigner.generate()).verifier()))
            .isFalse();
      }
    }
    Signed.register(stores, "zoo", blob);
    long unseen = stores.registry().audit("zoo", 0, 1_000).size();
    assertThatThrownBy(() -> checkpoints.prove("zoo", unseen))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("make a checkpoint first");
    assertThatThrownBy(() -> checkpoints.prove("absent", 1)).isInstanceOf(NotFoundException.class);
  }

  @Test
  void prove_withoutCheckpoint_isTold() {
    assertThatThrownBy(() -> checkpoints.prove("zoo", 1))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no checkpoint yet");
    assertThatThrownBy(() -> checkpoints.prove(0, 1)).isInstanceOf(NotFoundException.class);
  }

  @Test
  void consistency_ofEveryPairOf100Checkpoints() {
    assertEveryPairIsConsistent(100, 3);
  }

  @Test
  @Tag("long")
  void consistency_ofEveryPairOfManyCheckpoints() {
    assertEveryPairIsConsistent(Integer.getInteger("endolith.checkpoints", 1_000), 1);
  }

  private void assertEveryPairIsConsistent(int count, int atMost) {
    grow(2, count, atMost);
    List<Checkpoint> all =
        kept.stream().map(note -> Checkpoint.parse(SignedNote.parse(note).text())).toList();
    assertThat(all).hasSize(count);
    List<Digest> leaves = leaves(all.get(count - 1));
    for (int i = 0; i < count; i++) {
      for (int j = i; j < count; j++) {
        Checkpoint from = all.get(i);
        Checkpoint to = all.get(j);
        ConsistencyProof proof = MerkleTree.proveConsistency(from.size(), to.size(), leaves);
        assertThat(proof.verify(from.root(), to.root())).isTrue();
      }
    }
    Checkpoint first = all.get(0);
    Checkpoint last = all.get(count - 1);
    assertThat(checkpoints.prove(first.size(), last.size()))
        .isEqualTo(MerkleTree.proveConsistency(first.size(), last.size(), leaves));
    assertThatThrownBy(() -> checkpoints.prove(0, last.size() + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The records' digests, each at the index that its proof gives. */
  private List<Digest> leaves(Checkpoint last) {
    List<Digest> leaves = new ArrayList<>(Collections.nCopies((int) last.size(), null));
    AuditTree tree = new AuditTree(stores.registry(), stores.state(), signer.verifier());
    List<AuditTree.Segment> segments =
        tree.segments(tree.head(stores.state().get(AuditTree.HEAD).orElseThrow()));
    for (String model : MODELS) {
      for (AuditRecord record : stores.registry().audit(model, 0, Integer.MAX_VALUE)) {
        leaves.set((int) AuditTree.index(segments, model, record.sequence()), record.digest());
      }
    }
    return leaves;
  }

  @Test
  void everyEdit_ofSomeRecords_isSeen() {
    assertEveryEditIsSeen(8);
  }

  @Test
  @Tag("long")
  void everyEdit_ofManyRecords_isSeen() {
    assertEveryEditIsSeen(Integer.getInteger("endolith.records", 300));
  }

  /** Six kinds of edits of every record, ten checkpoints. */
  private void assertEveryEditIsSeen(int atMost) {
    grow(3, 10, atMost);
    assertThat(checkpoints.verify(kept)).isInstanceOf(CheckpointVerification.Verified.class);
    Random random = new Random(4);
    for (String model : MODELS) {
      int size = stores.registry().audit(model, 0, Integer.MAX_VALUE).size();
      for (int i = 0; i < size; i++) {
        int place = i;
        int other = (i + 1 + random.nextInt(size - 1)) % size;
        assertSeen(model, rows -> edit(rows, place));
        assertSeen(model, rows -> rows.remove(place));
        assertSeen(model, rows -> remove(rows, place));
        assertSeen(model, rows -> insert(rows, place));
        assertSeen(model, rows -> swap(rows, place, other));
        assertSeen(model, rows -> rows.subList(place, rows.size()).clear());
      }
    }
  }

  private static void edit(List<AuditRecord> rows, int place) {
    AuditRecord row = rows.get(place);
    rows.set(place, edited(row, row.reason() + ".", row.digest()));
  }

  /** Closes the gap by numbering anew. */
  private static void remove(List<AuditRecord> rows, int place) {
    rows.remove(place);
    for (int i = place; i < rows.size(); i++) {
      rows.set(i, at(rows.get(i), i + 1));
    }
  }

  private static void insert(List<AuditRecord> rows, int place) {
    rows.add(place, edited(rows.get(place), "inserted", rows.get(place).digest()));
    for (int i = place; i < rows.size(); i++) {
      rows.set(i, at(rows.get(i), i + 1));
    }
  }

  private static void swap(List<AuditRecord> rows, int a, int b) {
    AuditRecord first = rows.get(a);
    rows.set(a, at(rows.get(b), a + 1));
    rows.set(b, at(first, b + 1));
  }

  private void assertSeen(String model, Consumer<List<AuditRecord>> edit) {
    ModelRegistry registry = new EditedAudit(stores.registry(), model, edit);
    assertThat(problems(of(registry, stores.state()).verify(List.of())))
        .anyMatch(problem -> problem.contains(model));
  }

  @Test
  void rewrittenHistory_withAWholeChain_isSeenByTheSignature() {
    grow(5, 5, 5);
    InMemoryStores forged = InMemoryStores.create(Signed.CLOCK);
    String model = MODELS.get(0);
    int size = stores.registry().audit(model, 0, 1_000).size();
    for (int i = 0; i < size; i++) {
      Signed.register(forged, model, new Attachment("model", "forged", i, blob.digest()));
    }
    ModelRegistry registry =
        new EditedAudit(
            stores.registry(),
            model,
            rows -> {
              rows.clear();
              rows.addAll(forged.registry().audit(model, 0, 1_000));
            });
    assertThat(problems(of(registry, stores.state()).verify(List.of())))
        .first()
        .asString()
        .startsWith("checkpoint ")
        .contains(model + " 1 to ")
        .endsWith("the records follow each other, but are not those that were signed");
  }

  @Test
  void damage_isTold_perCheckpoint() {
    Signed.register(stores, "zoo", blob);
    checkpoint();
    Signed.register(stores, "zoo", blob);
    Signed.register(stores, "fraud", blob);
    checkpoint();
    Signed.register(stores, "zoo", blob);
    checkpoint();
    ModelRegistry registry = new EditedAudit(stores.registry(), "zoo", rows -> edit(rows, 1));
    assertThat(problems(of(registry, stores.state()).verify(kept)))
        .containsExactly("zoo: record 2 was changed after it was written, signed in checkpoint 2");
  }

  @Test
  void editedDocuments_areSeen() {
    grow(6, 5, 5);
    for (String name : stores.state().names("audit-tree")) {
      Document document = stores.state().get(name).orElseThrow();
      for (String json :
          List.of(
              document.json().replaceFirst("\"size\":", "\"size\":1"),
              document.json().replaceFirst("\"peaks\":\\[\"[0-9a-f]", "\"peaks\":[\"x"),
              document.json().replaceFirst("\"upTo\":", "\"upTo\":1"),
              document.json().replaceFirst("\"zoo\"", "\"zop\""),
              "{}",
              "null",
              "not JSON")) {
        if (json.equals(document.json())) {
          continue;
        }
        StateStore edited = new EditedState(stores.state(), name, new Document(name, 1, json));
        assertThat(of(stores.registry(), edited).verify(kept))
            .as(json)
            .isInstanceOf(CheckpointVerification.Broken.class);
      }
      StateStore without = new EditedState(stores.state(), name, null);
      assertThat(of(stores.registry(), without).verify(kept))
          .isInstanceOf(CheckpointVerification.Broken.class);
    }
  }

  /** A state store in which somebody has changed or removed one document. */
  private record EditedState(
      StateStore honest, String edited, @org.jspecify.annotations.Nullable Document document)
      implements StateStore {
    @Override
    public java.util.Optional<Document> get(String name) {
      return name.equals(edited) ? java.util.Optional.ofNullable(document) : honest.get(name);
    }

    @Override
    public Document put(String name, long expectedRevision, String json) {
      return honest.put(name, expectedRevision, json);
    }

    @Override
    public List<String> names(String prefix) {
      return honest.names(prefix);
    }
  }

  @Test
  void headThatWentBack_isSeen() {
    Signed.register(stores, "zoo", blob);
    checkpoint();
    Document old = stores.state().get("audit-tree").orElseThrow();
    Signed.register(stores, "zoo", blob);
    checkpoint();
    StateStore edited = new EditedState(stores.state(), "audit-tree", old);
    assertThat(problems(of(stores.registry(), edited).verify(List.of())))
        .containsExactly("the head of the audit tree was rolled back behind its last checkpoint");
  }

  @Test
  void foreignNotes_areToldFromOurs() {
    Signed.register(stores, "zoo", blob);
    checkpoint();
    NoteSigner other = NoteSigner.of(ORIGIN, NoteSigner.generate());
    String forged = other.sign(new Checkpoint(ORIGIN, 1, blob.digest()).text()).write();
    String fork = signer.sign(new Checkpoint(ORIGIN, 1, blob.digest()).text()).write();
    String elsewhere = signer.sign(new Checkpoint("other", 1, blob.digest()).text()).write();
    assertThat(problems(checkpoints.verify(List.of(forged, "junk", elsewhere, fork))))
        .containsExactly(
            "note 1 that was kept is not a checkpoint signed by " + ORIGIN,
            "note 2 that was kept is not a checkpoint signed by " + ORIGIN,
            "note 3 that was kept is not a checkpoint signed by " + ORIGIN,
            "the log was forked: the checkpoint of 1 records that was kept is not of this log's"
                + " past");
  }

  // On a real database

  private static WorkspaceStorage open(Path folder) {
    return new SqliteWorkspaceProvider()
        .open(new WorkspaceSettings(folder, null, null, null, CommitRules.of(Signed.CLOCK)));
  }

  private static void register(WorkspaceStorage storage, String model, int count) {
    byte[] content = {1};
    Digest digest = storage.artifacts().put(content);
    for (int i = 0; i < count; i++) {
      Signed.register(
          new InMemoryStores(
              storage.registry(),
              storage.state(),
              storage.artifacts(),
              storage.runs(),
              storage.outbox(),
              new InMemoryTransactions()),
          model,
          new Attachment("model", "", 1, digest));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  @Test
  void rolledBackDatabase_isToldByTheSink_andSoIsTheForkThatGrowsFromIt(@TempDir Path folder)
      throws IOException {
    Path honest = folder.resolve("honest");
    Path backup = folder.resolve("backup");
    CheckpointFile sink = CheckpointFile.open(folder.resolve("elsewhere.notes"));
    try (WorkspaceStorage storage = open(honest)) {
      register(storage, "m", 3);
      of(storage.registry(), storage.state()).checkpoint(signer, List.of(sink));
    }
    copy(honest, backup);
    try (WorkspaceStorage storage = open(honest)) {
      register(storage, "m", 2);
      Checkpoints log = of(storage.registry(), storage.state());
      log.checkpoint(signer, List.of(sink));
      assertThat(log.verify(sink.notes())).isEqualTo(new CheckpointVerification.Verified(5, 2));
    }
    try (WorkspaceStorage storage = open(backup)) {
      Checkpoints log = of(storage.registry(), storage.state());
      assertThat(log.verify(List.of())).isInstanceOf(CheckpointVerification.Verified.class);
      assertThat(problems(log.verify(sink.notes())))
          .containsExactly(
              "the database was rolled back: a checkpoint of 5 records was signed, the log has 3");
      register(storage, "n", 2);
      log.checkpoint(signer, List.of(sink));
      assertThat(problems(log.verify(sink.notes()))).singleElement().asString().contains("forked");
    }
    try (WorkspaceStorage storage = open(honest)) {
      assertThat(problems(of(storage.registry(), storage.state()).verify(sink.notes())))
          .singleElement()
          .asString()
          .contains("forked");
    }
  }

  @Test
  void concurrentCheckpoints_neverFork(@TempDir Path folder) throws Exception {
    try (WorkspaceStorage one = open(folder);
        WorkspaceStorage two = open(folder)) {
      List<String> notes = Collections.synchronizedList(new ArrayList<>());
      ExecutorService threads = Executors.newFixedThreadPool(4);
      List<Future<?>> done = new ArrayList<>();
      for (WorkspaceStorage storage : List.of(one, two, one, two)) {
        String model = "m" + done.size();
        done.add(
            threads.submit(
                () -> {
                  Checkpoints log = of(storage.registry(), storage.state());
                  for (int i = 0; i < 10; i++) {
                    register(storage, model, 2);
                    log.checkpoint(signer, List.of(notes::add));
                  }
                }));
      }
      for (Future<?> future : done) {
        future.get();
      }
      threads.shutdown();
      Checkpoints log = of(one.registry(), one.state());
      log.checkpoint(signer, List.of(notes::add));
      CheckpointVerification verification = log.verify(notes);
      assertThat(verification).isInstanceOf(CheckpointVerification.Verified.class);
      assertThat(((CheckpointVerification.Verified) verification).records()).isEqualTo(80);
    }
  }

  @Test
  void file_keepsNotes_andDropsWhatWasNeverAcknowledged(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("notes");
    CheckpointFile sink = CheckpointFile.open(file);
    assertThat(sink.notes()).isEmpty();
    sink.accept("one\n");
    sink.accept("one\n");
    Files.writeString(file, "\"torn", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    assertThat(sink.notes()).containsExactly("one\n");
    sink.accept("two\n");
    assertThat(CheckpointFile.open(file).notes()).containsExactly("one\n", "two\n");
    assertThatThrownBy(() -> CheckpointFile.open(folder).accept("x"))
        .isInstanceOf(StorageException.class)
        .hasMessageNotContaining(folder.toString());
  }

  @Test
  void proofs_ofDamagedLogs_areNotGiven() {
    grow(7, 3, 5);
    String model = MODELS.get(0);
    ModelRegistry registry = new EditedAudit(stores.registry(), model, rows -> edit(rows, 0));
    assertThatThrownBy(() -> of(registry, stores.state()).prove(model, 1))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("not what was signed");
    ModelRegistry shorter =
        new EditedAudit(stores.registry(), model, rows -> rows.subList(1, rows.size()).clear());
    assertThatThrownBy(() -> of(shorter, stores.state()).prove(model, 1))
        .isInstanceOf(IntegrityException.class);
  }

  @Test
  void inclusion_sizeOfTheProof_isThatOfTheCheckpoint() {
    grow(8, 3, 5);
    TlogProof proof = checkpoints.prove(MODELS.get(0), 1);
    TlogProof other =
        new TlogProof(
            new InclusionProof(0, proof.inclusion().size() + 1, proof.inclusion().path()),
            proof.note());
    AuditRecord record = stores.registry().audit(MODELS.get(0), 0, 1).get(0);
    assertThat(other.verify(record.digest(), signer.verifier())).isFalse();
  }
}
