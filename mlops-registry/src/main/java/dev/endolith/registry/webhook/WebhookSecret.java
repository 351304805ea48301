package dev.endolith.registry.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What sender and receiver share: the secret of <a href="https://www.standardwebhooks.com">Standard
 * Webhooks</a>, of which no text shows anything. Immutable.
 */
public final class WebhookSecret {
  private static final String PREFIX = "whsec_";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int MIN_BYTES = 24;
  private static final int MAX_BYTES = 64;

  private final SecretKeySpec key;

  private WebhookSecret(byte[] secret) {
    this.key = new SecretKeySpec(secret, ALGORITHM);
  }

  /**
   * Reads a secret.
   *
   * @param text {@code whsec_} and the base64 of 24 to 64 random bytes
   * @return the secret
   * @throws IllegalArgumentException if the text is not of that form
   */
  public static WebhookSecret parse(String text) {
    byte[] secret = {};
    if (text.startsWith(PREFIX)) {
      try {
        secret = Base64.getDecoder().decode(text.substring(PREFIX.length()));
      } catch (IllegalArgumentException e) {
        // said below, without the text
      }
    }
    if (secret.length < MIN_BYTES || secret.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a webhook's secret is 'whsec_' and the base64 of 24 to 64 bytes; make one with"
              + " 'openssl rand -base64 32'");
    }
    return new WebhookSecret(secret);
  }

  /** The header {@code webhook-signature}: HMAC-SHA256 over id, time and body. */
  String sign(String id, Instant at, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((id + "." + at.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "WebhookSecret[not shown]";
  }
}
