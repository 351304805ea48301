package dev.endolith.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.endolith.data.Digest;
import dev.endolith.data.Field;
import dev.endolith.data.FieldType;
import dev.endolith.data.Schema;
import dev.endolith.data.Sensitivity;
import dev.endolith.error.ConflictException;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.event.Event;
import dev.endolith.query.Filter;
import dev.endolith.query.Page;
import dev.endolith.query.Query;
import dev.endolith.registry.Actor;
import dev.endolith.registry.Alias;
import dev.endolith.registry.AliasField;
import dev.endolith.registry.ApprovalPolicy;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.Attestation;
import dev.endolith.registry.AuditLog;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.Change;
import dev.endolith.registry.Changes;
import dev.endolith.registry.Committed;
import dev.endolith.registry.Governance;
import dev.endolith.registry.InMemoryStores;
import dev.endolith.registry.ModelField;
import dev.endolith.registry.ModelHistory;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Readiness;
import dev.endolith.registry.RegisteredModel;
import dev.endolith.registry.VersionField;
import dev.endolith.registry.VersionState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The rules of a {@link ModelRegistry}. A store passes when all of them hold; those of a capability
 * are checked when the store claims it.
 */
public abstract class ModelRegistryContract {
  /** The time in which stores made by {@link #fresh()} are to live. */
  protected final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));

  private static final String MODEL = "fraud";
  private static final Actor ANN = new Actor("ann");
  private static final Schema SCHEMA =
      Schema.of(
          Field.number("income"),
          new Field("job", FieldType.CATEGORY, true, Sensitivity.PUBLIC, List.of("a", "b")));

  private ModelRegistry registry;

  /** Creates the kit; called by JUnit. */
  protected ModelRegistryContract() {}

  /**
   * Makes an empty registry that takes the time from {@link #clock}.
   *
   * @return the registry, closed by the kit
   */
  protected abstract ModelRegistry fresh();

  /**
   * Closes the registry made last and opens it again; only called if it claims to be durable.
   *
   * @return a registry of the same content
   */
  protected ModelRegistry reopen() {
    throw new UnsupportedOperationException(
        "a store that claims DURABLE overrides reopen() in its test");
  }

  /**
   * Opens the registry made last a second time, as another process would; only called if it claims
   * to be for several processes.
   *
   * @return a registry over the same content, closed by the kit
   */
  protected ModelRegistry another() {
    throw new UnsupportedOperationException(
        "a store that claims MULTI_PROCESS overrides another() in its test");
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
  @DisplayName("The versions of a model are numbered 1, 2, 3, each model for itself")
  void register_severalModels_numbersAreDense() {
    assertThat(register(MODEL).number()).isEqualTo(1);
    assertThat(register(MODEL).number()).isEqualTo(2);
    assertThat(register("churn").number()).isEqualTo(1);
    assertThat(register(MODEL).number()).isEqualTo(3);
  }

  @Test
  @DisplayName("A registration that fails leaves no gap in the numbers")
  void register_afterFailedCommit_numberIsNext() {
    register(MODEL);

    assertThatThrownBy(() -> commit(draft(MODEL, "", 0), transition(99, VersionState.VALIDATED)))
        .isInstanceOf(NotFoundException.class);

    assertThat(registry.version(MODEL, 2)).isEmpty();
    assertThat(register(MODEL).number()).isEqualTo(2);
  }

  @Test
  @DisplayName("A version is read back with every fact with which it was registered")
  void register_allFacts_areReadBack() {
    clock.set(Instant.parse("2026-03-01T10:00:00.123456789Z"));
    register(MODEL);
    Change.Register change =
        new Change.Register(
            MODEL,
            "key 1",
            "tribuo",
            SCHEMA,
            List.of(stored("profile", bytes("p")), stored(Attachment.MODEL, bytes("m"))),
            Map.of("auc", 0.1 + 0.2, "lift", Double.NaN, "loss", Double.POSITIVE_INFINITY),
            Map.of("trees", "20", "Text", "ä \"quoted\" \\ ' \n line"),
            Map.of("training", Digest.ofText("rows")),
            "0123456789abcdef0123456789abcdef",
            1,
            "für Menschen 🙂",
            Map.of("team", "a"),
            false);

    ModelVersion version = commit(change).versions().get(0);

    assertThat(registry.version(MODEL, 2)).contains(version);
    assertThat(version.key()).isEqualTo(change.key());
    assertThat(version.state()).isEqualTo(VersionState.DRAFT);
    assertThat(version.format()).isEqualTo(change.format());
    assertThat(version.schema()).isEqualTo(SCHEMA);
    assertThat(version.attachments())
        .containsExactly(change.attachments().get(1), change.attachments().get(0));
    assertThat(version.metrics()).isEqualTo(change.metrics());
    assertThat(version.parameters()).isEqualTo(change.parameters());
    assertThat(version.datasets()).isEqualTo(change.datasets());
    assertThat(version.run()).isEqualTo(change.run());
    assertThat(version.parent()).isEqualTo(1);
    assertThat(version.description()).isEqualTo(change.description());
    assertThat(version.status().tags()).isEqualTo(change.tags());
    assertThat(version.createdBy()).isEqualTo("ann");
    assertThat(version.createdAt()).isEqualTo(Instant.parse("2026-03-01T10:00:00.123456Z"));
  }

  @Test
  @DisplayName("The manifest is the same for the same content, and another for other content")
  void register_sameContent_hasSameManifest() {
    Attachment model = stored(Attachment.MODEL, bytes("m"));
    Attachment profile = stored("profile", bytes("p"));

    Digest one = register(MODEL, "", List.of(model, profile)).manifest();

    assertThat(register("churn", "", List.of(profile, model)).manifest()).isEqualTo(one);
    assertThat(register(MODEL, "", List.of(model)).manifest()).isNotEqualTo(one);
  }

  @Test
  @DisplayName("Registering under a known key answers the version that was registered first")
  void register_knownKey_answersFirst() {
    ModelVersion first = register(MODEL, "k", List.of(stored(Attachment.MODEL, bytes("1"))));

    Committed again = commit(draft(MODEL, "k", List.of(stored(Attachment.MODEL, bytes("2"))), 0));

    assertThat(again.versions()).containsExactly(first);
    assertThat(again.audit()).isEmpty();
    assertThat(again.events()).isEmpty();
    assertThat(registry.versions(MODEL, Long.MAX_VALUE, 10)).containsExactly(first);
    assertThat(registry.audit(MODEL, 0, 10)).hasSize(1);
  }

  @Test
  @DisplayName("A key is known per model, and the empty key is none")
  void register_otherModelOrEmptyKey_registersAnew() {
    register(MODEL, "k", model());
    register(MODEL);
    register(MODEL);

    assertThat(commit(draft("churn", "k", 0)).versions().get(0).model()).isEqualTo("churn");
    assertThat(registry.versions(MODEL, Long.MAX_VALUE, 10)).hasSize(3);
  }

  @Test
  @DisplayName("Two registrations under one key in one commit make one version")
  void register_sameKeyTwiceInOneCommit_makesOneVersion() {
    Committed committed = commit(draft(MODEL, "k", 0), draft(MODEL, "k", 0));

    assertThat(committed.versions()).hasSize(2);
    assertThat(committed.versions().get(0)).isEqualTo(committed.versions().get(1));
    assertThat(registry.versions(MODEL, Long.MAX_VALUE, 10)).hasSize(1);
  }

  @Test
  @DisplayName("A parent must exist")
  void register_unknownParent_isRefused() {
    register("churn");

    assertThatThrownBy(() -> commit(draft(MODEL, "", 1))).isInstanceOf(NotFoundException.class);

    assertThat(registry.models()).containsExactly("churn");
  }

  @Test
  @DisplayName("A name that could mean something to a file system, a URL or SQL is refused")
  void commit_hostileName_isRefused() {
    approved();
    for (String name : HostileNames.ALL) {
      assertThatThrownBy(() -> commit(draft(name, "", 0)))
          .as("model of %d characters", name.length())
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> commit(new Change.MoveAlias(MODEL, name, 0, 1)))
          .as("alias of %d characters", name.length())
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> commit(new Change.PutDocument(name, 0, "{}")))
          .as("document of %d characters", name.length())
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(registry.models()).containsExactly(MODEL);
  }

  @Test
  @DisplayName("What is unknown is empty, not an error")
  void read_unknown_isEmpty() {
    register(MODEL);

    for (String name : List.of("nobody", "' OR 1=1 --", "", "a\0b", "\ud800")) {
      assertThat(registry.version(name, 1)).isEmpty();
      assertThat(registry.versions(name, Long.MAX_VALUE, 10)).isEmpty();
      assertThat(registry.alias(name, Alias.CHAMPION)).isEmpty();
      assertThat(registry.alias(MODEL, name)).isEmpty();
      assertThat(registry.history(MODEL, name)).isEmpty();
      assertThat(registry.audit(name, 0, 10)).isEmpty();
    }
    assertThat(registry.version(MODEL, 0)).isEmpty();
    assertThat(registry.version(MODEL, -1)).isEmpty();
    assertThat(registry.version(MODEL, 2)).isEmpty();
  }

  @Test
  @DisplayName("Versions come in pages, newest first")
  void versions_pages_newestFirst() {
    IntStream.range(0, 7).forEach(i -> register(MODEL));
    register("churn");

    assertThat(numbers(Long.MAX_VALUE, 3)).containsExactly(7L, 6L, 5L);
    assertThat(numbers(5, 3)).containsExactly(4L, 3L, 2L);
    assertThat(numbers(2, 3)).containsExactly(1L);
    assertThat(numbers(1, 3)).isEmpty();
    assertThat(numbers(Long.MAX_VALUE, Integer.MAX_VALUE)).hasSize(7);
  }

  @Test
  @DisplayName("Models are listed in alphabetical order")
  void models_several_areSorted() {
    List.of("b", "a-z", "a", "c9").forEach(this::register);

    assertThat(registry.models()).containsExactly("a", "a-z", "b", "c9");
  }

  @Test
  @DisplayName("A version goes from draft to validated to approved, and no step is left out")
  void transition_stepLeftOut_isRefused() {
    register(MODEL);

    assertThatThrownBy(() -> commit(transition(1, VersionState.APPROVED)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("fraud v1")
        .hasMessageContaining("VALIDATED");
    commit(transition(1, VersionState.VALIDATED));
    commit(transition(1, VersionState.APPROVED));

    assertThat(state(1)).isEqualTo(VersionState.APPROVED);
  }

  @Test
  @DisplayName("A transition changes the state and nothing else")
  void transition_allowed_keepsFacts() {
    ModelVersion before = register(MODEL);

    ModelVersion after = commit(transition(1, VersionState.VALIDATED)).versions().get(0);

    assertThat(after.state()).isEqualTo(VersionState.VALIDATED);
    assertThat(after.with(before.status())).isEqualTo(before);
    assertThat(registry.version(MODEL, 1)).contains(after);
  }

  @Test
  @DisplayName(
      "A transition to the state that a version is in changes nothing and leaves no record")
  void transition_sameState_isNoChange() {
    register(MODEL);

    Committed committed = commit(transition(1, VersionState.DRAFT));

    assertThat(committed.versions()).hasSize(1);
    assertThat(committed.audit()).isEmpty();
    assertThat(registry.audit(MODEL, 0, 10)).hasSize(1);
  }

  @Test
  @DisplayName("A transition of an unknown version is refused")
  void transition_unknownVersion_isRefused() {
    register(MODEL);

    assertThatThrownBy(() -> commit(transition(2, VersionState.VALIDATED)))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("last version is 1");
  }

  @Test
  @DisplayName("A version that an alias points to is neither retired nor suspended")
  void transition_whileAliased_isRefused() {
    approved();
    approved();
    move(Alias.CHAMPION, 0, 1);
    move("shadow", 0, 1);
    move("shadow", 1, 2);

    for (VersionState state : List.of(VersionState.RETIRED, VersionState.SUSPENDED)) {
      assertThatThrownBy(() -> commit(transition(1, state)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(Alias.CHAMPION);
    }
    assertThat(state(1)).isEqualTo(VersionState.APPROVED);

    move(Alias.CHAMPION, 1, 2);
    commit(transition(1, VersionState.RETIRED));
    assertThat(state(1)).isEqualTo(VersionState.RETIRED);
  }

  @Test
  @DisplayName("A retired version stays retired and carries no alias")
  void transition_retired_isFinal() {
    approved();
    commit(transition(1, VersionState.RETIRED));

    for (VersionState state :
        List.of(
            VersionState.DRAFT,
            VersionState.VALIDATED,
            VersionState.APPROVED,
            VersionState.SUSPENDED)) {
      assertThatThrownBy(() -> commit(transition(1, state)))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThatThrownBy(() -> move("shadow", 0, 1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  @DisplayName("The champion is approved; another alias may also point to a validated version")
  void moveAlias_byState_isAllowedOrRefused() {
    register(MODEL);
    assertThatThrownBy(() -> move("shadow", 0, 1)).isInstanceOf(IllegalStateException.class);

    commit(transition(1, VersionState.VALIDATED));
    assertThatThrownBy(() -> move(Alias.CHAMPION, 0, 1)).isInstanceOf(IllegalStateException.class);
    move("shadow", 0, 1);

    commit(transition(1, VersionState.APPROVED));
    move(Alias.CHAMPION, 0, 1);
    assertThat(registry.alias(MODEL, Alias.CHAMPION)).map(Alias::version).contains(1L);
  }

  @Test
  @DisplayName("An alias points to versions that exist, and only one that is there is removed")
  void moveAlias_unknown_isRefused() {
    approved();

    assertThatThrownBy(() -> move("shadow", 0, 2)).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> move("shadow", 0, 0)).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> commit(new Change.MoveAlias("nobody", "shadow", 0, 1)))
        .isInstanceOf(NotFoundException.class);

    assertThat(registry.history(MODEL, "shadow")).isEmpty();
  }

  @Test
  @DisplayName("Every move of an alias counts its generation up, and all moves are kept")
  void moveAlias_several_keepsHistory() {
    approved();
    approved();

    Alias first = move(Alias.CHAMPION, 0, 1);
    Alias second = move(Alias.CHAMPION, 1, 2);
    Alias third = move(Alias.CHAMPION, 2, 1);

    assertThat(first.generation()).isEqualTo(1);
    assertThat(second.generation()).isEqualTo(2);
    assertThat(third.generation()).isEqualTo(3);
    assertThat(third.actor()).isEqualTo("ann");
    assertThat(third.reason()).isEqualTo("because");
    assertThat(registry.history(MODEL, Alias.CHAMPION)).containsExactly(first, second, third);
    assertThat(registry.alias(MODEL, Alias.CHAMPION)).contains(third);
  }

  @Test
  @DisplayName("An alias moves only from the generation that the caller has seen")
  void moveAlias_otherGeneration_conflicts() {
    approved();
    move(Alias.CHAMPION, 0, 1);
    move(Alias.CHAMPION, 1, 1);

    for (long seen : new long[] {0, 1, 3, -1}) {
      ConflictException conflict =
          catchThrowableOfType(ConflictException.class, () -> move(Alias.CHAMPION, seen, 1));
      assertThat(conflict.expected()).isEqualTo(seen);
      assertThat(conflict.actual()).isEqualTo(2);
      assertThat(conflict.retryable()).isTrue();
    }
    assertThat(registry.history(MODEL, Alias.CHAMPION)).hasSize(2);
  }

  @Test
  @DisplayName("A removed alias keeps its history, and its generations go on")
  void moveAlias_removed_keepsHistory() {
    approved();
    move(Alias.CHAMPION, 0, 1);

    Alias removed = move(Alias.CHAMPION, 1, 0);

    assertThat(removed.present()).isFalse();
    assertThat(registry.alias(MODEL, Alias.CHAMPION)).contains(removed);
    assertThatThrownBy(() -> move(Alias.CHAMPION, 2, 0)).isInstanceOf(NotFoundException.class);
    assertThat(move(Alias.CHAMPION, 2, 1).generation()).isEqualTo(3);
    assertThat(registry.history(MODEL, Alias.CHAMPION)).hasSize(3);
  }

  @Test
  @DisplayName("The time of an alias grows strictly, also when the clock stands still or goes back")
  void moveAlias_clockGoesBack_timeGrows() {
    approved();
    List<Instant> times = new ArrayList<>();
    times.add(move(Alias.CHAMPION, 0, 1).at());
    times.add(move(Alias.CHAMPION, 1, 1).at());
    clock.advance(Duration.ofHours(-1));
    times.add(move(Alias.CHAMPION, 2, 1).at());
    clock.advance(Duration.ofHours(3));
    times.add(move(Alias.CHAMPION, 3, 1).at());

    assertThat(registry.history(MODEL, Alias.CHAMPION)).extracting(Alias::at).isEqualTo(times);
    for (int i = 1; i < times.size(); i++) {
      assertThat(times.get(i)).isAfter(times.get(i - 1));
    }
  }

  @Test
  @DisplayName("Of changes whose last one fails, nothing is left")
  void commit_lastChangeFails_leavesNothing() {
    approved();
    approved();
    move(Alias.CHAMPION, 0, 1);
    long records = registry.audit(MODEL, 0, 100).size();

    assertThatThrownBy(
            () ->
                commit(
                    draft(MODEL, "k", 0),
                    draft("churn", "", 0),
                    new Change.MoveAlias(MODEL, Alias.CHAMPION, 1, 2),
                    new Change.MoveAlias(MODEL, "shadow", 0, 1),
                    transition(2, VersionState.SUSPENDED),
                    new Change.PutDocument("state", 0, "{}"),
                    new Change.PutDocument("state", 7, "{}")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () ->
                commit(
                    draft(MODEL, "k", 0),
                    draft("churn", "", 0),
                    new Change.MoveAlias(MODEL, Alias.CHAMPION, 1, 2),
                    new Change.MoveAlias(MODEL, "shadow", 0, 1),
                    new Change.PutDocument("state", 0, "{}"),
                    new Change.PutDocument("state", 7, "{}")))
        .isInstanceOf(ConflictException.class);

    assertThat(registry.models()).containsExactly(MODEL);
    assertThat(registry.versions(MODEL, Long.MAX_VALUE, 10)).hasSize(2);
    assertThat(registry.alias(MODEL, Alias.CHAMPION)).map(Alias::version).contains(1L);
    assertThat(registry.history(MODEL, Alias.CHAMPION)).hasSize(1);
    assertThat(registry.history(MODEL, "shadow")).isEmpty();
    assertThat(registry.audit(MODEL, 0, 100)).hasSize((int) records);
    assertThat(commit(new Change.PutDocument("state", 0, "{}")).documents().get(0).revision())
        .isEqualTo(1);
    assertThat(register(MODEL, "k", model()).number()).isEqualTo(3);
    verifyAudit();
  }

  @Test
  @DisplayName("A change sees what the changes before it in the same commit have done")
  void commit_severalChanges_readTheirWrites() {
    register(MODEL);

    Committed committed =
        commit(
            transition(1, VersionState.VALIDATED),
            transition(1, VersionState.APPROVED),
            new Change.MoveAlias(MODEL, Alias.CHAMPION, 0, 1),
            new Change.MoveAlias(MODEL, Alias.CHAMPION, 1, 1),
            new Change.PutDocument("state", 0, "1"),
            new Change.PutDocument("state", 1, "2"));

    assertThat(committed.aliases()).extracting(Alias::generation).containsExactly(1L, 2L);
    assertThat(committed.documents()).extracting(d -> d.revision()).containsExactly(1L, 2L);
    assertThat(state(1)).isEqualTo(VersionState.APPROVED);
    assertThat(registry.history(MODEL, Alias.CHAMPION)).isEqualTo(committed.aliases());
    assertThatThrownBy(
            () ->
                commit(
                    new Change.MoveAlias(MODEL, "shadow", 0, 1),
                    new Change.MoveAlias(MODEL, Alias.CHAMPION, 2, 0),
                    transition(1, VersionState.RETIRED)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("shadow");
    verifyAudit();
  }

  @Test
  @DisplayName("Two registrations in one commit get two numbers")
  void commit_twoRegistrations_getTwoNumbers() {
    Committed committed = commit(draft(MODEL, "", 0), draft(MODEL, "", 1));

    assertThat(committed.versions()).extracting(ModelVersion::number).containsExactly(1L, 2L);
    assertThat(registry.version(MODEL, 2)).map(ModelVersion::parent).contains(1L);
    verifyAudit();
  }

  @Test
  @DisplayName("Eight threads that register one model get dense and unique numbers")
  void register_eightThreads_numbersAreDense() {
    List<List<Long>> numbers =
        Contenders.race(
            8, t -> IntStream.range(0, 10).mapToObj(i -> register(MODEL).number()).toList());

    assertThat(numbers.stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 80).boxed().toList());
    verifyAudit();
  }

  @Test
  @DisplayName("Eight threads that register under one key get one version")
  void register_eightThreadsOneKey_getOneVersion() {
    List<Long> numbers = Contenders.race(8, t -> register(MODEL, "k", model()).number());

    assertThat(numbers).containsOnly(1L);
    assertThat(registry.audit(MODEL, 0, 10)).hasSize(1);
  }

  @Test
  @DisplayName("Of sixteen threads that move an alias from one generation, one wins")
  void moveAlias_sixteenThreads_oneWins() {
    approved();
    for (long generation = 0; generation < 5; generation++) {
      long seen = generation;
      List<Boolean> won =
          Contenders.race(
              16,
              t -> {
                try {
                  move(Alias.CHAMPION, seen, 1);
                  return true;
                } catch (ConflictException e) {
                  return false;
                }
              });
      assertThat(Collections.frequency(won, true)).isEqualTo(1);
    }
    assertThat(registry.history(MODEL, Alias.CHAMPION))
        .extracting(Alias::generation)
        .containsExactly(1L, 2L, 3L, 4L, 5L);
    verifyAudit();
  }

  @Test
  @DisplayName("What was committed is there after closing and opening again")
  void reopen_durable_keepsEverything() {
    if (!registry.capabilities().contains(ModelRegistry.Capability.DURABLE)) {
      return;
    }
    approved();
    approved();
    move(Alias.CHAMPION, 0, 1);
    move(Alias.CHAMPION, 1, 2);
    commit(draft("churn", "k", 0), new Change.PutDocument("state", 0, "{}"));
    List<ModelVersion> versions = registry.versions(MODEL, Long.MAX_VALUE, 10);
    List<Alias> history = registry.history(MODEL, Alias.CHAMPION);
    List<AuditRecord> audit = registry.audit(MODEL, 0, 100);

    registry = reopen();

    assertThat(registry.models()).containsExactly("churn", MODEL);
    assertThat(registry.versions(MODEL, Long.MAX_VALUE, 10)).isEqualTo(versions);
    assertThat(registry.history(MODEL, Alias.CHAMPION)).isEqualTo(history);
    assertThat(registry.audit(MODEL, 0, 100)).isEqualTo(audit);
    assertThat(commit(draft("churn", "k", 0)).versions().get(0).number()).isEqualTo(1);
    assertThatThrownBy(() -> commit(new Change.PutDocument("state", 0, "{}")))
        .isInstanceOf(ConflictException.class);
    assertThat(register(MODEL).number()).isEqualTo(3);
    verifyAudit();
  }

  @Test
  @DisplayName("Two openings of one store see each other's commits and keep the same rules")
  void another_multiProcess_keepsTheRules() {
    if (!registry.capabilities().contains(ModelRegistry.Capability.MULTI_PROCESS)) {
      return;
    }
    approved();
    try (ModelRegistry other = another()) {
      List<ModelRegistry> both = List.of(registry, other);
      assertThat(other.version(MODEL, 1)).isEqualTo(registry.version(MODEL, 1));

      List<Long> numbers =
          Contenders.race(
              8,
              t ->
                  both.get(t % 2)
                      .commit(Changes.of(ANN, "because", draft(MODEL, "key " + t / 2, 1)))
                      .versions()
                      .get(0)
                      .number());
      List<Boolean> won =
          Contenders.race(
              8,
              t -> {
                try {
                  both.get(t % 2)
                      .commit(
                          Changes.of(
                              ANN, "because", new Change.MoveAlias(MODEL, Alias.CHAMPION, 0, 1)));
                  return true;
                } catch (ConflictException e) {
                  return false;
                }
              });

      assertThat(numbers).containsExactlyInAnyOrder(2L, 2L, 3L, 3L, 4L, 4L, 5L, 5L);
      assertThat(won).containsOnlyOnce(true);
      assertThat(other.alias(MODEL, Alias.CHAMPION))
          .isEqualTo(registry.alias(MODEL, Alias.CHAMPION));
    }
    verifyAudit();
  }

  @Test
  @DisplayName("A pending version cannot be used before its gates have passed")
  void resolve_pending_canBeUsedOnceReady() {
    pending();
    pending();
    assertThatThrownBy(() -> commit(transition(1, VersionState.VALIDATED)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("PENDING");

    commit(new Change.Resolve(MODEL, 1, true, ""));
    commit(new Change.Resolve(MODEL, 2, false, "AUC is 0.4"));

    commit(transition(1, VersionState.VALIDATED));
    assertThatThrownBy(() -> commit(transition(2, VersionState.VALIDATED)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("AUC is 0.4");
    assertThatThrownBy(() -> commit(new Change.Resolve(MODEL, 2, true, "")))
        .isInstanceOf(IllegalStateException.class);
    assertThat(registry.version(MODEL, 2).orElseThrow().status().readiness())
        .isEqualTo(Readiness.FAILED);
    verifyAudit();
  }

  @Test
  @DisplayName("Description and tags change, and the facts of the registration stay")
  void annotate_versionAndModel_changes() {
    ModelVersion before = register(MODEL);
    commit(new Change.Annotate(MODEL, 1, "text", Map.of("a", "1", "b", "2"), Set.of()));
    commit(new Change.Annotate(MODEL, 1, null, Map.of("c", "3"), Set.of("a")));
    commit(new Change.Annotate(MODEL, 0, "model", Map.of("team", "x"), Set.of()));

    ModelVersion after = registry.version(MODEL, 1).orElseThrow();
    assertThat(after.description()).isEqualTo("text");
    assertThat(after.status().tags()).isEqualTo(Map.of("b", "2", "c", "3"));
    assertThat(after.with(before.status())).isEqualTo(before);
    RegisteredModel model = registry.models(Query.all()).items().get(0);
    assertThat(model.description()).isEqualTo("model");
    assertThat(model.tags()).isEqualTo(Map.of("team", "x"));
    assertThat(register(MODEL).number()).isEqualTo(2);
    assertThat(registry.models(Query.all()).items().get(0).tags()).isEqualTo(model.tags());
    verifyAudit();
  }

  @Test
  @DisplayName("What is deleted is out of use, keeps its number, and comes back")
  void delete_version_keepsNumber() {
    approved();
    approved();
    move(Alias.CHAMPION, 0, 1);
    assertThatThrownBy(() -> commit(new Change.Delete(MODEL, 1, true)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(Alias.CHAMPION);
    assertThatThrownBy(() -> commit(new Change.Delete(MODEL, 0, true)))
        .isInstanceOf(IllegalStateException.class);

    commit(new Change.Delete(MODEL, 2, true));

    assertThatThrownBy(() -> move(Alias.CHAMPION, 1, 2)).isInstanceOf(IllegalStateException.class);
    assertThat(register(MODEL).number()).isEqualTo(3);
    commit(new Change.Delete(MODEL, 2, false));
    move(Alias.CHAMPION, 1, 2);
    move(Alias.CHAMPION, 2, 0);
    commit(new Change.Delete(MODEL, 0, true));
    assertThatThrownBy(() -> register(MODEL)).isInstanceOf(IllegalStateException.class);
    commit(new Change.Delete(MODEL, 0, false));
    assertThat(register(MODEL).number()).isEqualTo(4);
    verifyAudit();
  }

  @Test
  @DisplayName("A version is approved once enough others of the right roles agree")
  void approve_policy_isEnforced() {
    commit(
        new Change.Govern(
            MODEL,
            Governance.NONE.approvals(ApprovalPolicy.of(2, "risk").validFor(Duration.ofDays(30)))));
    register(MODEL);
    commit(transition(1, VersionState.VALIDATED));
    assertThatThrownBy(() -> commit(transition(1, VersionState.APPROVED)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("0 of 2");
    assertThatThrownBy(() -> decide(Actor.of("ann", "risk"), true))
        .as("the author")
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> decide(new Actor("bob"), true))
        .as("without the role")
        .isInstanceOf(IllegalStateException.class);

    decide(Actor.of("bob", "risk"), true);
    decide(Actor.of("bob", "risk"), true);
    assertThatThrownBy(() -> commit(transition(1, VersionState.APPROVED)))
        .as("the same person twice")
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1 of 2");
    decide(Actor.of("eve", "risk"), false);
    assertThatThrownBy(() -> commit(transition(1, VersionState.APPROVED)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("rejected by 'eve'");
    decide(Actor.of("eve", "risk"), true);
    commit(transition(1, VersionState.APPROVED));

    clock.advance(Duration.ofDays(31));
    assertThatThrownBy(() -> move(Alias.CHAMPION, 0, 1))
        .as("the decisions have ended")
        .isInstanceOf(IllegalStateException.class);
    decide(Actor.of("bob", "risk"), true);
    decide(Actor.of("eve", "risk"), true);
    move(Alias.CHAMPION, 0, 1);
    ModelVersion version = registry.version(MODEL, 1).orElseThrow();
    assertThat(version.status().approvals()).hasSize(6);
    assertThat(version.status().approvals().get(0).evidence()).hasSize(1);
    verifyAudit();
  }

  @Test
  @DisplayName("A protected alias is moved by its roles, and only owners change that")
  void govern_protectedAlias_isEnforced() {
    approved();
    commit(
        new Change.Govern(
            MODEL, Governance.NONE.protect(Alias.CHAMPION, "release").ownedBy("admin")));

    assertThatThrownBy(() -> move(Alias.CHAMPION, 0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("[release]");
    move("shadow", 0, 1);
    assertThatThrownBy(() -> commit(new Change.Govern(MODEL, Governance.NONE)))
        .isInstanceOf(IllegalStateException.class);
    as(Actor.of("rel", "release"), new Change.MoveAlias(MODEL, Alias.CHAMPION, 0, 1));
    as(Actor.of("root", "admin"), new Change.Govern(MODEL, Governance.NONE));
    move(Alias.CHAMPION, 1, 1);
    verifyAudit();
  }

  @Test
  @DisplayName("Signed statements are kept with the version")
  void attest_statement_isKept() {
    register(MODEL);
    Attachment bundle = stored("training", bytes("signed"));
    commit(new Change.Attest(MODEL, 1, Attestation.Kind.TRAINING, bundle));

    assertThat(registry.version(MODEL, 1).orElseThrow().status().attestations())
        .containsExactly(
            new Attestation(
                Attestation.Kind.TRAINING, bundle, "ann", Instant.parse("2026-03-01T10:00:00Z")));
    verifyAudit();
  }

  @Test
  @DisplayName("Versions are found by every field, and by and, or and not")
  void search_versions_byEveryField() {
    approved();
    move(Alias.CHAMPION, 0, 1);
    clock.advance(Duration.ofDays(1));
    commit(
        new Change.Register(
            MODEL,
            "",
            "tribuo",
            SCHEMA,
            model(),
            Map.of("auc", 0.9, "nan", Double.NaN, "inf", Double.POSITIVE_INFINITY),
            Map.of("l2", "0.1", "text", "100% _sure_ [a]*?"),
            Map.of("training", Digest.ofText("rows")),
            "run7",
            1,
            "second",
            Map.of("team", "risk"),
            true));
    commit(draft("churn", "", 0));
    commit(new Change.Delete("churn", 1, true));

    assertThat(found(VersionField.MODEL.is(MODEL))).containsExactly("fraud/2", "fraud/1");
    assertThat(found(new Filter.All<>())).containsExactly("churn/1", "fraud/2", "fraud/1");
    assertThat(found(VersionField.NUMBER.atLeast(2))).containsExactly("fraud/2");
    assertThat(found(VersionField.STATE.is(VersionState.APPROVED.name())))
        .containsExactly("fraud/1");
    assertThat(found(VersionField.READINESS.is(Readiness.PENDING))).containsExactly("fraud/2");
    assertThat(found(VersionField.FORMAT.in(List.of("tribuo", "x")))).containsExactly("fraud/2");
    assertThat(found(VersionField.RUN.is("run7"))).containsExactly("fraud/2");
    assertThat(found(VersionField.PARENT.is(1))).containsExactly("fraud/2");
    assertThat(found(VersionField.CREATED_BY.is("ann"))).hasSize(3);
    assertThat(found(VersionField.CREATED_AT.above(Instant.parse("2026-03-01T10:00:00Z"))))
        .containsExactly("churn/1", "fraud/2");
    assertThat(found(VersionField.DESCRIPTION.like("sec%"))).containsExactly("fraud/2");
    assertThat(found(VersionField.DESCRIPTION.like("SEC%"))).isEmpty();
    assertThat(found(VersionField.DELETED.is(true))).containsExactly("churn/1");
    assertThat(found(VersionField.ALIAS.is(Alias.CHAMPION))).containsExactly("fraud/1");
    assertThat(found(VersionField.ALIAS.of("").present())).containsExactly("fraud/1");
    assertThat(found(VersionField.TAG.of("team").is("risk"))).containsExactly("fraud/2");
    assertThat(found(VersionField.METRIC.of("auc").above(0.8))).containsExactly("fraud/2");
    assertThat(found(VersionField.METRIC.of("auc").atMost(0.75)))
        .containsExactly("churn/1", "fraud/1");
    assertThat(found(VersionField.METRIC.of("nan").atMost(1e9))).isEmpty();
    assertThat(found(VersionField.METRIC.of("nan").atMost(1e9).not())).hasSize(3);
    assertThat(found(VersionField.METRIC.of("inf").above(1e300))).containsExactly("fraud/2");
    assertThat(found(VersionField.PARAMETER.of("l2").is("0.1"))).containsExactly("fraud/2");
    for (String form : List.of("100\\% \\_sure\\_ [a]*?", "100%", "%[a]_?", "1__% %")) {
      assertThat(found(VersionField.PARAMETER.of("text").like(form)))
          .as(form)
          .containsExactly("fraud/2");
    }
    assertThat(found(VersionField.PARAMETER.of("text").like("100\\_%"))).isEmpty();
    assertThat(found(VersionField.PARAMETER.of("text").like("%*[a]%"))).isEmpty();
    assertThat(found(VersionField.DATASET.of("training").is(Digest.ofText("rows").hex())))
        .containsExactly("fraud/2");
    assertThat(
            found(
                VersionField.MODEL
                    .is("churn")
                    .or(
                        VersionField.NUMBER
                            .is(1)
                            .and(VersionField.TAG.of("team").present().not()))))
        .containsExactly("churn/1", "fraud/1");
    assertThat(found(VersionField.MODEL.in(List.of()))).isEmpty();
  }

  @Test
  @DisplayName("A search goes on page by page, and counts")
  void search_pages_goOn() {
    List.of("b", "a", "c").forEach(m -> IntStream.range(0, 3).forEach(i -> register(m)));
    Query<VersionField> query = Query.where(VersionField.NUMBER.below(3)).limit(2);

    List<String> all = new ArrayList<>();
    Page<ModelVersion> page = registry.versions(query.count());
    assertThat(page.total()).hasValue(6);
    while (true) {
      page.items().forEach(v -> all.add(v.model() + "/" + v.number()));
      if (page.next().isEmpty()) {
        break;
      }
      page = registry.versions(query.after(page.next()));
    }
    assertThat(all).containsExactly("a/2", "a/1", "b/2", "b/1", "c/2", "c/1");
    Page<RegisteredModel> models = registry.models(Query.<ModelField>all().limit(2));
    assertThat(models.items()).extracting(RegisteredModel::name).containsExactly("a", "b");
    assertThat(registry.models(Query.<ModelField>all().limit(2).after(models.next())).items())
        .extracting(RegisteredModel::name)
        .containsExactly("c");
    for (String position : List.of("x", "/", "a/x")) {
      assertThatThrownBy(() -> registry.versions(query.after(position)))
          .as(position)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @DisplayName("Aliases are found as they stand now")
  void search_aliases_asTheyStand() {
    approved();
    approved();
    move(Alias.CHAMPION, 0, 1);
    move(Alias.CHAMPION, 1, 2);
    move("shadow", 0, 1);
    move("shadow", 1, 0);

    assertThat(registry.aliases(Query.where(AliasField.VERSION.is(2))).items())
        .extracting(Alias::name)
        .containsExactly(Alias.CHAMPION);
    assertThat(registry.aliases(Query.where(AliasField.VERSION.is(1))).items()).isEmpty();
    assertThat(registry.aliases(Query.where(AliasField.MODEL.is(MODEL))).items())
        .extracting(Alias::generation)
        .containsExactly(2L, 2L);
  }

  @Test
  @DisplayName(
      "A model that is taken in with its history is the same model, and goes on from there")
  void adopt_history_isTheSameModel() {
    ModelHistory history = history();

    Committed adopted = commit(new Change.Adopt(history));

    assertThat(registry.history(MODEL)).isEqualTo(history);
    assertThat(registry.version(MODEL, 2).orElseThrow().status().deleted()).isTrue();
    assertThat(registry.alias(MODEL, "shadow")).map(Alias::present).contains(false);
    assertThat(adopted.audit()).isEmpty();
    assertThat(adopted.events()).singleElement().isInstanceOf(Event.ModelAdopted.class);
    assertThat(register(MODEL, "k2", model()).number()).isEqualTo(2);
    assertThat(register(MODEL).number()).isEqualTo(3);
    assertThat(move(Alias.CHAMPION, 1, 0).generation()).isEqualTo(2);
    verifyAudit();
  }

  @Test
  @DisplayName("A history is taken in once, and never over another")
  void adopt_modelIsThere_keepsIt() {
    ModelHistory history = history();
    commit(new Change.Adopt(history));
    assertThat(commit(new Change.Adopt(history)).events()).isEmpty();
    register(MODEL);
    ModelHistory longer = registry.history(MODEL);

    assertThatThrownBy(() -> commit(draft("churn", "", 0), new Change.Adopt(history)))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining(MODEL);

    assertThat(registry.history(MODEL)).isEqualTo(longer);
    assertThat(registry.models()).containsExactly(MODEL);
    verifyAudit();
  }

  @Test
  @DisplayName("A history that does not fit its audit records is refused")
  void adopt_brokenHistory_isRefused() {
    ModelHistory history = history();
    List<AuditRecord> records = history.audit();
    for (ModelHistory broken :
        List.of(
            new ModelHistory(history.model(), history.versions(), List.of(), records),
            new ModelHistory(
                history.model(), history.versions().subList(0, 1), history.moves(), records),
            new ModelHistory(
                history.model(),
                history.versions(),
                history.moves(),
                records.subList(0, records.size() - 1)))) {
      assertThatThrownBy(() -> commit(draft("churn", "", 0), new Change.Adopt(broken)))
          .isInstanceOf(IntegrityException.class);
    }
    assertThat(registry.models()).isEmpty();
  }

  /** Of a registry in memory that lives in the same time, with blobs that are here too. */
  private ModelHistory history() {
    ModelRegistry own = registry;
    registry = InMemoryStores.create(clock).registry();
    try {
      approved();
      commit(draft(MODEL, "k2", 0));
      commit(new Change.Annotate(MODEL, 2, "text", Map.of("a", "b"), Set.of()));
      commit(new Change.Annotate(MODEL, 0, "of the model", Map.of("a", "b"), Set.of()));
      move(Alias.CHAMPION, 0, 1);
      commit(new Change.MoveAlias(MODEL, "shadow", 0, 1), new Change.Delete(MODEL, 2, true));
      move("shadow", 1, 0);
      return registry.history(MODEL);
    } finally {
      registry = own;
    }
  }

  @Test
  @DisplayName("A text that no store could keep as it is is refused")
  void commit_textThatIsNotKept_isRefused() {
    register(MODEL);
    for (String text : List.of("a\0b", "\ud800", "x\udc00y")) {
      assertThatThrownBy(() -> commit(draft(MODEL, text, 0)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> commit(new Change.Annotate(MODEL, 1, text, Map.of(), Set.of())))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () -> commit(new Change.Annotate(MODEL, 1, null, Map.of("a", text), Set.of())))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Changes.of(ANN, text, draft(MODEL, "", 0)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> VersionField.FORMAT.is(text))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(registry.audit(MODEL, 0, 10)).hasSize(1);
  }

  @Test
  @DisplayName("A value in a search is a value, whatever it looks like")
  void search_hostileValues_areValues() {
    register(MODEL);
    for (String text :
        List.of("' OR 1=1 --", "\") OR (1=1", "%", "\\", "*", ":p0", "?", "$1", "ü🙂")) {
      assertThat(found(VersionField.MODEL.is(text))).as(text).isEmpty();
      assertThat(found(VersionField.TAG.of(text).is(text))).as(text).isEmpty();
      commit(new Change.Annotate(MODEL, 1, text, Map.of(text, text), Set.of()));
      assertThat(found(VersionField.TAG.of(text).is(text))).as(text).containsExactly("fraud/1");
      assertThat(found(VersionField.DESCRIPTION.is(text))).as(text).containsExactly("fraud/1");
    }
  }

  private List<String> found(Filter<VersionField> filter) {
    return registry.versions(Query.where(filter)).items().stream()
        .map(v -> v.model() + "/" + v.number())
        .toList();
  }

  private void pending() {
    commit(
        new Change.Register(
            MODEL, "", "test", SCHEMA, model(), Map.of(), Map.of(), Map.of(), "", 0, "", Map.of(),
            true));
  }

  private Committed decide(Actor actor, boolean approved) {
    return as(
        actor,
        new Change.Approve(MODEL, 1, approved, List.of(stored("report", bytes("evidence")))));
  }

  private Committed as(Actor actor, Change... changes) {
    return registry.commit(Changes.of(actor, "because", changes));
  }

  private void verifyAudit() {
    assertThat(new AuditLog(registry).verify())
        .matches(verification -> verification.ok(), "is whole");
  }

  private Committed commit(Change... changes) {
    return registry.commit(Changes.of(ANN, "because", changes));
  }

  private ModelVersion register(String model) {
    return register(model, "", model());
  }

  private ModelVersion register(String model, String key, List<Attachment> attachments) {
    return commit(draft(model, key, attachments, 0)).versions().get(0);
  }

  private void approved() {
    long number = register(MODEL).number();
    commit(transition(number, VersionState.VALIDATED), transition(number, VersionState.APPROVED));
  }

  private Alias move(String alias, long seen, long version) {
    return commit(new Change.MoveAlias(MODEL, alias, seen, version)).aliases().get(0);
  }

  private static Change transition(long version, VersionState to) {
    return new Change.Transition(MODEL, version, to);
  }

  private Change draft(String model, String key, long parent) {
    return draft(model, key, model(), parent);
  }

  private static Change draft(String model, String key, List<Attachment> attachments, long parent) {
    return new Change.Register(
        model,
        key,
        "test",
        SCHEMA,
        attachments,
        Map.of("auc", 0.75),
        Map.of(),
        Map.of(),
        "",
        parent,
        "",
        Map.of(),
        false);
  }

  private List<Attachment> model() {
    return List.of(stored(Attachment.MODEL, bytes("model")));
  }

  private VersionState state(long number) {
    return registry.version(MODEL, number).orElseThrow().state();
  }

  private List<Long> numbers(long before, int limit) {
    return registry.versions(MODEL, before, limit).stream().map(ModelVersion::number).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
