package dev.endolith.registry.signing;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.error.DataException;
import dev.endolith.error.IntegrityException;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.Document;
import dev.endolith.registry.MerkleTree;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.StateStore;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The documents in which {@link Checkpoints} keeps the tree; see there. Thread-safe. */
final class AuditTree {
  static final String HEAD = "audit-tree";

  private static final int PAGE = 1_000;

  private final ModelRegistry registry;
  private final StateStore state;
  private final NoteVerifier key;

  AuditTree(ModelRegistry registry, StateStore state, NoteVerifier key) {
    this.registry = registry;
    this.state = state;
    this.key = key;
  }

  /** The tree as it stands, and the last record of each model in it. */
  record Head(
      long checkpoint, long size, List<Digest> peaks, Map<String, Long> sequences, String note) {
    static final Head NONE = new Head(0, 0, List.of(), Map.of(), "");

    Head {
      peaks = List.copyOf(peaks);
      sequences = Map.copyOf(sequences);
      Objects.requireNonNull(note, "note");
    }

    MerkleTree tree() {
      return MerkleTree.of(size, peaks);
    }

    Head followedBy(List<Span> spans, MerkleTree after, String signed) {
      Map<String, Long> last = new TreeMap<>(sequences);
      spans.forEach(span -> last.put(span.model(), span.upTo()));
      return new Head(checkpoint + 1, after.size(), after.peaks(), last, signed);
    }
  }

  /** Some records of a model: those after one sequence, up to another. */
  record Span(String model, long after, long upTo) {
    Span {
      Objects.requireNonNull(model, "model");
    }

    long length() {
      return upTo - after;
    }
  }

  /** What one checkpoint appended. */
  record Segment(
      long checkpoint, long before, List<Span> spans, long size, List<Digest> peaks, String note) {
    Segment {
      spans = List.copyOf(spans);
      peaks = List.copyOf(peaks);
      Objects.requireNonNull(note, "note");
    }

    MerkleTree tree() {
      return MerkleTree.of(size, peaks);
    }

    String label() {
      return "checkpoint "
          + checkpoint
          + " ("
          + String.join(
              ", ",
              spans.stream()
                  .map(span -> span.model() + " " + (span.after() + 1) + " to " + span.upTo())
                  .toList())
          + ")";
    }
  }

  static String name(long checkpoint) {
    return HEAD + "." + checkpoint;
  }

  /**
   * Reads the head.
   *
   * @throws IntegrityException if it is not what was signed
   */
  Head head(Document document) {
    try {
      Head head = read(document, Head.class);
      requireSigned(head.note(), head.tree());
      return head;
    } catch (DataException | IllegalArgumentException e) {
      throw new IntegrityException(
          HEAD, "the head of the audit tree was changed after it was signed", e);
    }
  }

  /**
   * Reads what one checkpoint appended.
   *
   * @throws IntegrityException if it is missing, or not what was signed
   */
  Segment segment(long number) {
    Optional<Document> document = state.get(name(number));
    if (document.isEmpty()) {
      throw new IntegrityException(name(number), "checkpoint " + number + " is missing");
    }
    try {
      Segment segment = read(document.get(), Segment.class);
      requireSigned(segment.note(), segment.tree());
      if (segment.checkpoint() == number) {
        return segment;
      }
    } catch (DataException | IllegalArgumentException e) {
      // said below
    }
    throw new IntegrityException(
        name(number), "checkpoint " + number + " was changed after it was signed");
  }

  List<Segment> segments(Head head) {
    List<Segment> segments = new ArrayList<>();
    for (long number = 1; number <= head.checkpoint(); number++) {
      segments.add(segment(number));
    }
    return segments;
  }

  private static <A> A read(Document document, Class<A> type) {
    @Nullable A value = CanonicalJson.read(document.json(), type);
    if (value == null) { // the text is "null"
      throw new IllegalArgumentException("the document is empty");
    }
    return value;
  }

  private void requireSigned(String note, MerkleTree tree) {
    SignedNote signed = SignedNote.parse(note);
    if (!key.verify(signed)
        || !signed.text().equals(new Checkpoint(key.name(), tree.size(), tree.root()).text())) {
      throw new IllegalArgumentException("the tree is not the one that was signed");
    }
  }

  /** The leaf of a record, -1 if no checkpoint has seen it. */
  static long index(List<Segment> segments, String model, long sequence) {
    for (Segment segment : segments) {
      long offset = segment.before();
      for (Span span : segment.spans()) {
        if (span.model().equals(model) && sequence > span.after() && sequence <= span.upTo()) {
          return offset + sequence - span.after() - 1;
        }
        offset += span.length();
      }
    }
    return -1;
  }

  /** All leaves in order, read page by page as they are asked for. */
  Iterable<Digest> leaves(List<Segment> segments) {
    return () -> new Leaves(segments.stream().flatMap(s -> s.spans().stream()).iterator());
  }

  static IntegrityException notWhatWasSigned() {
    return new IntegrityException(
        HEAD, "the audit log is not what was signed; verify it to see where it differs");
  }

  private final class Leaves implements Iterator<Digest> {
    private final Iterator<Span> spans;
    private Iterator<Digest> page = List.<Digest>of().iterator();
    private Span rest = new Span("", 0, 0);

    Leaves(Iterator<Span> spans) {
      this.spans = spans;
    }

    @Override
    public boolean hasNext() {
      while (!page.hasNext()) {
        if (rest.length() <= 0) {
          if (!spans.hasNext()) {
            return false;
          }
          rest = spans.next();
        }
        int length = (int) Math.min(PAGE, rest.length());
        List<Digest> read =
            registry.audit(rest.model(), rest.after(), length).stream()
                .map(AuditRecord::digest)
                .toList();
        if (read.size() != length) {
          throw notWhatWasSigned();
        }
        page = read.iterator();
        rest = new Span(rest.model(), rest.after() + length, rest.upTo());
      }
      return true;
    }

    @Override
    public Digest next() {
      if (!hasNext()) {
        throw new NoSuchElementException("there are no more leaves");
      }
      return page.next();
    }
  }
}
