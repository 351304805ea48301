package dev.endolith.serving.http;

import dev.endolith.serving.Deployment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Open Inference Protocol, version 2 (REST), as a function from request to response, for hosts
 * that have a web stack of their own. With the extensions for binary tensors, statistics and the
 * model repository. Thread-safe; opens nothing and so has nothing to close.
 *
 * <p>A deployment is a model under its name. Its inputs are the task's fields, one tensor of shape
 * {@code [rows]} or {@code [rows, 1]} each; where all are numbers, one FP64 tensor {@code features}
 * of shape {@code [rows, fields]} in schema order will do. A field that is nullable may be left
 * out, NaN, an empty text or JSON's null. Outputs are {@code label}, {@code scores} (for labels in
 * the order that the metadata's property {@code labels} names), {@code prediction_id}, under which
 * feedback may arrive, and {@code version}. The request's parameter {@code key} sticks the caller
 * to one side of a rollout; {@code within_ms} says how long the caller waits, after which it is
 * answered 504. Limits per caller tell bearers of different tokens apart; a caller beyond its limit
 * is answered 429 with the time to wait.
 *
 * <p>One bad row fails its request, before any row is predicted. Messages name rows (from 0) and
 * columns, never values.
 */
public final class InferenceHandler {
  private static final Logger LOG = LoggerFactory.getLogger(InferenceHandler.class);
  private static final String REQUEST_ID = "x-request-id";
  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,128}");
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");
  private static final List<String> EXTENSIONS =
      List.of("binary_tensor_data", "statistics", "model_repository");

  private static final List<String> OPEN_API = List.of("openapi.json");

  /** What is done to a model of the repository; needs a role of its own. */
  private static final Set<String> MANAGING = Set.of("load", "unload");

  private final Map<String, ModelEndpoint<?, ?>> models = new TreeMap<>();
  private final Tokens tokens;
  private final InferenceLimits limits;
  private final InferenceReader reader;
  private final byte[] openApi;

  InferenceHandler(InferenceHandlerBuilder builder) {
    this.tokens = new Tokens(builder.tokens);
    this.limits = builder.limits;
    this.reader = new InferenceReader(builder.limits);
    this.openApi = openApiDocument();
    builder.deployments.forEach(
        (name, deployment) -> models.put(name, endpoint(deployment, limits, builder.clock)));
  }

  private static <X, Y> ModelEndpoint<X, Y> endpoint(
      Deployment<X, Y> deployment, InferenceLimits limits, Clock clock) {
    return new ModelEndpoint<>(deployment, limits, clock);
  }

  /**
   * Starts a handler.
   *
   * @return a builder
   */
  public static InferenceHandlerBuilder builder() {
    return new InferenceHandlerBuilder();
  }

  /**
   * What a request may ask for at most.
   *
   * @return the limits
   */
  public InferenceLimits limits() {
    return limits;
  }

  /** Whether callers must show a token. */
  boolean isGuarded() {
    return !tokens.isEmpty();
  }

  /**
   * Answers. Never throws: a failure is a response with an {@code error}.
   *
   * @param request the request
   * @return the response
   */
  public InferenceResponse handle(InferenceRequest request) {
    return handle(request, "");
  }

  /**
   * Answers a caller that the host knows, for limits per caller. Never throws.
   *
   * @param request the request
   * @param caller who asks; empty to tell callers apart by their tokens
   * @return the response
   */
  public InferenceResponse handle(InferenceRequest request, String caller) {
    return answer(request, () -> Optional.of(route(request, caller))).orElseThrow();
  }

  /**
   * What a request is refused with whatever its body: a path that is none, no token, or one whose
   * role does not suffice. A host asks before it reads a body, so that nobody without a token makes
   * it hold or unpack one. Never throws.
   *
   * @param head the request without its body
   * @return the refusal; empty if the body is to be read
   */
  public Optional<InferenceResponse> refuses(InferenceRequest head) {
    return answer(
        head,
        () -> {
          admit(head);
          return Optional.empty();
        });
  }

  private static Optional<InferenceResponse> answer(
      InferenceRequest request, Supplier<Optional<InferenceResponse>> answering) {
    Optional<InferenceResponse> answered;
    try {
      answered = answering.get();
    } catch (Problem e) {
      answered =
          Optional.of(Answers.error(e.status(), e.headers(), String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      LOG.warn("A request failed with {}", e.getClass().getName()); // its text may hold values
      answered = Optional.of(Answers.error(500, Map.of(), "internal error"));
    }
    String id = request.header(REQUEST_ID).orElse("");
    return VISIBLE.matcher(id).matches()
        ? answered.map(response -> response.with("X-Request-Id", id))
        : answered;
  }

  /**
   * Who asks, by the head of the request alone; the caller's name, empty if there are no tokens.
   */
  private String admit(InferenceRequest head) {
    List<String> path = path(head.path());
    if (path.equals(OPEN_API)) {
      verb(head, "GET");
      return "";
    }
    if (path.isEmpty() || !path.get(0).equals("v2")) {
      throw nothing();
    }
    if (path.size() > 1 && path.get(1).equals("health")) {
      verb(head, "GET");
      return "";
    }
    boolean manages =
        path.size() == 5 && path.get(1).equals("repository") && MANAGING.contains(path.get(4));
    return authorize(head, manages ? InferenceRole.ADMIN : InferenceRole.INFER);
  }

  private InferenceResponse route(InferenceRequest request, String named) {
    long started = System.nanoTime();
    String bearer = admit(request);
    String caller = named.isEmpty() ? bearer : named;
    List<String> path = path(request.path());
    if (path.equals(OPEN_API)) {
      return new InferenceResponse(200, Map.of("Content-Type", "application/json"), openApi);
    }
    List<String> rest = path.subList(1, path.size());
    if (!rest.isEmpty() && rest.get(0).equals("health")) {
      return health(rest);
    }
    if (rest.isEmpty()) {
      verb(request, "GET");
      return server();
    }
    return switch (rest.get(0)) {
      case "models" -> model(request, rest, caller, started);
      case "repository" -> repository(request, rest);
      default -> throw nothing();
    };
  }

  private InferenceResponse health(List<String> path) {
    if (path.size() != 2) {
      throw nothing();
    }
    boolean live = path.get(1).equals("live");
    if (!live && !path.get(1).equals("ready")) {
      throw nothing();
    }
    boolean ready = isReady();
    return Answers.json(
        live || ready ? 200 : 503,
        live || ready ? Map.of() : Map.of("Retry-After", "1"),
        json -> {
          json.writeStartObject();
          json.writeBooleanField("live", true);
          if (!live) {
            json.writeBooleanField("ready", ready);
          }
          json.writeEndObject();
        });
  }

  /**
   * Whether every deployment answers and there is one; what {@code /v2/health/ready} says.
   *
   * @return false as well if all models were unloaded
   */
  public boolean isReady() {
    return models.values().stream().anyMatch(ModelEndpoint::isLoaded)
        && models.values().stream()
            .filter(ModelEndpoint::isLoaded)
            .allMatch(ModelEndpoint::isReady);
  }

  private static InferenceResponse server() {
    return Answers.json(
        json -> {
          json.writeStartObject();
          json.writeStringField("name", "endolith");
          json.writeStringField("version", version());
          json.writeArrayFieldStart("extensions");
          for (String extension : EXTENSIONS) {
            json.writeString(extension);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static String version() {
    String version = InferenceHandler.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0" : version;
  }

  private InferenceResponse model(
      InferenceRequest request, List<String> path, String caller, long started) {
    if (path.size() == 2 && path.get(1).equals("stats")) {
      verb(request, "GET");
      return statistics(List.copyOf(models.values()));
    }
    if (path.size() < 2) {
      throw nothing();
    }
    ModelEndpoint<?, ?> model = named(path.get(1));
    String version = null;
    int next = 2;
    if (path.size() > 3 && path.get(2).equals("versions")) {
      version = path.get(3);
      next = 4;
    }
    if (path.size() == next) {
      verb(request, "GET");
      model.check(version);
      return Answers.json(model::metadata);
    }
    if (path.size() > next + 1) {
      throw nothing();
    }
    switch (path.get(next)) {
      case "ready" -> {
        verb(request, "GET");
        model.check(version);
        boolean ready = model.isReady();
        return Answers.json(
            ready ? 200 : 503,
            Map.of(),
            json -> {
              json.writeStartObject();
              json.writeStringField("name", model.name());
              json.writeBooleanField("ready", ready);
              json.writeEndObject();
            });
      }
      case "stats" -> {
        verb(request, "GET");
        model.check(version);
        return statistics(List.of(model));
      }
      case "infer" -> {
        verb(request, "POST");
        try {
          return infer(model, request, version, caller, started);
        } catch (RuntimeException e) {
          model.statistics().failed(System.nanoTime() - started);
          throw e;
        }
      }
      default -> throw nothing();
    }
  }

  private InferenceResponse infer(
      ModelEndpoint<?, ?> model,
      InferenceRequest request,
      @Nullable String version,
      String caller,
      long started) {
    byte[] body = request.body();
    if (body.length > limits.bodyBytes()) {
      throw new Problem(413, "a body has at most " + limits.bodyBytes() + " bytes");
    }
    model.checkReady();
    String length = request.header(Answers.HEADER_LENGTH).orElse(null);
    int header = -1;
    if (length != null) {
      if (!DIGITS.matcher(length).matches() || Integer.parseInt(length) > body.length) {
        throw Problem.bad(
            Answers.HEADER_LENGTH + " is a number of bytes, at most the body's " + body.length);
      }
      header = Integer.parseInt(length);
    }
    Inference inference = header == 0 ? model.raw(body) : reader.read(body, header);
    return model.infer(inference, version, caller, started);
  }

  private static InferenceResponse statistics(List<ModelEndpoint<?, ?>> of) {
    return Answers.json(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("model_stats");
          for (ModelEndpoint<?, ?> model : of) {
            model.statistics().write(json, model.name(), model.champion());
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private InferenceResponse repository(InferenceRequest request, List<String> path) {
    if (path.size() == 2 && path.get(1).equals("index")) {
      verb(request, "POST");
      return index(Boolean.TRUE.equals(reader.ready(request.body())));
    }
    if (path.size() != 4 || !path.get(1).equals("models") || !MANAGING.contains(path.get(3))) {
      throw nothing();
    }
    verb(request, "POST");
    ModelEndpoint<?, ?> model = named(path.get(2));
    Set<String> parameters = reader.parameterNames(request.body());
    if (path.get(3).equals("unload")) {
      model.unload();
    } else {
      if (!parameters.isEmpty()) {
        throw new Problem(501, "a model comes from the registry: load takes no parameters");
      }
      model.load();
      model.checkReady();
    }
    return Answers.json(
        json -> {
          json.writeStartObject();
          json.writeEndObject();
        });
  }

  private InferenceResponse index(boolean readyOnly) {
    return Answers.json(
        json -> {
          json.writeStartArray();
          for (ModelEndpoint<?, ?> model : models.values()) {
            boolean ready = model.isReady();
            if (ready || !readyOnly) {
              json.writeStartObject();
              json.writeStringField("name", model.name());
              json.writeStringField("version", model.champion());
              json.writeStringField("state", ready ? "READY" : "UNAVAILABLE");
              json.writeStringField(
                  "reason", ready ? "" : model.isLoaded() ? "no version serves" : "unloaded");
              json.writeEndObject();
            }
          }
          json.writeEndArray();
        });
  }

  private ModelEndpoint<?, ?> named(String name) {
    ModelEndpoint<?, ?> model = models.get(name);
    if (model == null) {
      throw new Problem(
          404,
          "Request for unknown model: "
              + Problem.shown(name)
              + " is not found; models are "
              + models.keySet());
    }
    return model;
  }

  private String authorize(InferenceRequest request, InferenceRole needed) {
    if (tokens.isEmpty()) {
      // without tokens the caller's place is all that protects: no page of a browser may call
      if (request.header("origin").isPresent()) {
        throw new Problem(403, "calls from web pages need a token");
      }
      return "";
    }
    Tokens.Bearer bearer =
        tokens
            .bearer(request.header("authorization"))
            .orElseThrow(
                () ->
                    new Problem(
                        401, "a bearer token is needed", Map.of("WWW-Authenticate", "Bearer")));
    if (bearer.role().compareTo(needed) < 0) {
      throw new Problem(
          403, "the token's role is " + bearer.role() + ", this call needs " + needed);
    }
    return bearer.name();
  }

  private static void verb(InferenceRequest request, String allowed) {
    String method = request.method();
    if (!method.equals(allowed) && !(method.equals("HEAD") && allowed.equals("GET"))) {
      throw new Problem(405, "this path takes " + allowed, Map.of("Allow", allowed));
    }
  }

  private static Problem nothing() {
    return new Problem(404, "there is nothing at this path; /openapi.json lists what there is");
  }

  private static List<String> path(String encoded) {
    int end = encoded.indexOf('?');
    String path = end < 0 ? encoded : encoded.substring(0, end);
    if (!path.startsWith("/")) {
      throw Problem.bad("a path begins with /");
    }
    String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    if (trimmed.isEmpty()) {
      return List.of();
    }
    try {
      return Arrays.stream(trimmed.substring(1).split("/", -1))
          .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
          .toList();
    } catch (IllegalArgumentException e) {
      throw Problem.bad("the path is not percent-encoded");
    }
  }

  private static byte[] openApiDocument() {
    try (InputStream in = InferenceHandler.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("openapi.json is missing beside InferenceHandler");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("openapi.json cannot be read", e);
    }
  }
}
