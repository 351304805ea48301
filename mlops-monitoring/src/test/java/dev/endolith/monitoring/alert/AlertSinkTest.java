package dev.endolith.monitoring.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.event.Alert;
import dev.endolith.event.AlertDetails;
import dev.endolith.event.Event;
import dev.endolith.event.EventListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertSinkTest {
  private static Alert alert(Alert.Severity severity, String message) {
    return new Alert(
        "orders",
        3,
        Alert.Kind.DRIFT,
        severity,
        Instant.EPOCH,
        "window-7",
        List.of("amount"),
        message,
        new AlertDetails(
            "ab12",
            "team-orders",
            "https://runbooks.example/drift",
            List.of("amount: PSI 0.40"),
            List.of(Map.of("amount", "99.0", "country", "X\r\nBcc: all@example.com"))));
  }

  @Test
  void to_oneThatFails_keepsNoOtherFromBeingTold() {
    List<Alert> told = new ArrayList<>();
    EventListener listener =
        AlertSink.to(
            alert -> {
              throw new IllegalStateException("down");
            },
            told::add,
            AlertSink.log(),
            ((AlertSink) told::add).only(a -> a.severity() == Alert.Severity.ALARM));
    Alert warning = alert(Alert.Severity.WARNING, "a warning");
    Alert alarm = alert(Alert.Severity.ALARM, "an alarm");

    listener.on(new Event.AlertRaised(warning));
    listener.on(new Event.AlertRaised(alarm));
    listener.on(new Event.Governed("orders", Instant.EPOCH, "somebody"));

    assertThat(told).containsExactly(warning, alarm, alarm);
  }

  @Test
  void mail_namesAllThatHelps_onLinesOfItsOwn() {
    List<String> sent = new ArrayList<>();
    AlertSink.mail(
            (subject, body) -> {
              sent.add(subject);
              sent.add(body);
            })
        .tell(alert(Alert.Severity.ALARM, "amount drifted\nSubject: forged\u2028\u202e"));

    assertThat(sent.get(0)).isEqualTo("[ALARM] DRIFT orders v3");
    assertThat(sent.get(1).lines())
        .containsExactly(
            "amount drifted Subject: forged  ",
            "",
            "Model: orders v3",
            "Window: window-7, until 1970-01-01T00:00:00Z",
            "Reference: ab12",
            "Owner: team-orders",
            "Runbook: https://runbooks.example/drift",
            "Cause: amount: PSI 0.40",
            "Example: {amount=99.0, country=X  Bcc: all@example.com}");
  }

  @Test
  void line_isOneLineOfBoundedLength() {
    String line = AlertText.line(alert(Alert.Severity.ALARM, "x\n".repeat(5_000)));
    assertThat(line).startsWith("DRIFT ALARM at window-7: x x").hasSize(2_000).doesNotContain("\n");
  }
}
