package dev.endolith.serving.http;

import dev.endolith.serving.Deployment;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Builds an {@link InferenceHandler}. Confined to one thread. */
public final class InferenceHandlerBuilder {
  /** A path of the statistics extension, and so no model's name. */
  private static final String RESERVED = "stats";

  final Map<String, Deployment<?, ?>> deployments = new TreeMap<>();
  final Map<String, InferenceRole> tokens = new LinkedHashMap<>();
  InferenceLimits limits = InferenceLimits.STANDARD;
  Clock clock = Clock.systemUTC();

  InferenceHandlerBuilder() {}

  /**
   * Serves a deployment under its name. It is not closed by the handler.
   *
   * @param deployment the deployment
   * @return this
   * @throws IllegalArgumentException if another has its name, or it is named {@code stats}
   */
  public InferenceHandlerBuilder serve(Deployment<?, ?> deployment) {
    String name = deployment.name();
    if (name.equals(RESERVED)) {
      throw new IllegalArgumentException("'stats' is a path of the protocol and no model's name");
    }
    if (deployments.putIfAbsent(name, deployment) != null) {
      throw new IllegalArgumentException("a deployment named '" + name + "' is served already");
    }
    return this;
  }

  /**
   * Lets the bearers of a token in. As soon as one token is given, every call but those of health
   * needs one.
   *
   * @param token at least 16 characters
   * @param role what its bearer may do
   * @return this
   * @throws IllegalArgumentException if it is shorter
   */
  public InferenceHandlerBuilder token(String token, InferenceRole role) {
    if (token.length() < 16) {
      throw new IllegalArgumentException(
          "a token has at least 16 characters, was " + token.length());
    }
    tokens.put(token, role);
    return this;
  }

  /**
   * Sets what a request may ask for at most.
   *
   * @param most the limits; {@link InferenceLimits#STANDARD} without this call
   * @return this
   */
  public InferenceHandlerBuilder limits(InferenceLimits most) {
    this.limits = most;
    return this;
  }

  /**
   * Sets the clock of the statistics.
   *
   * @param source the clock
   * @return this
   */
  public InferenceHandlerBuilder clock(Clock source) {
    this.clock = source;
    return this;
  }

  /**
   * Builds the handler.
   *
   * @return the handler
   * @throws IllegalArgumentException if a deployment has no task, or its features cannot make rows
   */
  public InferenceHandler build() {
    return new InferenceHandler(this);
  }
}
