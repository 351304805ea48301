package dev.endolith.serving.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/*
 * Reads HTTP/1.1 requests (RFC 9112) from a connection, strictly: what could be read in two ways
 * (two lengths, a length beside chunks, folded headers, a bare carriage return) is refused, because a
 * proxy in front may read it the other way. Confined to one thread.
 *
 * A body grows with the bytes that arrive, never with the length that is announced.
 */
final class HttpReader {
  private static final int MOST_LINE = 8 << 10;
  private static final int MOST_HEAD = 64 << 10;
  private static final int BUFFER = 8 << 10;
  private static final Pattern METHOD = Pattern.compile("[A-Z]{1,16}");
  private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
  private static final Pattern CHUNK = Pattern.compile("[0-9a-fA-F]{1,8}");
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final InputStream in;
  private final OutputStream out;
  private final int mostBody;
  private int headBytes;

  HttpReader(InputStream in, OutputStream out, int mostBody) {
    this.in = in;
    this.out = out;
    this.mostBody = mostBody;
  }

  /**
   * Reads a request's line and headers.
   *
   * @return null if the connection ends before a request begins
   * @throws Problem if it is no request; the connection cannot be used any more
   */
  @Nullable Head head() throws IOException {
    headBytes = 0;
    String line = line(true);
    if (line != null && line.isEmpty()) {
      line = line(true); // one empty line before a request is forgiven (RFC 9112, 2.2)
    }
    if (line == null) {
      return null;
    }
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || !METHOD.matcher(parts[0]).matches() || parts[1].isEmpty()) {
      throw Problem.bad("not an HTTP request");
    }
    if (!parts[2].equals("HTTP/1.1") && !parts[2].equals("HTTP/1.0")) {
      throw new Problem(505, "this server speaks HTTP/1.1");
    }
    boolean old = parts[2].endsWith("0");
    Map<String, String> headers = headers();
    if (!old && !headers.containsKey("host")) {
      throw Problem.bad("a request has the header Host");
    }
    String connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
    boolean keep = old ? connection.contains("keep-alive") : !connection.contains("close");
    return new Head(parts[0], origin(parts[1]), headers, keep);
  }

  /** The path of a target that a client of a proxy writes with its host. */
  private static String origin(String target) {
    if (target.startsWith("http://") || target.startsWith("https://")) {
      int path = target.indexOf('/', target.indexOf("//") + 2);
      return path < 0 ? "/" : target.substring(path);
    }
    return target;
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (String line = required(); !line.isEmpty(); line = required()) {
      int colon = line.indexOf(':');
      if (colon < 1 || !HEADER.matcher(line.substring(0, colon)).matches()) {
        throw Problem.bad("a header line is not well-formed");
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).strip();
      String before = headers.putIfAbsent(name, value);
      if (before != null) {
        switch (name) {
          case "content-length",
              "transfer-encoding",
              "host",
              "authorization",
              "content-encoding",
              "inference-header-content-length" ->
              throw Problem.bad("header " + name + " is given twice");
          default -> headers.put(name, before + ", " + value);
        }
      }
    }
    return headers;
  }

  /** Reads the body that a request's headers announce, decompressed. */
  byte[] body(Head head) throws IOException {
    String length = head.headers().get("content-length");
    String transfer = head.headers().get("transfer-encoding");
    if (length != null && transfer != null) {
      throw Problem.bad("a body has a length or chunks, not both");
    }
    if (transfer != null && !transfer.equalsIgnoreCase("chunked")) {
      throw new Problem(501, "the only transfer coding is chunked");
    }
    long announced = 0;
    if (length != null) {
      if (!LENGTH.matcher(length).matches()) {
        throw Problem.bad("Content-Length is a number of bytes");
      }
      announced = Long.parseLong(length);
      if (announced > mostBody) {
        throw tooLarge();
      }
    }
    if ("100-continue".equalsIgnoreCase(head.headers().get("expect"))) {
      out.write(CONTINUE);
      out.flush();
    }
    byte[] body = transfer == null ? exactly((int) announced) : chunks();
    return decompressed(body, head.headers().getOrDefault("content-encoding", "identity"));
  }

  private byte[] exactly(int length) throws IOException {
    byte[] body = in.readNBytes(length); // grows as bytes come
    if (body.length < length) {
      throw new EOFException("the body ends early");
    }
    return body;
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      String line = required();
      int extension = line.indexOf(';');
      String size = (extension < 0 ? line : line.substring(0, extension)).strip();
      if (!CHUNK.matcher(size).matches()) {
        throw Problem.bad("a chunk has no size");
      }
      long length = Long.parseLong(size, 16);
      if (length > mostBody - body.size()) {
        throw tooLarge();
      }
      if (length == 0) {
        headBytes = 0;
        headers(); // trailers, of which none matters
        return body.toByteArray();
      }
      body.writeBytes(exactly((int) length));
      if (!required().isEmpty()) {
        throw Problem.bad("a chunk is longer than its size");
      }
      headBytes = 0;
    }
  }

  private byte[] decompressed(byte[] body, String coding) throws IOException {
    InputStream source = new ByteArrayInputStream(body);
    InputStream plain;
    switch (coding.toLowerCase(Locale.ROOT)) {
      case "identity" -> {
        return body;
      }
      case "gzip", "x-gzip" -> plain = gzip(source);
      case "deflate" -> plain = new InflaterInputStream(source);
      default -> throw new Problem(415, "content codings are gzip and deflate");
    }
    byte[] bytes;
    try (plain) {
      bytes = plain.readNBytes(mostBody + 1); // a bomb is not unpacked beyond the limit
    } catch (IOException e) {
      throw Problem.bad("the body is not " + Problem.shown(coding));
    }
    if (bytes.length > mostBody) {
      throw tooLarge();
    }
    return bytes;
  }

  private static InputStream gzip(InputStream source) {
    try {
      return new GZIPInputStream(source);
    } catch (IOException e) {
      throw Problem.bad("the body is not gzip");
    }
  }

  private Problem tooLarge() {
    return new Problem(413, "a body has at most " + mostBody + " bytes");
  }

  private String required() throws IOException {
    String line = line(false);
    if (line == null) {
      throw new EOFException("the request ends early");
    }
    return line;
  }

  private @Nullable String line(boolean mayEnd) throws IOException {
    StringBuilder line = new StringBuilder(BUFFER / 64);
    while (true) {
      int c = in.read();
      if (c < 0) {
        if (mayEnd && line.isEmpty()) {
          return null;
        }
        throw new EOFException("the request ends early");
      }
      if (++headBytes > MOST_HEAD || line.length() > MOST_LINE) {
        throw new Problem(431, "a line has at most " + MOST_LINE + " bytes, headers " + MOST_HEAD);
      }
      if (c == '\n') {
        return line.toString();
      }
      if (c == '\r') {
        if (in.read() != '\n') {
          throw Problem.bad("a line ends with a carriage return and a line feed");
        }
        return line.toString();
      }
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        throw Problem.bad("a control character stands in a header");
      }
      line.append((char) c); // ISO-8859-1, as HTTP has it
    }
  }

  /**
   * A request without its body.
   *
   * @param keep whether the connection may be used again
   */
  record Head(String method, String target, Map<String, String> headers, boolean keep) {}
}
