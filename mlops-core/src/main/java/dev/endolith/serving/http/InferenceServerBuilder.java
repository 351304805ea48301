package dev.endolith.serving.http;

import dev.endolith.serving.Deployment;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Builds an {@link InferenceServer}. Confined to one thread. */
public final class InferenceServerBuilder {
  private final InferenceHandlerBuilder handler = InferenceHandler.builder();
  InetAddress address = InetAddress.getLoopbackAddress();
  int port;
  int connections = 256;
  int requestMillis = 30_000;
  int idleMillis = 60_000;
  int graceMillis = 5_000;
  @Nullable SSLContext tls;

  InferenceServerBuilder() {}

  /**
   * Serves a deployment under its name. It is not closed with the server.
   *
   * @param deployment the deployment
   * @return this
   * @throws IllegalArgumentException if another has its name, or it is named {@code stats}
   */
  public InferenceServerBuilder serve(Deployment<?, ?> deployment) {
    handler.serve(deployment);
    return this;
  }

  /**
   * Sets the port.
   *
   * @param number a port; 0, which it is without this call, for one that is free
   * @return this
   * @throws IllegalArgumentException if it is not in [0, 65535]
   */
  public InferenceServerBuilder port(int number) {
    if (number < 0 || number > 65_535) {
      throw new IllegalArgumentException("a port is in [0, 65535], was " + number);
    }
    this.port = number;
    return this;
  }

  /**
   * Sets the address to listen at. Beyond loopback a token is needed.
   *
   * @param local an address of this machine; loopback without this call
   * @return this
   */
  public InferenceServerBuilder address(InetAddress local) {
    this.address = local;
    return this;
  }

  /**
   * Lets the bearers of a token in; see {@link InferenceHandlerBuilder#token}.
   *
   * @param token at least 16 characters
   * @param role what its bearer may do
   * @return this
   * @throws IllegalArgumentException if it is shorter
   */
  public InferenceServerBuilder token(String token, InferenceRole role) {
    handler.token(token, role);
    return this;
  }

  /**
   * Speaks TLS.
   *
   * @param context holds the server's key
   * @return this
   */
  public InferenceServerBuilder tls(SSLContext context) {
    this.tls = context;
    return this;
  }

  /**
   * Sets what a request may ask for at most.
   *
   * @param most the limits; {@link InferenceLimits#STANDARD} without this call
   * @return this
   */
  public InferenceServerBuilder limits(InferenceLimits most) {
    handler.limits(most);
    return this;
  }

  /**
   * Sets how many connections there may be at once; others wait to be accepted.
   *
   * @param most connections; 256 without this call
   * @return this
   * @throws IllegalArgumentException if it is below 1
   */
  public InferenceServerBuilder connections(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("connections must be at least 1, was " + most);
    }
    this.connections = most;
    return this;
  }

  /**
   * Sets how long the body of a request may take to arrive.
   *
   * @param most the time; 30 s without this call
   * @return this
   * @throws IllegalArgumentException if it is not in [1 ms, 24 d]
   */
  public InferenceServerBuilder requestTimeout(Duration most) {
    this.requestMillis = millis(most);
    return this;
  }

  /**
   * Sets how long a connection may be silent: without a request, or in the middle of one's head.
   *
   * @param most the time; 60 s without this call
   * @return this
   * @throws IllegalArgumentException if it is not in [1 ms, 24 d]
   */
  public InferenceServerBuilder idleTimeout(Duration most) {
    this.idleMillis = millis(most);
    return this;
  }

  /**
   * Sets how long {@link InferenceServer#close()} waits for requests that are being answered.
   *
   * @param most the time; 5 s without this call
   * @return this
   * @throws IllegalArgumentException if it is not in [1 ms, 24 d]
   */
  public InferenceServerBuilder grace(Duration most) {
    this.graceMillis = millis(most);
    return this;
  }

  /**
   * Sets the clock of the statistics.
   *
   * @param source the clock
   * @return this
   */
  public InferenceServerBuilder clock(Clock source) {
    handler.clock(source);
    return this;
  }

  private static int millis(Duration time) {
    long millis = time.toMillis();
    if (millis < 1 || millis > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a time must be in [1 ms, 24 d], was " + time);
    }
    return (int) millis;
  }

  /**
   * Opens the port and begins to answer.
   *
   * @return the server, to be closed
   * @throws IllegalStateException if the port is taken or cannot be opened, or if the address is
   *     beyond loopback and there is no token
   * @throws IllegalArgumentException if a deployment has no task, or its features cannot make rows
   * @throws dev.endolith.error.MissingDependencyException if Jetty is absent
   */
  public InferenceServer start() {
    InferenceHandler built = handler.build();
    if (!address.isLoopbackAddress() && !built.isGuarded()) {
      throw new IllegalStateException(
          "a server beyond loopback needs a token: call token(...), or leave out address(...)");
    }
    return new InferenceServer(this, built);
  }
}
