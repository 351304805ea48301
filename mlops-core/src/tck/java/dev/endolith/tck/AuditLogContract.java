package dev.endolith.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.data.Digest;
import dev.endolith.data.Field;
import dev.endolith.data.Schema;
import dev.endolith.event.Event;
import dev.endolith.registry.Actor;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.AuditLog;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.AuditVerification;
import dev.endolith.registry.Change;
import dev.endolith.registry.Changes;
import dev.endolith.registry.Committed;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.VersionState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules of the audit records that a {@link ModelRegistry} keeps. */
public abstract class AuditLogContract {
  /** The time in which stores made by {@link #fresh()} are to live. */
  protected final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));

  private static final String MODEL = "fraud";
  private static final Actor ANN = new Actor("ann");

  private ModelRegistry registry;

  /** Creates the kit; called by JUnit. */
  protected AuditLogContract() {}

  /**
   * Makes an empty registry that takes the time from {@link #clock}.
   *
   * @return the registry, closed by the kit
   */
  protected abstract ModelRegistry fresh();

  /**
   * Closes the registry made last and opens it again; overridden by stores that are durable.
   *
   * @param open the registry made last
   * @return a registry of the same content, or the one given if the store is not durable
   */
  protected ModelRegistry reopen(ModelRegistry open) {
    return open;
  }

  /**
   * Makes an attachment. A store that looks for the blobs of what is registered puts the content
   * where it looks.
   *
   * @param name the attachment's name
   * @param content the content
   * @return the attachment
   */
  protected Attachment stored(String name, byte[] content) {
    return new Attachment(name, "application/octet-stream", content.length, Digest.of(content));
  }

  @BeforeEach
  void open() {
    registry = fresh();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  @DisplayName("Every state change leaves exactly one audit record, with actor and reason")
  void commit_stateChanges_leaveOneRecordEach() {
    commit(draft(MODEL, "k", 0));
    commit(draft(MODEL, "k", 0));
    commit(transition(1, VersionState.VALIDATED), transition(1, VersionState.APPROVED));
    Committed moved = commit(new Change.MoveAlias(MODEL, Alias.CHAMPION, 0, 1));
    commit(new Change.PutDocument("state", 0, "{}"));

    List<AuditRecord> records = registry.audit(MODEL, 0, 100);
    assertThat(records)
        .extracting(AuditRecord::action)
        .containsExactly("register", "change-state", "change-state", "move-alias");
    assertThat(records).extracting(AuditRecord::sequence).containsExactly(1L, 2L, 3L, 4L);
    assertThat(records).allMatch(r -> r.actor().equals("ann") && r.reason().equals("because"));
    assertThat(records).allMatch(AuditRecord::sealed);
    assertThat(moved.audit()).containsExactly(records.get(3));
    assertThat(moved.events()).hasSize(1).first().isInstanceOf(Event.AliasMoved.class);
  }

  @Test
  @DisplayName("The audit records of a model are chained, and agree with the registry")
  void audit_afterManyChanges_verifies() {
    for (int i = 1; i <= 5; i++) {
      approved();
      move(Alias.CHAMPION, i - 1L, i);
      clock.advance(Duration.ofSeconds(i % 2 == 0 ? -3 : 1));
      commit(new Change.MoveAlias(MODEL, "shadow", i - 1L, i));
    }
    register("churn");

    Digest previous = AuditRecord.ORIGIN;
    for (AuditRecord record : registry.audit(MODEL, 0, 100)) {
      assertThat(record.previous()).isEqualTo(previous);
      previous = record.digest();
    }
    assertThat(registry.audit("churn", 0, 10).get(0).previous()).isEqualTo(AuditRecord.ORIGIN);
    verifyAudit();
  }

  @Test
  @DisplayName("Audit records come in pages, oldest first")
  void audit_pages_oldestFirst() {
    IntStream.range(0, 5).forEach(i -> register(MODEL));

    assertThat(registry.audit(MODEL, 0, 2))
        .extracting(AuditRecord::sequence)
        .containsExactly(1L, 2L);
    assertThat(registry.audit(MODEL, 2, 2))
        .extracting(AuditRecord::sequence)
        .containsExactly(3L, 4L);
    assertThat(registry.audit(MODEL, 4, Integer.MAX_VALUE))
        .extracting(AuditRecord::sequence)
        .containsExactly(5L);
    assertThat(registry.audit(MODEL, 5, 2)).isEmpty();
    assertThat(registry.audit(MODEL, Long.MAX_VALUE, 2)).isEmpty();
  }

  @Test
  @DisplayName("Verifying while others write finds nothing wrong")
  void audit_verifiedWhileWriting_isWhole() {
    List<Boolean> results =
        Contenders.race(
            2,
            t -> {
              boolean whole = true;
              for (int i = 0; i < 20; i++) {
                if (t == 0) {
                  register(MODEL);
                } else {
                  whole &= new AuditLog(registry).verify().ok();
                }
              }
              return whole;
            });

    assertThat(results).containsOnly(true);
  }

  @Test
  @DisplayName("A change that is refused leaves no record")
  void commit_refused_leavesNoRecord() {
    register(MODEL);
    List<AuditRecord> before = registry.audit(MODEL, 0, 10);

    for (Change refused :
        List.of(
            transition(1, VersionState.APPROVED),
            transition(2, VersionState.VALIDATED),
            new Change.MoveAlias(MODEL, Alias.CHAMPION, 7, 1),
            new Change.Annotate(MODEL, 1, "a\0b", Map.of(), Set.of()))) {
      try {
        commit(new Change.Annotate(MODEL, 1, "told", Map.of(), Set.of()), refused);
      } catch (RuntimeException e) {
        // what is refused, and how, is for ModelRegistryContract
      }
      assertThat(registry.audit(MODEL, 0, 10)).isEqualTo(before);
    }
    verifyAudit();
  }

  @Test
  @DisplayName("Records are there after closing and opening again, and the chain goes on")
  void reopen_keepsTheChain() {
    approved();
    List<AuditRecord> before = registry.audit(MODEL, 0, 10);

    registry = reopen(registry);
    register(MODEL);

    List<AuditRecord> after = registry.audit(MODEL, 0, 10);
    assertThat(after).startsWith(before.toArray(AuditRecord[]::new)).hasSize(before.size() + 1);
    assertThat(after.get(before.size()).previous())
        .isEqualTo(before.get(before.size() - 1).digest());
    verifyAudit();
  }

  @Test
  @DisplayName("Records of threads that write one model are chained without a gap")
  void commit_manyThreads_oneChain() {
    Contenders.race(8, t -> IntStream.range(0, 5).mapToObj(i -> register(MODEL)).toList());

    assertThat(registry.audit(MODEL, 0, 100))
        .extracting(AuditRecord::sequence)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 40).mapToObj(Long::valueOf).toList());
    verifyAudit();
  }

  @Test
  @DisplayName(
      "A record that is changed, left out, put in or moved is found, and so is what it told")
  void verify_editedRecords_isBroken() {
    approved();
    move(Alias.CHAMPION, 0, 1);
    commit(new Change.MoveAlias(MODEL, "shadow", 0, 1));
    List<Consumer<List<AuditRecord>>> edits =
        List.of(
            rows -> rows.remove(0),
            rows -> rows.remove(2),
            rows -> rows.remove(rows.size() - 1),
            List::clear,
            rows -> rows.add(rows.get(rows.size() - 1)),
            rows -> Collections.swap(rows, 1, 2),
            rows -> rows.set(1, edited(rows.get(1), "bob", rows.get(1).at())),
            rows -> rows.set(0, edited(rows.get(0), "ann", rows.get(0).at().plusSeconds(1))));

    for (int i = 0; i < edits.size(); i++) {
      assertThat(new AuditLog(new EditedAudit(registry, MODEL, edits.get(i))).verify())
          .as("edit %d", i)
          .isInstanceOf(AuditVerification.Broken.class);
    }
    verifyAudit();
  }

  private static AuditRecord edited(AuditRecord record, String actor, Instant at) {
    return new AuditRecord(
        record.model(),
        record.sequence(),
        at,
        actor,
        record.action(),
        record.reason(),
        record.facts(),
        record.previous(),
        record.digest());
  }

  private void verifyAudit() {
    assertThat(new AuditLog(registry).verify())
        .matches(verification -> verification.ok(), "is whole");
  }

  private Committed commit(Change... changes) {
    return registry.commit(Changes.of(ANN, "because", changes));
  }

  private long register(String model) {
    return commit(draft(model, "", 0)).versions().get(0).number();
  }

  private void approved() {
    long number = register(MODEL);
    commit(transition(number, VersionState.VALIDATED), transition(number, VersionState.APPROVED));
  }

  private void move(String alias, long seen, long version) {
    commit(new Change.MoveAlias(MODEL, alias, seen, version));
  }

  private static Change transition(long version, VersionState to) {
    return new Change.Transition(MODEL, version, to);
  }

  private Change draft(String model, String key, long parent) {
    return new Change.Register(
        model,
        key,
        "test",
        Schema.of(Field.number("income")),
        List.of(stored(Attachment.MODEL, "model".getBytes(StandardCharsets.UTF_8))),
        Map.of(),
        Map.of(),
        Map.of(),
        "",
        parent,
        "",
        Map.of(),
        false);
  }
}
