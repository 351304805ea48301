package dev.endolith.registry;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One state change of a model, chained to the one before by its digest. Immutable.
 *
 * @param model the model's name
 * @param sequence counts the model's records from 1
 * @param at when
 * @param actor who
 * @param action what was done, for example {@code register}
 * @param reason why
 * @param facts what changed, by name
 * @param previous the digest of the record before, {@link #ORIGIN} for the first
 * @param digest the digest of this record, which covers all fields above
 */
public record AuditRecord(
    String model,
    long sequence,
    Instant at,
    String actor,
    String action,
    String reason,
    Map<String, String> facts,
    Digest previous,
    Digest digest) {
  /** What the first record of a model is chained to. */
  public static final Digest ORIGIN = new Digest("0".repeat(64));

  /** Domain separation of leaves, as in RFC 6962. */
  private static final byte LEAF = 0;

  /**
   * Copies the facts.
   *
   * @param model the model's name
   * @param sequence counts the model's records from 1
   * @param at when
   * @param actor who
   * @param action what was done, for example {@code register}
   * @param reason why
   * @param facts what changed, by name
   * @param previous the digest of the record before, {@link #ORIGIN} for the first
   * @param digest the digest of this record, which covers all fields above
   */
  public AuditRecord {
    facts = Map.copyOf(facts);
  }

  /**
   * The record that follows another.
   *
   * @param before the model's last record, null for the first
   * @param model the model's name
   * @param at when
   * @param changes whose actor and reason are recorded
   * @param action what was done
   * @param facts what changed
   * @return the record, chained
   */
  static AuditRecord after(
      @Nullable AuditHead before,
      String model,
      Instant at,
      Changes changes,
      String action,
      Map<String, String> facts) {
    long sequence = before == null ? 1 : before.sequence() + 1;
    Digest previous = before == null ? ORIGIN : before.digest();
    String actor = changes.actor().name();
    String reason = changes.reason();
    return new AuditRecord(
        model,
        sequence,
        at,
        actor,
        action,
        reason,
        facts,
        previous,
        seal(model, sequence, at, actor, action, reason, facts, previous));
  }

  /** What the next record is chained to. */
  AuditHead head() {
    return new AuditHead(sequence, digest);
  }

  /**
   * Whether the digest covers the fields.
   *
   * @return false if a field was changed after the record was written
   */
  public boolean sealed() {
    return digest.equals(seal(model, sequence, at, actor, action, reason, facts, previous));
  }

  /** Keys are fixed and sorted, values are escaped by JSON: no two records give the same bytes. */
  private static Digest seal(
      String model,
      long sequence,
      Instant at,
      String actor,
      String action,
      String reason,
      Map<String, String> facts,
      Digest previous) {
    Map<String, Object> fields = new TreeMap<>();
    fields.put("action", action);
    fields.put("actor", actor);
    fields.put("at", at.toString());
    fields.put("facts", new TreeMap<>(facts));
    fields.put("model", model);
    fields.put("previous", previous.hex());
    fields.put("reason", reason);
    fields.put("sequence", sequence);
    MessageDigest sha = Digest.sha256();
    sha.update(LEAF);
    sha.update(CanonicalJson.write(fields).getBytes(StandardCharsets.UTF_8));
    return Digest.finish(sha);
  }
}
