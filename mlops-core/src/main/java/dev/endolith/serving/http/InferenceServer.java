package dev.endolith.serving.http;

import dev.endolith.error.MissingDependencyException;
import dev.endolith.serving.Deployment;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Answers the Open Inference Protocol, version 2, at a port: HTTP/1.1 by Jetty, whose jar is
 * optional, around an {@link InferenceHandler}, which says how deployments look from outside.
 * Thread-safe.
 *
 * <pre>{@code
 * try (InferenceServer server = InferenceServer.start(8080, deployment)) { ... }
 * }</pre>
 *
 * <p>It listens at loopback unless told otherwise, and has threads for as many requests at once as
 * it may have connections. {@link #close()} lets requests that are being answered finish and
 * returns every thread; the deployments stay open.
 */
public final class InferenceServer implements AutoCloseable {
  private static final String JETTY = "org.eclipse.jetty:jetty-server";

  private final JettyServer jetty;
  private final InferenceHandler handler;
  private final String host;
  private final int port;
  private final boolean secure;
  private final AtomicBoolean closed = new AtomicBoolean();

  InferenceServer(InferenceServerBuilder builder, InferenceHandler handler) {
    this.handler = handler;
    this.host = builder.address.getHostAddress();
    this.secure = builder.tls != null;
    this.jetty = start(builder, handler);
    this.port = jetty.port();
  }

  private static JettyServer start(InferenceServerBuilder builder, InferenceHandler handler) {
    try {
      return JettyServer.start(builder, handler);
    } catch (NoClassDefFoundError e) {
      throw new MissingDependencyException(
          "inference server",
          JETTY,
          "the inference server needs Jetty; add "
              + JETTY
              + " to the class path, or put an InferenceHandler behind a web stack of your own",
          e);
    }
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

  /**
   * The port it listens at.
   *
   * @return the port
   */
  public int port() {
    return port;
  }

  /**
   * Where it answers.
   *
   * @return for example {@code http://127.0.0.1:8080}
   */
  public URI uri() {
    return URI.create(
        (secure ? "https://" : "http://")
            + (host.contains(":") ? "[" + host + "]" : host)
            + ":"
            + port);
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
    if (closed.compareAndSet(false, true)) {
      jetty.stop();
    }
  }
}
