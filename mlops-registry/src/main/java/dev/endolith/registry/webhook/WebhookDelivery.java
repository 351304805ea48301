package dev.endolith.registry.webhook;

import java.time.Duration;

/** What became of a delivery. */
public sealed interface WebhookDelivery {
  /**
   * The receiver has taken it.
   *
   * @param status the HTTP status, 200 to 299
   */
  record Delivered(int status) implements WebhookDelivery {}

  /**
   * It may be taken later; the receiver may have it already.
   *
   * @param after how long the receiver wants to be left alone, zero if it did not say
   * @param reason what went wrong, without anything that the receiver wrote
   */
  record Retry(Duration after, String reason) implements WebhookDelivery {}

  /**
   * Trying again does not help until somebody changes something.
   *
   * @param reason what is wrong, without anything that the receiver wrote
   */
  record GaveUp(String reason) implements WebhookDelivery {}
}
