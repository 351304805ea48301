package dev.endolith.registry.signing;

import dev.endolith.data.Digest;
import dev.endolith.error.DataException;
import dev.endolith.error.IntegrityException;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.ModelRegistry;
import java.util.ArrayList;
import java.util.List;

/** Follows the chain of one model's audit records. Confined to one thread. */
final class RecordChain {
  private static final int PAGE = 1_000;

  private final ModelRegistry registry;
  private final String model;
  private long sequence;
  private Digest previous = AuditRecord.ORIGIN;
  private boolean anchored;

  /** Begins behind a record, which is read for its digest only. */
  RecordChain(ModelRegistry registry, String model, long after) {
    this.registry = registry;
    this.model = model;
    this.sequence = after;
    this.anchored = after == 0;
  }

  /** The last record that was read. */
  long sequence() {
    return sequence;
  }

  /** The digests of the next records, at most a thousand; empty at the end. */
  List<Digest> next() throws MalformedException {
    return next(Long.MAX_VALUE);
  }

  /**
   * The digests of the next records up to one, at most a thousand; empty when that is reached.
   *
   * @throws MalformedException if a record is missing, changed, or not in its place
   */
  List<Digest> next(long upTo) throws MalformedException {
    anchor();
    List<Digest> digests = new ArrayList<>();
    for (AuditRecord record : read(sequence, (int) Math.min(PAGE, upTo - sequence))) {
      long expected = sequence + 1;
      if (record.sequence() != expected || !record.model().equals(model)) {
        throw new MalformedException(model + ": record " + expected + " is missing");
      }
      if (!record.sealed()) {
        throw new MalformedException(
            model + ": record " + expected + " was changed after it was written");
      }
      if (!record.previous().equals(previous)) {
        throw new MalformedException(
            model + ": record " + expected + " does not follow the one before it");
      }
      sequence = expected;
      previous = record.digest();
      digests.add(previous);
    }
    if (digests.isEmpty() && upTo != Long.MAX_VALUE && sequence < upTo) {
      throw new MalformedException(
          model + ": records " + (sequence + 1) + " to " + upTo + " are missing");
    }
    return digests;
  }

  private void anchor() throws MalformedException {
    if (!anchored) {
      List<AuditRecord> last = read(sequence - 1, 1);
      if (last.isEmpty() || last.get(0).sequence() != sequence) {
        throw new MalformedException(model + ": record " + sequence + " is missing");
      }
      previous = last.get(0).digest();
      anchored = true;
    }
  }

  private List<AuditRecord> read(long after, int limit) throws MalformedException {
    if (limit <= 0) {
      return List.of();
    }
    try {
      return registry.audit(model, after, limit);
    } catch (IntegrityException | DataException e) {
      throw new MalformedException(
          model + ": a record after " + after + " cannot be read: " + e.getMessage());
    }
  }
}
