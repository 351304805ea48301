package dev.endolith.serving.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/*
 * Reads a body within bounds of size and time. It grows with the bytes that arrive, never with the
 * length that is announced, and a bomb is not unpacked beyond the limit.
 */
final class RequestBody {
  private static final int BUFFER = 8 << 10;

  private final int most;
  private final long nanos;

  /**
   * @param most bytes, both as sent and unpacked
   * @param millis from the first read to the last
   */
  RequestBody(int most, int millis) {
    this.most = most;
    this.nanos = millis * 1_000_000L;
  }

  /**
   * Reads.
   *
   * @param in what is sent
   * @param announced the length that the sender announced, -1 if it did not
   * @param coding the content coding, empty if there is none
   * @throws Problem if it is too large, too slow, or not of its coding
   * @throws IOException if the client went away
   */
  byte[] read(InputStream in, long announced, String coding) throws IOException {
    if (announced > most) {
      throw tooLarge();
    }
    byte[] sent = sent(in);
    return coding.isEmpty() || coding.equals("identity") ? sent : unpacked(sent, coding);
  }

  private byte[] sent(InputStream in) throws IOException {
    long end = System.nanoTime() + nanos;
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (sent.size() + (long) n > most) {
        throw tooLarge();
      }
      if (System.nanoTime() - end > 0) {
        throw tooSlow(); // one byte now and then keeps nothing alive
      }
      sent.write(buffer, 0, n);
    }
    return sent.toByteArray();
  }

  static Problem tooSlow() {
    return new Problem(408, "the request did not arrive in time");
  }

  private Problem tooLarge() {
    return new Problem(413, "a body has at most " + most + " bytes");
  }

  private byte[] unpacked(byte[] sent, String coding) {
    byte[] bytes;
    try (InputStream plain = plain(new ByteArrayInputStream(sent), coding)) {
      bytes = plain.readNBytes(most + 1);
    } catch (IOException e) {
      throw Problem.bad("the body is not " + Problem.shown(coding));
    }
    if (bytes.length > most) {
      throw tooLarge();
    }
    return bytes;
  }

  private static InputStream plain(InputStream sent, String coding) throws IOException {
    return switch (coding) {
      case "gzip", "x-gzip" -> new GZIPInputStream(sent);
      case "deflate" -> new InflaterInputStream(sent);
      default -> throw new Problem(415, "content codings are gzip and deflate");
    };
  }
}
