package dev.endolith.registry.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.endolith.error.StorageException;
import dev.endolith.event.Event;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final byte[] KEY = "0123456789abcdef0123456789".getBytes(StandardCharsets.UTF_8);
  private static final WebhookSecret SECRET =
      WebhookSecret.parse("whsec_" + Base64.getEncoder().encodeToString(KEY));
  private static final Event EVENT =
      new Event.VersionRegistered("fraud", 3, "0".repeat(64), NOW, "ann");

  private final Receiver receiver = new Receiver();

  @AfterEach
  void close() throws IOException {
    receiver.close();
  }

  /** Answers every connection with the same bytes, and remembers what it was told. */
  private static final class Receiver implements AutoCloseable {
    private final AtomicInteger connections = new AtomicInteger();
    private final Map<String, String> headers = new HashMap<>();
    private ServerSocket server;
    private String request = "";
    private byte[] body = {};

    int start(ServerSocket socket, String answer) {
      server = socket;
      Thread thread = new Thread(() -> serve(answer), "receiver");
      thread.setDaemon(true);
      thread.start();
      return socket.getLocalPort();
    }

    private void serve(String answer) {
      while (!server.isClosed()) {
        try (Socket socket = server.accept()) {
          connections.incrementAndGet();
          read(socket.getInputStream());
          socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
          socket.getOutputStream().flush();
          if (answer.isEmpty()) {
            socket.getInputStream().read(); // until the other side has had enough
          }
        } catch (IOException e) {
          // the other side hung up, or the test is over
        }
      }
    }

    private void read(InputStream in) throws IOException {
      StringBuilder head = new StringBuilder();
      while (!head.toString().endsWith("\r\n\r\n")) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("no request");
        }
        head.append((char) next);
      }
      String[] lines = head.toString().split("\r\n", -1);
      request = lines[0];
      for (int i = 1; i < lines.length - 2; i++) {
        int colon = lines[i].indexOf(':');
        headers.put(
            lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
            lines[i].substring(colon + 1).strip());
      }
      body = in.readNBytes(Integer.parseInt(headers.get("content-length")));
    }

    @Override
    public void close() throws IOException {
      if (server != null) {
        server.close();
      }
    }
  }

  private WebhookDelivery deliver(String answer) throws IOException {
    int port = receiver.start(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()), answer);
    return local(port).deliver("msg_1", EVENT, NOW);
  }

  private static Webhook local(int port) {
    return Webhook.of(
        URI.create("http://localhost:" + port + "/hook?a=b"),
        SECRET,
        EnumSet.allOf(Webhook.Allow.class));
  }

  private static String answer(String status, String... headers) {
    return "HTTP/1.1 " + status + "\r\n" + String.join("", headers) + "Content-Length: 0\r\n\r\n";
  }

  @Test
  void subscriber_delivered_isDone() throws IOException {
    int port =
        receiver.start(
            new ServerSocket(0, 10, InetAddress.getLoopbackAddress()), answer("204 No Content"));

    local(port).subscriber(Clock.fixed(NOW, ZoneOffset.UTC)).on("7", EVENT);

    assertThat(receiver.headers).containsEntry("webhook-id", "7");
  }

  @Test
  void subscriber_notDelivered_throwsToBeToldAgain() throws IOException {
    for (String status : List.of("500 Internal Server Error", "410 Gone")) {
      int port =
          receiver.start(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()), answer(status));

      assertThatThrownBy(
              () -> local(port).subscriber(Clock.fixed(NOW, ZoneOffset.UTC)).on("7", EVENT))
          .as(status)
          .isInstanceOf(StorageException.class);
      receiver.close();
    }
  }

  @Test
  void deliver_isSigned_andSaysWhatHappened() throws Exception {
    assertThat(deliver(answer("204 No Content"))).isEqualTo(new WebhookDelivery.Delivered(204));
    assertThat(receiver.request).isEqualTo("POST /hook?a=b HTTP/1.1");
    assertThat(receiver.headers)
        .containsEntry("webhook-id", "msg_1")
        .containsEntry("webhook-timestamp", Long.toString(NOW.getEpochSecond()))
        .containsEntry("content-type", "application/json");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
    mac.update(("msg_1." + NOW.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8));
    assertThat(receiver.headers)
        .containsEntry(
            "webhook-signature",
            "v1," + Base64.getEncoder().encodeToString(mac.doFinal(receiver.body)));
    JsonNode json = new ObjectMapper().readTree(receiver.body);
    assertThat(json.get("type").textValue()).isEqualTo("version-registered");
    assertThat(json.get("timestamp").textValue()).isEqualTo("2026-03-01T10:00:00Z");
    assertThat(json.get("data").get("model").textValue()).isEqualTo("fraud");
    assertThat(json.get("data").get("version").longValue()).isEqualTo(3);
  }

  @Test
  void interimAnswers_arePassedOver() throws IOException {
    assertThat(deliver("HTTP/1.1 103 Early Hints\r\n\r\n" + answer("200 OK")))
        .isEqualTo(new WebhookDelivery.Delivered(200));
  }

  @Test
  void redirect_isNotFollowed() throws IOException {
    assertThat(deliver(answer("307 x", "Location: http://169.254.169.254/\r\n")))
        .isInstanceOf(WebhookDelivery.GaveUp.class);
    assertThat(receiver.connections).hasValue(1);
  }

  @Test
  void goneReceiver_isGivenUp() throws IOException {
    assertThat(deliver(answer("410 Gone"))).isInstanceOf(WebhookDelivery.GaveUp.class);
  }

  @Test
  void busyReceiver_isLeftAlone_asLongAsItSays() throws IOException {
    assertThat(deliver(answer("503 x", "Retry-After: 120\r\n")))
        .isEqualTo(
            new WebhookDelivery.Retry(
                Duration.ofMinutes(2), "the receiver answered with status 503"));
  }

  @Test
  void retryAfter_isBounded() throws IOException {
    assertThat(deliver(answer("429 x", "retry-after: 999999999\r\n")))
        .isEqualTo(
            new WebhookDelivery.Retry(Duration.ofDays(1), "the receiver answered with status 429"));
  }

  @Test
  void junk_isNoAnswer() throws IOException {
    assertThat(deliver("SSH-2.0-x\r\n\r\n")).isInstanceOf(WebhookDelivery.Retry.class);
  }

  @Test
  void endlessHeaders_areNotRead() throws IOException {
    assertThat(deliver("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(100_000) + "\r\n"))
        .isInstanceOf(WebhookDelivery.Retry.class);
  }

  @Test
  void silence_isBounded() throws IOException {
    int port = receiver.start(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()), "");
    assertThat(local(port).withTimeout(Duration.ofMillis(50)).deliver("x", EVENT, NOW))
        .isInstanceOf(WebhookDelivery.Retry.class);
  }

  @Test
  void privateAddresses_areNotConnectedTo_howeverTheyAreSpelt() throws IOException {
    int port =
        receiver.start(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()), answer("200 OK"));
    for (String host :
        List.of(
            "localhost",
            "127.0.0.1",
            "127.1",
            "2130706433",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[0:0:0:0:0:ffff:7f00:1]",
            "0.0.0.0",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.0.1",
            "100.64.0.1",
            "169.254.169.254",
            "[fd00:ec2::254]",
            "[fe80::1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[2001:0:1::1]",
            "224.0.0.1",
            "255.255.255.255")) {
      URI uri = URI.create("http://" + host + ":" + port + "/");
      if (uri.getHost() == null) {
        continue; // not even an address
      }
      Webhook webhook = Webhook.of(uri, SECRET, EnumSet.of(Webhook.Allow.PLAIN_HTTP));
      assertThat(webhook.deliver("x", EVENT, NOW))
          .as(host)
          .isInstanceOf(WebhookDelivery.GaveUp.class);
    }
    assertThat(receiver.connections).hasValue(0);
  }

  @Test
  void publicAddresses_arePublic() throws IOException {
    for (String address : List.of("1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1")) {
      assertThat(PublicAddress.isPublic(InetAddress.getByName(address))).as(address).isTrue();
    }
    for (String address : List.of("3fff:1::1", "2001:db8::1", "192.0.2.1", "198.19.0.1", "::")) {
      assertThat(PublicAddress.isPublic(InetAddress.getByName(address))).as(address).isFalse();
    }
  }

  @Test
  void nonsense_isRefused() {
    for (String uri :
        List.of("http://a/", "https:///x", "https://u:p@a/", "https://a/#f", "file:///x", "a")) {
      assertThatThrownBy(() -> Webhook.of(URI.create(uri), SECRET))
          .as(uri)
          .isInstanceOf(IllegalArgumentException.class);
    }
    Webhook webhook = Webhook.of(URI.create("https://a/"), SECRET);
    assertThatThrownBy(() -> webhook.deliver("a\r\nb: c", EVENT, NOW))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> webhook.withTimeout(Duration.ofHours(1)))
        .isInstanceOf(IllegalArgumentException.class);
    for (String secret : List.of("", "whsec_", "whsec_AAAA", "whsec_!", "AAAA")) {
      assertThatThrownBy(() -> WebhookSecret.parse(secret))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(SECRET).hasToString("WebhookSecret[not shown]");
  }

  @Test
  void tls_verifiesTheName(@TempDir Path folder) throws Exception {
    SSLContext localhost = certified(folder, "localhost");
    int port =
        receiver.start(
            localhost
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress()),
            answer("200 OK"));
    Webhook webhook =
        Webhook.of(
            URI.create("https://localhost:" + port + "/"),
            SECRET,
            EnumSet.of(Webhook.Allow.PRIVATE_ADDRESSES));
    assertThat(webhook.withTls(localhost).deliver("x", EVENT, NOW))
        .isEqualTo(new WebhookDelivery.Delivered(200));
    assertThat(webhook.deliver("x", EVENT, NOW))
        .isEqualTo(
            new WebhookDelivery.Retry(
                Duration.ZERO, "no trusted connection to the webhook's host could be made"));
    Webhook byAddress =
        Webhook.of(
            URI.create("https://127.0.0.1:" + port + "/"),
            SECRET,
            EnumSet.of(Webhook.Allow.PRIVATE_ADDRESSES));
    assertThat(byAddress.withTls(localhost).deliver("x", EVENT, NOW))
        .isInstanceOf(WebhookDelivery.Retry.class);
  }

  /** A certificate that is its own authority, made by the JDK's own tool. */
  private static SSLContext certified(Path folder, String name) throws Exception {
    Path file = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name,
                "-ext",
                "SAN=dns:" + name,
                "-validity",
                "36500",
                "-keystore",
                file.toString(),
                "-storepass",
                "changeit",
                "-alias",
                "a")
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().readAllBytes();
    assertThat(keytool.waitFor(1, TimeUnit.MINUTES)).isTrue();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory mine = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    mine.init(keys, "changeit".toCharArray());
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(mine.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }
}
