package dev.endolith.registry.signing;

import dev.endolith.data.Digest;
import dev.endolith.error.DataException;
import dev.endolith.error.IntegrityException;
import dev.endolith.registry.Document;
import dev.endolith.registry.MerkleTree;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.StateStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/*
 * One pass over all records. The peaks that each checkpoint has kept are those that were signed, so
 * after a damaged stretch the pass goes on from them, and damage is told per checkpoint.
 */
final class CheckpointAudit {
  private final ModelRegistry registry;
  private final StateStore state;
  private final NoteVerifier key;
  private final AuditTree documents;

  private final List<String> problems = new ArrayList<>();
  private final Map<String, RecordChain> chains = new HashMap<>();
  private final Map<String, Long> sequences = new HashMap<>();
  private final Map<Long, Digest> roots = new HashMap<>();
  private MerkleTree tree = MerkleTree.empty();
  private long checkpoints;

  CheckpointAudit(ModelRegistry registry, StateStore state, NoteVerifier key, AuditTree documents) {
    this.registry = registry;
    this.state = state;
    this.key = key;
    this.documents = documents;
  }

  CheckpointVerification run(List<String> notes) {
    List<Checkpoint> kept = signed(notes);
    try {
      Optional<Document> document = state.get(AuditTree.HEAD);
      if (document.isPresent()) {
        follow(document.get(), documents.head(document.get()));
      }
      roots.put(0L, MerkleTree.empty().root());
      kept.forEach(this::compare);
    } catch (IntegrityException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    return problems.isEmpty()
        ? new CheckpointVerification.Verified(tree.size(), checkpoints)
        : new CheckpointVerification.Broken(problems);
  }

  private List<Checkpoint> signed(List<String> notes) {
    List<Checkpoint> kept = new ArrayList<>();
    for (int i = 0; i < notes.size(); i++) {
      try {
        SignedNote note = SignedNote.parse(notes.get(i));
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        if (key.verify(note) && checkpoint.origin().equals(key.name())) {
          kept.add(checkpoint);
          continue;
        }
      } catch (DataException e) {
        // said below
      }
      problems.add(
          "note " + (i + 1) + " that was kept is not a checkpoint signed by " + key.name());
    }
    return kept;
  }

  private void compare(Checkpoint kept) {
    Digest root = roots.get(kept.size());
    if (kept.size() > tree.size()) {
      problems.add(
          "the database was rolled back: a checkpoint of "
              + kept.size()
              + " records was signed, the log has "
              + tree.size());
    } else if (!kept.root().equals(root)) {
      problems.add(
          "the log was forked: the checkpoint of "
              + kept.size()
              + " records that was kept is not of this log's past");
    }
  }

  private void follow(Document document, AuditTree.Head head) {
    for (long number = 1; number <= head.checkpoint(); number++) {
      AuditTree.Segment segment = documents.segment(number);
      if (!follows(segment)) {
        throw new IntegrityException(
            AuditTree.HEAD, segment.label() + " does not follow the one before it");
      }
      read(segment);
      tree = segment.tree();
      roots.put(tree.size(), tree.root());
      checkpoints = number;
    }
    if (head.size() != tree.size()
        || !head.peaks().equals(tree.peaks())
        || !head.sequences().equals(sequences)) {
      problems.add("the head of the audit tree is not that of the last checkpoint");
    }
    // both are written in one transaction: a later checkpoint means that the head alone went back
    boolean later = state.get(AuditTree.name(head.checkpoint() + 1)).isPresent();
    if (later && state.get(AuditTree.HEAD).filter(document::equals).isPresent()) {
      problems.add("the head of the audit tree was rolled back behind its last checkpoint");
    }
  }

  /** Whether a checkpoint says that it appends what comes next, in the order of names. */
  private boolean follows(AuditTree.Segment segment) {
    long size = segment.before();
    String last = "";
    for (AuditTree.Span span : segment.spans()) {
      if (span.model().compareTo(last) <= 0
          || span.after() != sequences.getOrDefault(span.model(), 0L)
          || span.length() < 1) {
        return false;
      }
      last = span.model();
      size += span.length();
    }
    return segment.before() == tree.size() && segment.size() == size;
  }

  private void read(AuditTree.Segment segment) {
    MerkleTree grown = tree;
    boolean whole = true;
    for (AuditTree.Span span : segment.spans()) {
      RecordChain chain =
          chains.computeIfAbsent(span.model(), m -> new RecordChain(registry, m, span.after()));
      try {
        while (chain.sequence() < span.upTo()) {
          grown = grown.appendAll(chain.next(span.upTo()));
        }
      } catch (MalformedException e) {
        problems.add(e.reason() + ", signed in checkpoint " + segment.checkpoint());
        whole = false;
        chains.remove(span.model());
      }
      sequences.put(span.model(), span.upTo());
    }
    if (whole && !grown.root().equals(segment.tree().root())) {
      problems.add(
          segment.label() + ": the records follow each other, but are not those that were signed");
    }
  }
}
