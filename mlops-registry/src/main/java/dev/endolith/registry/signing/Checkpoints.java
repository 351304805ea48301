package dev.endolith.registry.signing;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.error.ConflictException;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.error.StorageException;
import dev.endolith.registry.Actor;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.Change;
import dev.endolith.registry.Changes;
import dev.endolith.registry.ConsistencyProof;
import dev.endolith.registry.Document;
import dev.endolith.registry.MerkleTree;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/*
 * The audit records of all models as the leaves of one Merkle tree (RFC 6962). Each model has its own
 * chain, so writers of different models never wait for each other; what brings the chains into one
 * order is the checkpoint: it appends, for each model in order of name, the records between the last
 * one that a checkpoint has seen and the model's head.
 *
 *   audit-tree      the head: size and peaks of the tree, the last sequence of each model
 *   audit-tree.K    checkpoint K: which records it appended, the peaks after them, the signed note
 *
 * Both are written in one transaction by compare-and-set, so of two processes one wins and the other
 * begins anew from what the winner wrote: the tree cannot fork. A note that was signed and not
 * committed is dropped before anybody has seen it.
 *
 * Nothing in a document is believed without the signature: a checkpoint's note must verify, its root
 * must be that of the peaks, and the peaks must follow from the records. What a database cannot show
 * is that it is not an older one: that is what the notes in a sink are for.
 */

/**
 * Signs the audit log as a whole, proves that records are in it, and tells what was changed behind
 * the library's back. Thread-safe; several processes may use one registry.
 */
public final class Checkpoints {
  /** How often a checkpoint begins anew; each time another process has made one meanwhile. */
  private static final int ATTEMPTS = 100;

  private final ModelRegistry registry;
  private final StateStore state;
  private final NoteVerifier key;
  private final AuditTree tree;

  private Checkpoints(ModelRegistry registry, StateStore state, NoteVerifier key) {
    this.registry = registry;
    this.state = state;
    this.key = key;
    this.tree = new AuditTree(registry, state, key);
  }

  /**
   * The checkpoints of a registry's audit log.
   *
   * @param registry where the audit records are
   * @param state the documents that commit together with the registry
   * @param key the key that signs this log; its name is the log's origin
   * @return the checkpoints
   */
  public static Checkpoints of(ModelRegistry registry, StateStore state, NoteVerifier key) {
    return new Checkpoints(registry, state, key);
  }

  /**
   * Appends what is new to the tree, signs it, and hands the note to sinks; if nothing is new, they
   * are handed the last note again. O(new records).
   *
   * @param signer the log's private key
   * @param sinks who keeps the note; all of them are handed it, also if one fails
   * @return the signed checkpoint
   * @throws IllegalArgumentException if the signer's key is not that of this log
   * @throws IntegrityException if a new record, or the tree itself, was changed: nothing is signed
   * @throws ConflictException if other processes made checkpoints all the time
   * @throws StorageException if a sink failed; the checkpoint is made, the next call hands it again
   */
  public SignedNote checkpoint(NoteSigner signer, List<CheckpointSink> sinks) {
    if (!signer.verifier().write().equals(key.write())) {
      throw new IllegalArgumentException(
          "this log is signed by " + key.write() + ", was " + signer.verifier().write());
    }
    String note = commit(signer);
    RuntimeException failure = null;
    for (CheckpointSink sink : sinks) {
      try {
        sink.accept(note);
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw new StorageException(
          "checkpoint",
          "the checkpoint is made, but a sink could not keep its note; call again",
          failure);
    }
    return SignedNote.parse(note);
  }

  private String commit(NoteSigner signer) {
    for (int attempt = 1; ; attempt++) {
      Optional<Document> document = state.get(AuditTree.HEAD);
      AuditTree.Head head = document.isPresent() ? tree.head(document.get()) : AuditTree.Head.NONE;
      List<AuditTree.Span> spans = new ArrayList<>();
      MerkleTree after = collect(head, spans);
      if (spans.isEmpty() && document.isPresent()) {
        return head.note();
      }
      String note =
          signer.sign(new Checkpoint(key.name(), after.size(), after.root()).text()).write();
      try {
        registry.commit(
            Changes.of(
                Actor.SYSTEM,
                "checkpoint of the audit log",
                new Change.PutDocument(
                    AuditTree.HEAD,
                    document.map(Document::revision).orElse(0L),
                    CanonicalJson.write(head.followedBy(spans, after, note))),
                new Change.PutDocument(
                    AuditTree.name(head.checkpoint() + 1),
                    0,
                    CanonicalJson.write(
                        new AuditTree.Segment(
                            head.checkpoint() + 1,
                            head.size(),
                            spans,
                            after.size(),
                            after.peaks(),
                            note)))));
        return note;
      } catch (ConflictException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** The tree with what is new, and which records that is. */
  private MerkleTree collect(AuditTree.Head head, List<AuditTree.Span> spans) {
    MerkleTree grown = head.tree();
    for (String model : registry.models().stream().sorted().toList()) {
      long after = head.sequences().getOrDefault(model, 0L);
      RecordChain chain = new RecordChain(registry, model, after);
      try {
        for (List<Digest> page = chain.next(); !page.isEmpty(); page = chain.next()) {
          grown = grown.appendAll(page);
        }
      } catch (MalformedException e) {
        throw new IntegrityException(
            model, e.reason() + "; nothing is signed until the audit log is mended", e);
      }
      if (chain.sequence() > after) {
        spans.add(new AuditTree.Span(model, after, chain.sequence()));
      }
    }
    return grown;
  }

  /**
   * Proves that a record is in the log. O(all records): they are read once, in order.
   *
   * @param model the model's name
   * @param sequence the record's number among the model's records
   * @return the proof, against the last checkpoint
   * @throws NotFoundException if no checkpoint has seen such a record yet
   * @throws IntegrityException if the log is not what was signed
   */
  public TlogProof prove(String model, long sequence) {
    AuditTree.Head head = existing();
    List<AuditTree.Segment> segments = tree.segments(head);
    long index = AuditTree.index(segments, model, sequence);
    List<AuditRecord> found = index < 0 ? List.of() : registry.audit(model, sequence - 1, 1);
    if (found.isEmpty()) {
      throw new NotFoundException(
          "audit record",
          model + " " + sequence,
          "no checkpoint has seen record "
              + sequence
              + " of model '"
              + model
              + "'; make a checkpoint first");
    }
    AuditRecord record = found.get(0);
    TlogProof proof =
        new TlogProof(
            MerkleTree.prove(index, head.size(), tree.leaves(segments)),
            SignedNote.parse(head.note()));
    if (!record.sealed() || !proof.verify(record.digest(), key)) {
      throw AuditTree.notWhatWasSigned();
    }
    return proof;
  }

  /**
   * Proves that the log was only appended to between two sizes. O(all records).
   *
   * @param from the size of the earlier checkpoint
   * @param to the size of the later checkpoint
   * @return the proof
   * @throws IllegalArgumentException if not 0 ≤ from ≤ to ≤ the size of the last checkpoint
   * @throws NotFoundException if there is no checkpoint yet
   * @throws IntegrityException if the log is not what was signed
   */
  public ConsistencyProof prove(long from, long to) {
    AuditTree.Head head = existing();
    if (to > head.size()) {
      throw new IllegalArgumentException(
          "the last checkpoint has " + head.size() + " records, was " + to);
    }
    return MerkleTree.proveConsistency(from, to, tree.leaves(tree.segments(head)));
  }

  /**
   * Checks every record against what was signed. O(all records).
   *
   * @param notes what a sink has kept, in any order; without it a database that was rolled back to
   *     an older state cannot be told from an honest one
   * @return verified, or what is wrong where
   */
  public CheckpointVerification verify(List<String> notes) {
    return new CheckpointAudit(registry, state, key, tree).run(notes);
  }

  private AuditTree.Head existing() {
    return state
        .get(AuditTree.HEAD)
        .map(tree::head)
        .orElseThrow(
            () ->
                new NotFoundException(
                    "checkpoint", key.name(), "there is no checkpoint yet; make one first"));
  }
}
