package dev.endolith.serving.http;

import dev.endolith.serving.Deployment;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Answers the Open Inference Protocol, version 2, at a port: a small HTTP/1.1 server around an
 * {@link InferenceHandler}, which says how deployments look from outside. Thread-safe.
 *
 * <pre>{@code
 * try (InferenceServer server = InferenceServer.start(8080, deployment)) { ... }
 * }</pre>
 *
 * <p>It listens at loopback unless told otherwise, and has a thread for each connection, up to a
 * limit. {@link #close()} lets requests that are being answered finish and returns every thread;
 * the deployments stay open.
 */
public final class InferenceServer implements AutoCloseable {
  private static final int BACKLOG = 128;
  private static final long IDLE_THREAD_SECONDS = 10;
  private static final int REFUSAL_MILLIS = 100;

  private final ServerSocket listener;
  private final InferenceHandler handler;
  private final boolean secure;
  private final Clock clock;
  private final int requestMillis;
  private final int idleMillis;
  private final int graceMillis;
  private final ThreadPoolExecutor workers;
  private final Thread acceptor;
  private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  InferenceServer(InferenceServerBuilder builder, InferenceHandler handler) {
    this.handler = handler;
    this.secure = builder.tls != null;
    this.clock = builder.clock;
    this.requestMillis = builder.requestMillis;
    this.idleMillis = builder.idleMillis;
    this.graceMillis = builder.graceMillis;
    this.listener = listen(builder);
    String name = "endolith-http-" + listener.getLocalPort();
    AtomicInteger number = new AtomicInteger();
    this.workers =
        new ThreadPoolExecutor(
            0,
            builder.connections,
            IDLE_THREAD_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    this.acceptor = new Thread(this::accept, name);
    acceptor.start();
  }

  /**
   * Serves deployments at a port of loopback.
   *
   * @param port the port; 0 for one that is free
   * @param deployments at least one, of different names; not closed with the server
   * @return the server, to be closed
   * @throws IllegalArgumentException if there is no deployment, two have one name, or one cannot be
   *     asked from outside
   * @throws IllegalStateException if the port is taken or cannot be opened
   */
  public static InferenceServer start(int port, Deployment<?, ?>... deployments) {
    if (deployments.length == 0) {
      throw new IllegalArgumentException("a server needs at least one deployment");
    }
    InferenceServerBuilder builder = builder().port(port);
    for (Deployment<?, ?> deployment : deployments) {
      builder.serve(deployment);
    }
    return builder.start();
  }

  /**
   * Starts a server with settings.
   *
   * @return a builder
   */
  public static InferenceServerBuilder builder() {
    return new InferenceServerBuilder();
  }

  private static ServerSocket listen(InferenceServerBuilder builder) {
    ServerSocket socket = null;
    try {
      socket =
          builder.tls == null
              ? new ServerSocket()
              : builder.tls.getServerSocketFactory().createServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(builder.address, builder.port), BACKLOG);
      return socket;
    } catch (IOException e) {
      close(socket);
      throw new IllegalStateException(
          "port " + builder.port + " cannot be opened; take another, or 0 for one that is free", e);
    }
  }

  private static void close(@Nullable ServerSocket socket) {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // it is gone either way
    }
  }

  private void accept() {
    while (!closed.get()) {
      Socket socket;
      try {
        socket = listener.accept();
      } catch (IOException e) {
        continue; // closed, or a client that went away at once
      }
      HttpConnection connection =
          new HttpConnection(socket, handler, clock, requestMillis, idleMillis);
      open.add(connection);
      try {
        workers.execute(
            () -> {
              try {
                connection.run();
              } finally {
                open.remove(connection);
              }
            });
      } catch (RejectedExecutionException e) {
        open.remove(connection);
        refuse(socket, connection);
      }
    }
  }

  /** Answered here, shortly: a thread for it is just what there is not. */
  private void refuse(Socket socket, HttpConnection connection) {
    try {
      if (!secure) {
        socket.setSoTimeout(REFUSAL_MILLIS);
        socket
            .getOutputStream()
            .write(
                HttpConnection.bytes(
                    Answers.error(503, Map.of("Retry-After", "1"), "all connections are in use"),
                    clock,
                    false,
                    false));
        socket.shutdownOutput();
        socket.getInputStream().skip(1 << 16);
      }
    } catch (IOException e) {
      // the client went away
    }
    connection.abort();
  }

  /**
   * The port it listens at.
   *
   * @return the port
   */
  public int port() {
    return listener.getLocalPort();
  }

  /**
   * Where it answers.
   *
   * @return for example {@code http://127.0.0.1:8080}
   */
  public URI uri() {
    String host = listener.getInetAddress().getHostAddress();
    return URI.create(
        (secure ? "https://" : "http://")
            + (host.contains(":") ? "[" + host + "]" : host)
            + ":"
            + port());
  }

  /**
   * The handler behind it.
   *
   * @return the handler
   */
  public InferenceHandler handler() {
    return handler;
  }

  /**
   * Takes no more requests, lets those that are being answered finish for the time of grace, closes
   * all connections and returns every thread. A model that still computes after that is
   * interrupted.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    close(listener);
    boolean interrupted = false;
    try {
      acceptor.join();
      workers.shutdown();
      open.forEach(HttpConnection::finish);
      workers.awaitTermination(graceMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    workers.shutdownNow();
    open.forEach(HttpConnection::abort);
    try {
      workers.awaitTermination(graceMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
