package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.endolith.Workspace;
import dev.endolith.data.Id;
import dev.endolith.data.Row;
import dev.endolith.serving.AwaitingLog.Joined;
import dev.endolith.tck.Contenders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AwaitingLogTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  private final Workspace workspace = Workspace.inMemory();
  private final PredictionLog stored = PredictionLog.inMemory();
  private final AwaitingLog log = at(NOON);

  @AfterEach
  void close() {
    workspace.close();
  }

  /** Another node at a time of its own. */
  private AwaitingLog at(Instant now) {
    return PredictionLog.awaiting(stored, workspace.state(), DAY, Clock.fixed(now, ZoneOffset.UTC));
  }

  private static Feedback byId(int id, String label) {
    return new Feedback(new Id(1, id), "", label, NOON);
  }

  private static PredictionRecord prediction(int id, String key) {
    return new PredictionRecord(
        new Id(1, id),
        "m",
        key,
        NOON,
        1,
        1,
        Route.CHAMPION,
        Row.copyOf(Constants.TASK.features(), Constants.ask(key)),
        "true",
        new double[0]);
  }

  @Test
  void label_beforeItsPrediction_waitsAndIsJoinedWithTheAppend() {
    assertThat(log.label("m", List.of(byId(1, "true"))))
        .containsExactly(new FeedbackResult.Pending(NOON.plus(DAY)));
    assertThat(log.pending("m")).isEqualTo(1);
    log.append(List.of(prediction(1, "k")));
    assertThat(stored.counts("m")).isEqualTo(new LogCounts(1, 1));
    assertThat(log.pending("m")).isZero();
    assertThat(log.label("m", List.of(byId(1, "false"))))
        .containsExactly(new FeedbackResult.AlreadyKnown("true"));
  }

  /** The state store keeps the label as a crash between joining and taking it out leaves it. */
  @Test
  void join_againAfterACorrection_leavesTheCorrection() {
    log.label("m", List.of(byId(1, "true")));
    String waiting = workspace.state().get("pending-labels.m").orElseThrow().json();
    log.append(List.of(prediction(1, "k")));
    Feedback correction = new Feedback(new Id(1, 1), "", "false", NOON.plusSeconds(1));
    assertThat(log.label("m", List.of(correction)))
        .containsExactly(new FeedbackResult.Corrected(new Id(1, 1), "true"));
    workspace
        .state()
        .put(
            "pending-labels.m",
            workspace.state().get("pending-labels.m").orElseThrow().revision(),
            waiting);

    assertThat(at(NOON).join("m")).isEqualTo(new Joined(1, 0, 0));
    assertThat(stored.counts("m")).isEqualTo(new LogCounts(1, 1, 1));
    assertThat(stored.label("m", List.of(byId(1, "true"))))
        .containsExactly(new FeedbackResult.AlreadyKnown("false"));
  }

  @Test
  void join_labelAndCorrectionThatWait_lastKnownStands() {
    Feedback correction = new Feedback(new Id(1, 1), "", "false", NOON.plusSeconds(1));
    log.label("m", List.of(correction, byId(1, "true")));
    log.label(
        "m",
        List.of(byId(2, "true"), new Feedback(new Id(1, 2), "", "false", NOON.plusSeconds(1))));
    log.append(List.of(prediction(1, "k"), prediction(2, "l")));
    assertThat(stored.counts("m")).isEqualTo(new LogCounts(2, 2, 1));
    assertThat(stored.label("m", List.of(byId(1, "true"), byId(2, "true"))))
        .allMatch(new FeedbackResult.AlreadyKnown("false")::equals);
  }

  @Test
  void label_byKey_waitsToo() {
    log.label("m", List.of(new Feedback(null, "k", "true", NOON)));
    log.append(List.of(prediction(1, "k")));
    assertThat(stored.counts("m").labels()).isEqualTo(1);
  }

  @Test
  void join_onAnotherNode_findsWhatWaits() {
    log.label("m", List.of(byId(1, "true"), byId(2, "false")));
    stored.append(List.of(prediction(2, "k"))); // the node that answered knows of no label
    AwaitingLog other = at(NOON.plusSeconds(60));
    assertThat(other.join("m")).isEqualTo(new Joined(1, 0, 1));
    assertThat(stored.counts("m").labels()).isEqualTo(1);
  }

  @Test
  void join_afterPatience_givesUpAndCounts() {
    log.label("m", List.of(byId(1, "true")));
    assertThat(at(NOON.plus(DAY).minusSeconds(1)).join("m")).isEqualTo(new Joined(0, 0, 1));
    AwaitingLog late = at(NOON.plus(DAY));
    assertThat(late.join("m")).isEqualTo(new Joined(0, 1, 0));
    assertThat(late.expired("m")).isEqualTo(1);
    late.append(List.of(prediction(1, "k")));
    assertThat(stored.counts("m").labels()).isZero();
  }

  @Test
  void label_moreThanFit_areUnknown() {
    List<FeedbackResult> results =
        log.label(
            "m",
            IntStream.range(0, AwaitingLog.MOST_PENDING + 5)
                .mapToObj(i -> byId(i, "true"))
                .toList());
    assertThat(results.stream().filter(FeedbackResult.Pending.class::isInstance))
        .hasSize(AwaitingLog.MOST_PENDING);
    assertThat(results.get(results.size() - 1)).isEqualTo(new FeedbackResult.UnknownPrediction());
  }

  @Test
  void label_andAppendOnEightNodes_joinsEachLabelOnce() {
    Contenders.race(
        8,
        t -> {
          AwaitingLog node = at(NOON);
          for (int i = 0; i < 20; i++) {
            int id = t / 2 * 20 + i;
            if (t % 2 == 0) {
              node.append(List.of(prediction(id, "")));
            } else {
              node.label("m", List.of(byId(id, "true")));
            }
          }
          return t;
        });
    at(NOON).join("m");
    assertThat(stored.counts("m")).isEqualTo(new LogCounts(80, 80));
  }

  @Test
  void awaiting_noPatience_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PredictionLog.awaiting(stored, workspace.state(), Duration.ZERO, Clock.systemUTC()))
        .withMessageContaining("patience must be positive");
  }
}
