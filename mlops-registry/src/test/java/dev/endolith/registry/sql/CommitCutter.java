package dev.endolith.registry.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a PostgreSQL and its clients. When it is told to, it passes the next COMMIT on,
 * waits for the server's answer, and cuts the connection instead of passing the answer back.
 */
final class CommitCutter implements AutoCloseable {
  private static final String COMMIT = "COMMIT\0";
  private static final int CHUNK = 8192;

  private final ServerSocket listener;
  private final int server;
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean armed = new AtomicBoolean();
  private final AtomicInteger cuts = new AtomicInteger();

  CommitCutter(int server) throws IOException {
    this.server = server;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    executor.execute(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Cuts at the next COMMIT. */
  void arm() {
    armed.set(true);
  }

  int cuts() {
    return cuts.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        open.add(client);
        Socket connection = new Socket(InetAddress.getLoopbackAddress(), server);
        open.add(connection);
        AtomicBoolean cutting = new AtomicBoolean();
        executor.execute(() -> pass(client, connection, true, cutting));
        executor.execute(() -> pass(connection, client, false, cutting));
      } catch (IOException e) {
        // closed, or the server does not listen: the client sees its connection end
      }
    }
  }

  private void pass(Socket from, Socket to, boolean fromClient, AtomicBoolean cutting) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] chunk = new byte[CHUNK];
      String before = "";
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        if (fromClient) {
          String text = before + new String(chunk, 0, n, StandardCharsets.ISO_8859_1);
          if (text.contains(COMMIT) && armed.compareAndSet(true, false)) {
            cutting.set(true);
          }
          before = text.substring(Math.max(0, text.length() - COMMIT.length() + 1));
        } else if (cutting.get()) {
          cuts.incrementAndGet();
          return;
        }
        out.write(chunk, 0, n);
        out.flush();
      }
    } catch (IOException e) {
      // the other side has ended
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
    executor.shutdownNow();
  }
}
