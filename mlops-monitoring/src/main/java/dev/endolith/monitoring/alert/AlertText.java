package dev.endolith.monitoring.alert;

import dev.endolith.event.Alert;
import dev.endolith.event.AlertDetails;
import java.util.Map;

/** Alerts as text. What comes from data is one line, whatever it holds: nobody forges a header. */
final class AlertText {
  private static final int MOST_SUBJECT = 150;
  private static final int MOST_LINE = 2_000;

  private AlertText() {}

  static String subject(Alert alert) {
    return clean(
        "[" + alert.severity() + "] " + alert.kind() + " " + alert.model() + " v" + alert.version(),
        MOST_SUBJECT);
  }

  static String line(Alert alert) {
    AlertDetails details = alert.details();
    String owner = details.owner().isEmpty() ? "" : "; owner " + details.owner();
    String runbook = details.runbook().isEmpty() ? "" : "; see " + details.runbook();
    return clean(
        alert.kind()
            + " "
            + alert.severity()
            + " at "
            + alert.window()
            + ": "
            + alert.message()
            + owner
            + runbook,
        MOST_LINE);
  }

  static String body(Alert alert) {
    AlertDetails details = alert.details();
    StringBuilder body = new StringBuilder();
    add(body, "", alert.message());
    body.append('\n');
    add(body, "Model: ", alert.model() + " v" + alert.version());
    add(body, "Window: ", alert.window() + ", until " + alert.at());
    add(body, "Reference: ", details.profile());
    add(body, "Owner: ", details.owner());
    add(body, "Runbook: ", details.runbook());
    for (String cause : details.causes()) {
      add(body, "Cause: ", cause);
    }
    for (Map<String, String> row : details.rows()) {
      add(body, "Example: ", row.toString());
    }
    return body.toString();
  }

  private static void add(StringBuilder body, String title, String text) {
    if (!text.isEmpty()) {
      body.append(title).append(clean(text, MOST_LINE)).append('\n');
    }
  }

  private static String clean(String text, int most) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .map(
            c ->
                switch (Character.getType(c)) {
                  case Character.CONTROL,
                      Character.FORMAT,
                      Character.LINE_SEPARATOR,
                      Character.PARAGRAPH_SEPARATOR,
                      Character.SURROGATE ->
                      ' ';
                  default -> c;
                })
        .limit(most)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
