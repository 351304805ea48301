package dev.endolith.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.data.Digest;
import dev.endolith.data.Field;
import dev.endolith.data.Schema;
import dev.endolith.event.Event;
import dev.endolith.tck.SettableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RelayTest {
  private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
  private final InMemoryStores stores = InMemoryStores.create(clock);
  private final List<Long> told = new ArrayList<>();

  @Test
  void run_subscribed_tellsInOrderAndOnce() {
    Relay relay = relay();
    register(3);
    relay.subscribe("bot", this::tell);
    relay.run();
    register(2);
    relay.run();
    relay.run();

    assertThat(told).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(stores.outbox().after("", 10)).as("all have them").isEmpty();
  }

  @Test
  void run_anotherProcessAfterACrash_goesOnWhereItWas() {
    Relay first = relay();
    first.subscribe("bot", this::tell);
    register(2);
    first.run();
    register(2); // committed, and the process dies before it tells

    Relay second = relay();
    second.subscribe("bot", this::tell);
    second.run();

    assertThat(told).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void run_subscriberThrows_isToldAgainLaterEachTime() {
    Relay relay = relay();
    List<String> ids = new ArrayList<>();
    relay.subscribe(
        "bot",
        (id, event) -> {
          ids.add(id);
          if (ids.size() < 3) {
            throw new IllegalStateException("not now");
          }
        });
    register(1);
    relay.run();
    relay.run();
    assertThat(ids).as("not before the pause is over").hasSize(1);
    clock.advance(Duration.ofSeconds(1));
    relay.run();
    clock.advance(Duration.ofSeconds(1));
    relay.run();
    assertThat(ids).as("the second pause is longer").hasSize(2);
    clock.advance(Duration.ofSeconds(1));
    relay.run();

    assertThat(ids).hasSize(3).containsOnly(ids.get(0));
  }

  @Test
  void run_eventRefusedForGood_isSetAsideAndOthersGetThrough() {
    Relay relay = relay();
    relay.subscribe(
        "bot",
        (id, event) -> {
          if (version(event) == 1) {
            throw new IllegalStateException("never");
          }
          told.add(version(event));
        });
    relay.subscribe("other", (id, event) -> {});
    register(2);
    for (int i = 0; i < Relay.ATTEMPTS; i++) {
      relay.run();
      clock.advance(Duration.ofHours(1));
    }
    relay.run();

    assertThat(told).containsExactly(2L);
    assertThat(relay.setAside("bot")).hasSize(1);
    assertThat(relay.setAside("other")).isEmpty();
  }

  @Test
  void run_aSubscriberIsBehind_itsEventsAreKept() {
    Relay relay = relay();
    relay.subscribe("fast", this::tell);
    relay.subscribe(
        "slow",
        (id, event) -> {
          throw new IllegalStateException("not now");
        });
    register(3);
    relay.run();
    assertThat(stores.outbox().after("", 10)).hasSize(3);

    relay.unsubscribe("slow");
    relay.run();
    assertThat(stores.outbox().after("", 10)).isEmpty();
  }

  @Test
  void events_json_comesBackEqual() {
    Instant at = Instant.parse("2026-03-01T10:00:00.123456Z");
    for (Event event :
        List.of(
            new Event.VersionRegistered("m", 1, "ab", at, "ann \",\"type\":\"x"),
            new Event.StateChanged("m", 1, "A", "B", at, "ann"),
            new Event.AliasMoved("m", "a", 1, 2, 3, at, "ann"),
            new Event.VersionResolved("m", 1, false, "why \"event\":{}", at, "ann"),
            new Event.ApprovalGiven("m", 1, true, at, "ann"),
            new Event.VersionAttested("m", 1, "training", at, "ann"),
            new Event.Annotated("m", 0, at, "ann"),
            new Event.Deleted("m", 1, true, at, "ann"),
            new Event.Governed("m", at, "ann"),
            new Event.ModelAdopted("m", 2, 7, at, "ann"))) {
      assertThat(EventJson.read(EventJson.write(event))).isEqualTo(event);
    }
  }

  private void tell(String id, Event event) {
    told.add(version(event));
  }

  private static long version(Event event) {
    return ((Event.VersionRegistered) event).version();
  }

  private Relay relay() {
    return new Relay(
        stores.outbox(),
        stores.state(),
        new Leases(stores.state(), Clock.systemUTC(), Duration.ofSeconds(60)),
        clock);
  }

  private void register(int times) {
    for (int i = 0; i < times; i++) {
      stores
          .registry()
          .commit(
              Changes.of(
                  Actor.SYSTEM,
                  "because",
                  new Change.Register(
                      "fraud",
                      "",
                      "test",
                      Schema.of(Field.number("a")),
                      List.of(new Attachment(Attachment.MODEL, "", 1, Digest.ofText("a"))),
                      Map.of(),
                      Map.of(),
                      Map.of(),
                      "",
                      0,
                      "",
                      Map.of(),
                      false)));
    }
  }
}
