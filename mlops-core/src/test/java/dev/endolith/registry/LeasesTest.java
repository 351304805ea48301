package dev.endolith.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.error.LeaseHeldException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeasesTest {
  private static final Duration LENGTH = Duration.ofSeconds(60);
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final StateStore store = InMemoryStores.create(Clock.systemUTC()).state();

  private Leases of(String holder, Instant now) {
    return new Leases(store, Clock.fixed(now, ZoneOffset.UTC), LENGTH, holder);
  }

  @Test
  void acquire_heldByALiveProcessElsewhere_isRefusedUntilItEnds() {
    Lease first = of("far/1/1", NOW).acquire("loop");
    assertThat(of("far/1/1", NOW.plusSeconds(30)).acquire("loop").token()).isEqualTo(first.token());
    assertThatThrownBy(() -> of("near/2/2", NOW.plusSeconds(80)).acquire("loop"))
        .isInstanceOfSatisfying(
            LeaseHeldException.class,
            e -> {
              assertThat(e.holder()).isEqualTo("far/1/1");
              assertThat(e.retryable()).isTrue();
            })
        .hasMessageContaining("one process at a time");
    assertThat(of("near/2/2", NOW.plusSeconds(91)).acquire("loop").token())
        .isEqualTo(first.token() + 1);
  }

  @Test
  void release_freesAtOnce_butOnlyOnesOwn() {
    of("far/1/1", NOW).acquire("loop");
    of("near/2/2", NOW).release("loop");
    assertThatThrownBy(() -> of("near/2/2", NOW).acquire("loop"))
        .isInstanceOf(LeaseHeldException.class);
    of("far/1/1", NOW).release("loop");
    assertThat(of("near/2/2", NOW).acquire("loop").holder()).isEqualTo("near/2/2");
    of("near/2/2", NOW).release("nothing");
  }

  @Test
  void acquire_holderOfThisMachineIsDead_isTakenOverAtOnce() {
    // pid 2^22 + 1 is beyond what Linux gives out, and a pid that was reused has another start
    String host =
        new Leases(store, Clock.systemUTC(), LENGTH).acquire("probe").holder().split("/", -1)[0];
    of(host + "/4194305/1", NOW).acquire("loop");
    assertThat(of(host + "/2/2", NOW).acquire("loop").holder()).isEqualTo(host + "/2/2");
    of(host + "/" + ProcessHandle.current().pid() + "/1", NOW).acquire("other");
    assertThat(of(host + "/2/2", NOW).acquire("other").holder()).isEqualTo(host + "/2/2");
  }

  @Test
  void names_thatBreakTheRule_areRefused() {
    for (String name :
        List.of(
            "",
            "A",
            "../x",
            "a/b",
            "a\\b",
            "a..b",
            ".a",
            "a.",
            "-a",
            "a b",
            "con",
            "nul.txt",
            "com1",
            "a\u0000",
            "\u202e",
            "%2e",
            "a;b",
            "x".repeat(129),
            "\ud800")) {
      assertThatThrownBy(() -> Names.check("model", name))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String name : List.of("a", "a-b_c.d", "0", "x".repeat(128), "console")) {
      assertThat(Names.check("model", name)).isEqualTo(name);
    }
    assertThatThrownBy(() -> new Actor(" ")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Actor("a\nb")).isInstanceOf(IllegalArgumentException.class);
  }
}
