package dev.endolith.serving.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * One connection and the requests on it, one after the other.
 *
 * Head and body are sent in one write on a socket without Nagle's delay: two writes would make a
 * client that acknowledges late wait for 40 ms.
 */
final class HttpConnection implements Runnable {
  /** What is read and thrown away after an error, so that the client gets to see the answer. */
  private static final int DRAIN_BYTES = 1 << 20;

  private static final int DRAIN_MILLIS = 500;

  private final Socket socket;
  private final InferenceHandler handler;
  private final Clock clock;
  private final int requestMillis;
  private final int idleMillis;
  private boolean busy = true; // guarded by this
  private boolean closing; // guarded by this

  HttpConnection(
      Socket socket, InferenceHandler handler, Clock clock, int requestMillis, int idleMillis) {
    this.socket = socket;
    this.handler = handler;
    this.clock = clock;
    this.requestMillis = requestMillis;
    this.idleMillis = idleMillis;
  }

  @Override
  public void run() {
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(requestMillis);
      Paced in = new Paced(socket.getInputStream());
      BufferedInputStream buffered = new BufferedInputStream(in);
      OutputStream out = socket.getOutputStream();
      HttpReader reader = new HttpReader(buffered, out, handler.limits().bodyBytes());
      while (next(buffered, in)) {
        if (!serve(reader, in, out)) {
          break;
        }
      }
    } catch (IOException e) {
      // the client went away, was too slow, or spoke no TLS: there is nobody to tell
    }
  }

  /** Waits for a request's first byte, during which the connection may be closed. */
  private boolean next(InputStream buffered, Paced in) throws IOException {
    synchronized (this) {
      if (closing) {
        return false;
      }
      busy = false;
    }
    in.deadline(idleMillis);
    buffered.mark(1);
    boolean some;
    try {
      some = buffered.read() >= 0;
    } catch (SocketTimeoutException e) {
      return false;
    }
    synchronized (this) {
      busy = true;
    }
    if (some) {
      buffered.reset();
    }
    return some;
  }

  private boolean serve(HttpReader reader, Paced in, OutputStream out) throws IOException {
    in.deadline(requestMillis);
    HttpReader.@Nullable Head head = null;
    InferenceResponse response;
    boolean keep;
    try {
      head = reader.head();
      if (head == null) {
        return false;
      }
      byte[] body = reader.body(head);
      keep = head.keep();
      response =
          handler.handle(new InferenceRequest(head.method(), head.target(), head.headers(), body));
    } catch (Problem e) {
      keep = false; // where the next request begins is not known
      response = Answers.error(e.status(), e.headers(), String.valueOf(e.getMessage()));
    } catch (SocketTimeoutException e) {
      keep = false;
      response = Answers.error(408, Map.of(), "the request did not arrive in time");
    }
    synchronized (this) {
      keep &= !closing;
    }
    boolean noBody = head != null && head.method().equals("HEAD");
    out.write(bytes(response, clock, keep, noBody));
    out.flush();
    if (!keep) {
      drain(in);
    }
    return keep;
  }

  /** Closing a socket with unread bytes would reset it, and take the answer from the client. */
  private void drain(Paced in) throws IOException {
    socket.shutdownOutput();
    in.deadline(DRAIN_MILLIS);
    byte[] waste = new byte[8192];
    int drained = 0;
    while (drained < DRAIN_BYTES) {
      int n = in.read(waste, 0, waste.length);
      if (n < 0) {
        return;
      }
      drained += n;
    }
  }

  static byte[] bytes(InferenceResponse response, Clock clock, boolean keep, boolean noBody) {
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(response.status()).append(' ');
    head.append(reason(response.status())).append("\r\n");
    response.headers().forEach((name, value) -> header(head, name, value));
    header(head, "Content-Length", Integer.toString(response.body().length));
    header(
        head,
        "Date",
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC)));
    if (!keep) {
      header(head, "Connection", "close");
    }
    head.append("\r\n");
    byte[] first = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    if (noBody) {
      return first;
    }
    byte[] all = new byte[first.length + response.body().length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(response.body(), 0, all, first.length, response.body().length);
    return all;
  }

  private static void header(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 408 -> "Request Timeout";
      case 413 -> "Content Too Large";
      case 415 -> "Unsupported Media Type";
      case 431 -> "Request Header Fields Too Large";
      case 501 -> "Not Implemented";
      case 503 -> "Service Unavailable";
      case 505 -> "HTTP Version Not Supported";
      default -> "Internal Server Error";
    };
  }

  /** Lets the request that is being answered finish, and no other begin. */
  void finish() {
    synchronized (this) {
      closing = true;
      if (busy) {
        return;
      }
    }
    abort();
  }

  /** Ends the connection wherever it is. */
  void abort() {
    try {
      socket.close();
    } catch (IOException e) {
      // it is gone either way
    }
  }

  /** A stream whose reads end together at a deadline: one byte now and then keeps nothing alive. */
  private final class Paced extends InputStream {
    private final InputStream in;
    private long end;

    Paced(InputStream in) {
      this.in = in;
    }

    void deadline(int millis) {
      end = System.nanoTime() + millis * 1_000_000L;
    }

    private void pace() throws IOException {
      long left = (end - System.nanoTime()) / 1_000_000L;
      if (left <= 0) {
        throw new SocketTimeoutException("the request did not arrive in time");
      }
      socket.setSoTimeout((int) left);
    }

    @Override
    public int read() throws IOException {
      pace();
      return in.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      pace();
      return in.read(into, offset, length);
    }
  }
}
