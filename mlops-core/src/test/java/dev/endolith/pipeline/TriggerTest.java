package dev.endolith.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TriggerTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static List<String> next(Trigger.AtTimes trigger, String after, int count) {
    List<String> times = new ArrayList<>();
    Instant at = Instant.parse(after);
    for (int i = 0; i < count; i++) {
      at = trigger.next(at).orElseThrow();
      times.add(at.toString());
    }
    return times;
  }

  @Test
  void every_isCountedFromTheEpoch() {
    assertThat(next(Trigger.every(Duration.ofMinutes(15)), "2026-03-01T10:07:00Z", 3))
        .containsExactly("2026-03-01T10:15:00Z", "2026-03-01T10:30:00Z", "2026-03-01T10:45:00Z");
    assertThat(next(Trigger.every(Duration.ofMinutes(15)), "2026-03-01T10:15:00Z", 1))
        .as("after, not at")
        .containsExactly("2026-03-01T10:30:00Z");
    assertThat(next(Trigger.every(Duration.ofHours(1)), "1969-12-31T22:30:00Z", 2))
        .containsExactly("1969-12-31T23:00:00Z", "1970-01-01T00:00:00Z");
    assertThatThrownBy(() -> Trigger.every(Duration.ofMillis(999))).hasMessageContaining("1 s");
  }

  @Test
  void daily_followsTheClocksOfThePlace() {
    Trigger.AtTimes trigger = Trigger.daily(LocalTime.of(2, 30), BERLIN);
    // put forward at 2:00 on 29 March 2026: 2:30 does not exist, 3:30 stands for it
    assertThat(next(trigger, "2026-03-27T12:00:00Z", 3))
        .containsExactly("2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z");
    // put back at 3:00 on 25 October 2026: 2:30 is there twice, the first counts
    assertThat(next(trigger, "2026-10-24T12:00:00Z", 2))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
  }

  @Test
  void cron_isThatOfUnix() {
    assertThat(next(Trigger.cron("30 2 * * MON-FRI", ZoneOffset.UTC), "2026-03-06T03:00:00Z", 2))
        .containsExactly("2026-03-09T02:30:00Z", "2026-03-10T02:30:00Z");
    assertThat(next(Trigger.cron("0 0 29 2 *", ZoneOffset.UTC), "2026-03-06T03:00:00Z", 1))
        .containsExactly("2028-02-29T00:00:00Z");
    assertThatThrownBy(() -> Trigger.cron("61 * * * *", ZoneOffset.UTC))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Trigger.cron("every day", ZoneOffset.UTC))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
