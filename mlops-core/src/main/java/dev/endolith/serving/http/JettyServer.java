package dev.endolith.serving.http;

import java.util.Map;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Jetty behind an InferenceHandler: one connector, HTTP/1.1 read strictly. What could be read in two
 * ways (two lengths, a length beside chunks, folded headers) is refused, because a proxy in front may
 * read it the other way.
 */
final class JettyServer {
  private static final Logger LOG = LoggerFactory.getLogger(JettyServer.class);
  private static final int MOST_HEAD = 16 << 10;

  /** Requests that are answered at once; others wait, on no thread. */
  private static final int MOST_AT_ONCE = 64;

  /** One accepts, one selects, the others are those that Jetty reserves. */
  private static final int OWN_THREADS = 4;

  /** For connections that wait for a request when the server closes. */
  private static final int LAST_IDLE_MILLIS = 50;

  private final Server server;
  private final ServerConnector connector;

  private JettyServer(Server server, ServerConnector connector) {
    this.server = server;
    this.connector = connector;
  }

  /**
   * Opens the port and begins to answer.
   *
   * @throws IllegalStateException if the port is taken or cannot be opened
   */
  static JettyServer start(InferenceServerBuilder settings, InferenceHandler handler) {
    QueuedThreadPool threads =
        new QueuedThreadPool(
            Math.min(settings.connections, MOST_AT_ONCE) + OWN_THREADS, OWN_THREADS);
    threads.setDaemon(true);
    Server server = new Server(threads);
    ServerConnector connector = connector(server, settings);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(settings.connections, connector));
    server.setHandler(new GracefulHandler(new JettyEndpoint(handler, settings.requestMillis)));
    server.setErrorHandler(
        (request, response, callback) -> {
          int status = response.getStatus();
          JettyEndpoint.write(
              Answers.error(status, Map.of(), HttpStatus.getMessage(status)), response, callback);
          return true;
        });
    server.setStopTimeout(settings.graceMillis);
    try {
      connector.open();
      threads.setName("endolith-http-" + connector.getLocalPort());
      server.start();
    } catch (Exception e) {
      stop(server);
      throw new IllegalStateException(
          "port " + settings.port + " cannot be opened; take another, or 0 for one that is free",
          e);
    }
    return new JettyServer(server, connector);
  }

  private static ServerConnector connector(Server server, InferenceServerBuilder settings) {
    HttpConfiguration http = new HttpConfiguration();
    http.setHttpCompliance(HttpCompliance.STRICT);
    http.setUriCompliance(UriCompliance.DEFAULT);
    http.setRequestHeaderSize(MOST_HEAD);
    http.setSendServerVersion(false);
    http.setIdleTimeout(settings.requestMillis);
    HttpConnectionFactory plain = new HttpConnectionFactory(http);
    ServerConnector connector =
        settings.tls == null
            ? new ServerConnector(server, 1, 1, plain)
            : new ServerConnector(server, 1, 1, tls(settings, plain), plain);
    connector.setHost(settings.address.getHostAddress());
    connector.setPort(settings.port);
    connector.setIdleTimeout(settings.idleMillis);
    connector.setShutdownIdleTimeout(LAST_IDLE_MILLIS);
    return connector;
  }

  private static SslConnectionFactory tls(
      InferenceServerBuilder settings, HttpConnectionFactory then) {
    SslContextFactory.Server context = new SslContextFactory.Server();
    context.setSslContext(settings.tls);
    return new SslConnectionFactory(context, then.getProtocol());
  }

  int port() {
    return connector.getLocalPort();
  }

  /** Lets requests that are being answered finish for the time of grace. */
  void stop() {
    stop(server);
  }

  private static void stop(Server server) {
    try {
      server.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("The inference server did not end cleanly: {}", e.getClass().getName());
    }
  }
}
