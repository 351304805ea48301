package dev.endolith.registry.webhook;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One POST of HTTP/1.1 (RFC 9112) to an address that was resolved and checked before. Of the answer
 * only status and {@code Retry-After} are read, at most 16 KiB.
 */
final class HttpPost {
  private static final int MAX_HEAD = 16 * 1024;
  private static final long MAX_RETRY_AFTER = Duration.ofDays(1).toSeconds();
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})( .*)?");
  private static final Pattern SECONDS =
      Pattern.compile("(?i)retry-after:[ \\t]*([0-9]{1,9})[ \\t]*");

  private final URI uri;
  private final InetAddress address;
  private final SSLContext tls;
  private final Duration timeout;

  private HttpPost(URI uri, InetAddress address, SSLContext tls, Duration timeout) {
    this.uri = uri;
    this.address = address;
    this.tls = tls;
    this.timeout = timeout;
  }

  static HttpPost to(URI uri, InetAddress address, SSLContext tls, Duration timeout) {
    return new HttpPost(uri, address, tls, timeout);
  }

  WebhookDelivery send(Map<String, String> headers, byte[] body) throws IOException {
    boolean secure = uri.getScheme().equals("https");
    int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
    int millis = (int) timeout.toMillis();
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(address, port), millis);
      plain.setSoTimeout(millis);
      if (!secure) {
        return exchange(plain, headers, body);
      }
      try (SSLSocket socket =
          (SSLSocket) tls.getSocketFactory().createSocket(plain, uri.getHost(), port, true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the name, not the address
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return exchange(socket, headers, body);
      }
    }
  }

  private WebhookDelivery exchange(Socket socket, Map<String, String> headers, byte[] body)
      throws IOException {
    StringBuilder head = new StringBuilder("POST ").append(target()).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(uri.getRawAuthority()).append("\r\n");
    head.append("Content-Type: application/json\r\n");
    head.append("Content-Length: ").append(body.length).append("\r\n");
    head.append("Connection: close\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    OutputStream out = socket.getOutputStream();
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
    return answer(socket);
  }

  private String target() {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  private WebhookDelivery answer(Socket socket) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    int read = 0;
    while (true) {
      String head = head(socket, deadline, MAX_HEAD - read);
      read += head.length();
      String[] lines = head.split("\r?\n", -1);
      Matcher status = STATUS.matcher(lines[0]);
      if (!status.matches()) {
        throw new ProtocolException("no status");
      }
      int code = Integer.parseInt(status.group(1));
      if (code >= 200) { // what is below comes before the answer
        return meaning(code, lines);
      }
    }
  }

  /** Reads up to an empty line; byte by byte, because there is little and the time is bounded. */
  private static String head(Socket socket, long deadline, int limit) throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int newlines = 0;
    while (newlines < 2) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left < 1) {
        throw new SocketTimeoutException("no answer in time");
      }
      socket.setSoTimeout((int) left);
      int next = in.read();
      if (next < 0 || head.size() == limit) {
        throw new ProtocolException("no end of headers");
      }
      head.write(next);
      if (next == '\n') {
        newlines++;
      } else if (next != '\r') {
        newlines = 0;
      }
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static WebhookDelivery meaning(int code, String[] lines) {
    if (code < 300) {
      return new WebhookDelivery.Delivered(code);
    }
    if (code < 400) {
      return new WebhookDelivery.GaveUp(
          "the receiver redirects (status "
              + code
              + "), which is not followed; give the webhook its final address");
    }
    if (code == 410) {
      return new WebhookDelivery.GaveUp("the receiver is gone for good (status 410)");
    }
    long seconds = 0;
    for (String line : lines) {
      Matcher after = SECONDS.matcher(line);
      if (after.matches()) {
        seconds = Math.min(Long.parseLong(after.group(1)), MAX_RETRY_AFTER);
      }
    }
    return new WebhookDelivery.Retry(
        Duration.ofSeconds(seconds), "the receiver answered with status " + code);
  }
}
