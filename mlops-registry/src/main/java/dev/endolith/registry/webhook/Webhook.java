package dev.endolith.registry.webhook;

import dev.endolith.data.CanonicalJson;
import dev.endolith.error.StorageException;
import dev.endolith.event.Event;
import dev.endolith.registry.Subscriber;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * Delivers events to one address over HTTPS, signed as <a
 * href="https://www.standardwebhooks.com">Standard Webhooks</a> has it. The host's name is resolved
 * once, every address it has must be a public one, and the connection is made to the address that
 * was checked, so that a name cannot mean something else a moment later. Redirects are not followed
 * and nothing that the receiver writes is handed on. Immutable.
 *
 * <p>The connection is made by hand, not by {@code java.net.http}: that client resolves the name
 * again by itself.
 */
public final class Webhook {
  /** What a webhook may do only if it was said to. */
  public enum Allow {
    /** Deliver without TLS. */
    PLAIN_HTTP,
    /** Deliver into the host's own network, for example to a receiver beside it. */
    PRIVATE_ADDRESSES
  }

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final URI uri;
  private final WebhookSecret secret;
  private final Set<Allow> allowed;
  private final Duration timeout;
  private final Optional<SSLContext> tls;

  private Webhook(
      URI uri,
      WebhookSecret secret,
      Set<Allow> allowed,
      Duration timeout,
      Optional<SSLContext> tls) {
    this.uri = uri;
    this.secret = secret;
    this.allowed = allowed;
    this.timeout = timeout;
    this.tls = tls;
  }

  /**
   * A webhook with a timeout of 5 seconds and the certificates of the Java platform.
   *
   * @param uri where to; {@code https}, with a host, without user and fragment
   * @param secret what the receiver verifies with
   * @return the webhook
   * @throws IllegalArgumentException if the address is not of that form
   */
  public static Webhook of(URI uri, WebhookSecret secret) {
    return of(uri, secret, EnumSet.noneOf(Allow.class));
  }

  /**
   * A webhook that may do more.
   *
   * @param uri where to; with a host, without user and fragment
   * @param secret what the receiver verifies with
   * @param allowed what it may do beyond the usual
   * @return the webhook
   * @throws IllegalArgumentException if the address is not of that form
   */
  public static Webhook of(URI uri, WebhookSecret secret, Set<Allow> allowed) {
    String scheme = String.valueOf(uri.getScheme());
    boolean plain = allowed.contains(Allow.PLAIN_HTTP) && scheme.equals("http");
    if ((!scheme.equals("https") && !plain)
        || uri.getHost() == null
        || uri.getRawUserInfo() != null
        || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "a webhook's address is https://host/path, without user and fragment; http must be"
              + " allowed");
    }
    return new Webhook(uri, secret, Set.copyOf(allowed), TIMEOUT, Optional.empty());
  }

  /**
   * The same webhook with another timeout.
   *
   * @param limit how long connecting may take, and from then on how long the answer
   * @return the webhook
   * @throws IllegalArgumentException if the limit is not between 1 millisecond and 1 minute
   */
  public Webhook withTimeout(Duration limit) {
    if (limit.toMillis() < 1 || limit.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException("a timeout is 1 ms to 1 minute, was " + limit);
    }
    return new Webhook(uri, secret, allowed, limit, tls);
  }

  /**
   * The same webhook that trusts other certificates, for example of a company's own authority.
   *
   * @param context what verifies the receiver's certificate
   * @return the webhook
   */
  public Webhook withTls(SSLContext context) {
    return new Webhook(uri, secret, allowed, timeout, Optional.of(context));
  }

  /**
   * Delivers an event once. Blocks until it is answered, or the timeout is over.
   *
   * @param id the delivery's id, the same whenever it is tried again, so that the receiver can tell
   *     a repetition; 1 to 128 letters, digits and {@code . _ -}
   * @param event the event
   * @param now the time of this try
   * @return what became of it
   * @throws IllegalArgumentException if the id is not of that form
   */
  public WebhookDelivery deliver(String id, Event event, Instant now) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "a delivery's id has 1 to 128 letters, digits and '.', '_', '-'");
    }
    byte[] body = body(event);
    try {
      InetAddress[] addresses = InetAddress.getAllByName(uri.getHost());
      if (!allowed.contains(Allow.PRIVATE_ADDRESSES)) {
        for (InetAddress address : addresses) {
          if (!PublicAddress.isPublic(address)) {
            return new WebhookDelivery.GaveUp(
                "the webhook's host has an address that is not of the public internet");
          }
        }
      }
      Map<String, String> headers =
          Map.of(
              "webhook-id", id,
              "webhook-timestamp", Long.toString(now.getEpochSecond()),
              "webhook-signature", secret.sign(id, now, body));
      SSLContext context = tls.isPresent() ? tls.get() : SSLContext.getDefault();
      return HttpPost.to(uri, addresses[0], context, timeout).send(headers, body);
    } catch (UnknownHostException e) {
      return retry("the webhook's host is not known");
    } catch (SSLException e) {
      return retry("no trusted connection to the webhook's host could be made");
    } catch (IOException e) {
      return retry("the webhook's host did not answer in time, or not in HTTP");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no TLS", e);
    }
  }

  /**
   * This webhook as a subscriber of a {@link dev.endolith.registry.Relay}, which tries again what
   * was not taken, also after a crash.
   *
   * <pre>{@code
   * workspace.relay().subscribe("release-bot", webhook.subscriber(workspace.clock()));
   * }</pre>
   *
   * @param clock gives the time of each try
   * @return the subscriber
   */
  public Subscriber subscriber(Clock clock) {
    return (id, event) -> {
      WebhookDelivery delivery = deliver(id, event, clock.instant());
      if (delivery instanceof WebhookDelivery.Retry retry) {
        throw new StorageException("deliver", retry.reason() + "; it is tried again");
      }
      if (delivery instanceof WebhookDelivery.GaveUp gaveUp) {
        throw new StorageException("deliver", gaveUp.reason() + "; see to the receiver");
      }
    };
  }

  private static WebhookDelivery retry(String reason) {
    return new WebhookDelivery.Retry(Duration.ZERO, reason);
  }

  /** Type, time and data, as Standard Webhooks proposes. */
  static byte[] body(Event event) {
    String type = event.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-");
    return CanonicalJson.write(
            Map.of(
                "type",
                type.toLowerCase(java.util.Locale.ROOT),
                "timestamp",
                event.at(),
                "data",
                event))
        .getBytes(StandardCharsets.UTF_8);
  }
}
