package dev.endolith.monitoring.alert;

/** The host's way to send mail, to whom it sees fit. */
@FunctionalInterface
public interface AlertMailer {
  /**
   * Sends a mail.
   *
   * @param subject one line without control characters, at most 150 characters
   * @param body plain text
   */
  void send(String subject, String body);
}
