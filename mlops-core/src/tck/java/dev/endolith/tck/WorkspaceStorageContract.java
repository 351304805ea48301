package dev.endolith.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.WorkspaceStorage;
import dev.endolith.data.Field;
import dev.endolith.data.Schema;
import dev.endolith.error.ConflictException;
import dev.endolith.event.Alert;
import dev.endolith.event.AlertDetails;
import dev.endolith.event.Event;
import dev.endolith.pipeline.StepRecord;
import dev.endolith.registry.Actor;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.AuditLog;
import dev.endolith.registry.Change;
import dev.endolith.registry.Changes;
import dev.endolith.registry.MetricPoint;
import dev.endolith.registry.Outbox;
import dev.endolith.registry.RunRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules of a {@link WorkspaceStorage} that hold for its stores together. */
public abstract class WorkspaceStorageContract {
  private static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");
  private static final String MODEL = "fraud";
  private static final Actor ANN = new Actor("ann");

  /** The time in which stores made by {@link #fresh()} are to live. */
  protected final SettableClock clock = new SettableClock(TEN);

  private WorkspaceStorage storage;

  /** Creates the kit; called by JUnit. */
  protected WorkspaceStorageContract() {}

  /**
   * Makes empty stores that take the time from {@link #clock}.
   *
   * @return the stores, closed by the kit
   */
  protected abstract WorkspaceStorage fresh();

  @BeforeEach
  void open() {
    storage = fresh();
  }

  @AfterEach
  void close() {
    storage.close();
  }

  @Test
  @DisplayName("What is done together is there together")
  void together_everyPart_isThere() {
    String answer = storage.together(stores -> change(stores, "r1"));

    assertThat(answer).isEqualTo("r1");
    assertThat(storage.registry().version(MODEL, 1)).isPresent();
    assertThat(storage.state().get("state.r1")).isPresent();
    assertThat(storage.runs().find("r1")).isPresent();
    assertThat(storage.runs().points("r1", "loss", "", 10).items()).hasSize(1);
    assertThat(storage.journal().records("r1")).hasSize(1);
    assertThat(storage.outbox().after("", 10)).hasSize(1);
  }

  @Test
  @DisplayName("Of what fails together nothing is left")
  void together_failure_leavesNothing() {
    storage.together(stores -> change(stores, "r1"));
    List<Outbox.Entry> told = storage.outbox().after("", 10);

    assertThatThrownBy(
            () ->
                storage.together(
                    stores -> {
                      change(stores, "r2");
                      throw new IllegalStateException("changed my mind");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("changed my mind");

    assertThat(storage.registry().version(MODEL, 2)).isEmpty();
    assertThat(storage.registry().audit(MODEL, 0, 10)).hasSize(1);
    assertThat(storage.state().get("state.r2")).isEmpty();
    assertThat(storage.runs().find("r2")).isEmpty();
    assertThat(storage.runs().points("r2", "loss", "", 10).items()).isEmpty();
    assertThat(storage.journal().records("r2")).isEmpty();
    assertThat(storage.outbox().after("", 10)).isEqualTo(told);
    storage.together(stores -> change(stores, "r2"));
    assertThat(storage.registry().version(MODEL, 2)).isPresent();
    assertThat(new AuditLog(storage.registry()).verify().ok()).isTrue();
  }

  @Test
  @DisplayName("What is done together sees itself, and a refused part can be left out")
  void together_refusedPart_othersGoOn() {
    storage.together(
        stores -> {
          change(stores, "r1");
          assertThat(stores.registry().version(MODEL, 1)).isPresent();
          assertThatThrownBy(
                  () ->
                      stores
                          .registry()
                          .commit(
                              Changes.of(
                                  ANN,
                                  "because",
                                  new Change.PutDocument("other", 0, "{}"),
                                  new Change.MoveAlias(MODEL, "champion", 9, 1))))
              .isInstanceOf(RuntimeException.class);
          return stores.state().put("state.r9", 0, "{}");
        });

    assertThat(storage.registry().version(MODEL, 1)).isPresent();
    assertThat(storage.state().names("")).containsExactly("state.r1", "state.r9");
  }

  @Test
  @DisplayName("Units of work of many threads do not mix")
  void together_threads_doNotMix() {
    List<Boolean> done =
        Contenders.race(
            8,
            t -> {
              for (int i = 0; i < 5; i++) {
                String id = "r" + t + "-" + i;
                boolean fail = (t + i) % 2 == 0;
                try {
                  storage.together(
                      stores -> {
                        change(stores, id);
                        if (fail) {
                          throw new IllegalStateException("no");
                        }
                        return id;
                      });
                } catch (IllegalStateException e) {
                  // as asked
                }
              }
              return true;
            });

    assertThat(done).hasSize(8);
    assertThat(storage.registry().versions(MODEL, Long.MAX_VALUE, 100)).hasSize(20);
    assertThat(storage.state().names("state.")).hasSize(20);
    assertThat(storage.outbox().after("", 100)).hasSize(20);
    assertThat(new AuditLog(storage.registry()).verify().ok()).isTrue();
  }

  @Test
  @DisplayName("An alert is in the outbox if and only if what it was committed with is there")
  void outbox_alert_goesWithItsCommit() {
    Alert alert =
        new Alert(
            MODEL,
            1,
            Alert.Kind.DRIFT,
            Alert.Severity.ALARM,
            Instant.parse("2026-03-01T10:00:00.000001Z"),
            "window-1",
            List.of("income"),
            "the income is another one",
            new AlertDetails(
                "ab",
                "team",
                "https://runbooks.example",
                List.of("why"),
                List.of(Map.of("a", "1"))));
    Change.RaiseAlert raise = new Change.RaiseAlert(alert);

    storage
        .registry()
        .commit(Changes.of(ANN, "saw it", raise, new Change.PutDocument("loop.a", 0, "{}")));
    assertThatThrownBy(
            () ->
                storage
                    .registry()
                    .commit(
                        Changes.of(
                            ANN, "saw it", raise, new Change.PutDocument("loop.a", 0, "{}"))))
        .isInstanceOf(ConflictException.class);

    assertThat(storage.outbox().after("", 10))
        .extracting(Outbox.Entry::event)
        .containsExactly(new Event.AlertRaised(alert));
    assertThat(storage.registry().audit(MODEL, 0, 10)).as("nothing was changed").isEmpty();
  }

  @Test
  @DisplayName("The outbox holds what was committed, in order, until it is forgotten")
  void outbox_events_inOrder() {
    IntStream.range(0, 5).forEach(i -> change(storage, "r" + i));
    assertThatThrownBy(
            () ->
                storage
                    .registry()
                    .commit(
                        Changes.of(
                            ANN, "because", register(storage), new Change.Delete(MODEL, 99, true))))
        .isInstanceOf(RuntimeException.class);

    List<Outbox.Entry> all = storage.outbox().after("", 10);
    assertThat(all)
        .extracting(e -> ((Event.VersionRegistered) e.event()).version())
        .containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(all).extracting(Outbox.Entry::position).isSorted().doesNotHaveDuplicates();
    assertThat(storage.outbox().after(all.get(1).position(), 2)).isEqualTo(all.subList(2, 4));
    storage.outbox().forget(all.get(3).position());
    assertThat(storage.outbox().after("", 10)).isEqualTo(all.subList(4, 5));
  }

  @Test
  @DisplayName("A reader that follows the outbox misses no event, however commits interleave")
  void outbox_followed_missesNothing() {
    List<List<Long>> seen =
        Contenders.race(
            5,
            t -> {
              List<Long> versions = new ArrayList<>();
              if (t < 4) {
                IntStream.range(0, 10).forEach(i -> change(storage, "r" + t + "-" + i, "m" + t));
                return versions;
              }
              String position = "";
              while (versions.size() < 40) {
                for (Outbox.Entry entry : storage.outbox().after(position, 3)) {
                  versions.add(((Event.VersionRegistered) entry.event()).version());
                  position = entry.position();
                }
              }
              return versions;
            });

    assertThat(seen.get(4)).hasSize(40);
  }

  private static String change(WorkspaceStorage stores, String id) {
    return change(stores, id, MODEL);
  }

  private static String change(WorkspaceStorage stores, String id, String model) {
    stores.registry().commit(Changes.of(ANN, "because", register(stores, model)));
    stores.state().put("state." + id, 0, "{}");
    stores
        .runs()
        .save(
            new RunRecord(
                id,
                "e",
                RunRecord.Status.RUNNING,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                TEN,
                null,
                "ann",
                "",
                "h/1/1",
                TEN));
    stores.runs().append(id, List.of(new MetricPoint("loss", 0, 0.5, TEN)));
    stores
        .journal()
        .append(id, 0, List.of(new StepRecord("step", StepRecord.Outcome.SUCCEEDED, "1", TEN)));
    return id;
  }

  private static Change register(WorkspaceStorage stores) {
    return register(stores, MODEL);
  }

  private static Change register(WorkspaceStorage stores, String model) {
    byte[] content = "model".getBytes(StandardCharsets.UTF_8);
    return new Change.Register(
        model,
        "",
        "test",
        Schema.of(Field.number("a")),
        List.of(
            new Attachment(
                Attachment.MODEL,
                "application/octet-stream",
                content.length,
                stores.artifacts().put(content))),
        Map.of(),
        Map.of(),
        Map.of(),
        "",
        0,
        "",
        Map.of(),
        false);
  }
}
