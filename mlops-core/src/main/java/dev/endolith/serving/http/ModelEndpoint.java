package dev.endolith.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.endolith.contract.InputRefusedException;
import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.data.TensorSpec;
import dev.endolith.data.TensorTask;
import dev.endolith.error.CallRefusedException;
import dev.endolith.error.DataException;
import dev.endolith.error.PredictionException;
import dev.endolith.serving.CallContext;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.Served;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A deployment as the protocol sees it. Thread-safe. */
final class ModelEndpoint<X, Y> {
  /** The one tensor that can stand for all features where all are numeric. */
  static final String MATRIX = "features";

  private static final String ANY = "any";

  /** What a fixed deployment serves. */
  private static final List<Long> FIXED = List.of(0L);

  private static final Map<String, String> RETRY = Map.of("Retry-After", "1");

  private final Deployment<X, Y> deployment;
  private final InferenceLimits limits;
  private final Clock clock;
  private final Features<X> features;
  private final Schema schema;
  private final ModelOutputs<Y> outputs;
  private final @Nullable TensorTask tensors;
  private final boolean allNumeric;
  private final Set<String> beside;
  private final ModelStatistics statistics = new ModelStatistics();
  private volatile boolean loaded = true;

  ModelEndpoint(Deployment<X, Y> deployment, InferenceLimits limits, Clock clock) {
    this.deployment = deployment;
    this.limits = limits;
    this.clock = clock;
    Task<X, Y> task =
        deployment
            .task()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "deployment '"
                            + deployment.name()
                            + "' has no task; make it with Deployment.fixed(name, task, model)"));
    this.features = task.features();
    this.schema = features.schema();
    this.outputs = new ModelOutputs<>(task);
    this.tensors = task instanceof TensorTask asked ? asked : null;
    this.allNumeric = schema.fields().stream().allMatch(f -> f.type().numeric());
    this.beside = tensors == null ? columnsBesideFeatures() : Set.of();
  }

  /**
   * Asks the features to read an empty row, again and again with one more column filled, to learn
   * which columns a row needs that are no features, such as a key.
   */
  private Set<String> columnsBesideFeatures() {
    Set<String> asked = new LinkedHashSet<>();
    Map<String, InputRow.Column> given = new HashMap<>();
    for (int known = -1; known < asked.size(); ) {
      known = asked.size();
      try {
        features.read(new InputRow(given, 0, asked));
      } catch (IllegalStateException e) {
        throw new IllegalArgumentException(
            "deployment '" + name() + "' cannot be asked over HTTP: " + e.getMessage(), e);
      } catch (RuntimeException e) {
        // refused, as an empty row mostly is
      }
      asked.forEach(name -> given.put(name, plausible(name)));
    }
    asked.removeIf(name -> schema.position(name).isPresent());
    return asked;
  }

  private InputRow.Column plausible(String name) {
    Field field =
        schema.position(name).isPresent()
            ? schema.field(schema.position(name).getAsInt())
            : Field.number(ANY);
    WireTensor text = new WireTensor(ANY, Datatype.BYTES, 1);
    text.set(
        0,
        switch (field.type()) {
          case NUMBER, BOOLEAN, TEXT -> "0";
          case CATEGORY -> field.values().isEmpty() ? "0" : field.values().get(0);
          case DATE -> "2000-01-01";
          case TIMESTAMP -> "2000-01-01T00:00:00Z";
        });
    return new InputRow.Column(text, 1, 0, null);
  }

  String name() {
    return deployment.name();
  }

  ModelStatistics statistics() {
    return statistics;
  }

  boolean isLoaded() {
    return loaded;
  }

  /** Whether it answers here and now, perhaps after it was loaded on demand. */
  boolean isReady() {
    return loaded
        && (deployment.loadsOnDemand()
            || deployment.champion() > 0
            || deployment.serving().equals(FIXED));
  }

  void load() {
    deployment.refresh();
    loaded = true;
  }

  void unload() {
    loaded = false;
  }

  /** The versions that answer; a fixed deployment has none. */
  List<Long> versions() {
    return deployment.serving().stream().filter(v -> v > 0).toList();
  }

  String champion() {
    long version = deployment.champion();
    return version > 0 ? Long.toString(version) : "";
  }

  /** Refuses a version that is not served. */
  void check(@Nullable String version) {
    boolean toBeLoaded = deployment.loadsOnDemand() && versions().isEmpty();
    if (version != null
        && !toBeLoaded
        && versions().stream().noneMatch(v -> version.equals(v.toString()))) {
      throw new Problem(
          404,
          "Request for unknown model: '"
              + name()
              + "' version "
              + Problem.shown(version)
              + " is not served; served are "
              + versions());
    }
  }

  void metadata(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", name());
    if (!versions().isEmpty()) {
      json.writeArrayFieldStart("versions");
      for (long version : versions()) {
        json.writeString(Long.toString(version));
      }
      json.writeEndArray();
    }
    json.writeStringField("platform", "endolith_java");
    json.writeArrayFieldStart("inputs");
    for (Field field : schema.fields()) {
      tensor(json, field.name(), datatype(field), 0);
    }
    for (String column : beside) {
      tensor(json, column, Datatype.BYTES, 0);
    }
    for (TensorSpec spec : tensors == null ? List.<TensorSpec>of() : tensors.inputs()) {
      tensor(json, spec);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("outputs");
    for (ModelOutputs.Output output : outputs.all()) {
      TensorSpec spec = outputs.spec(output.name());
      if (spec == null) {
        tensor(json, output.name(), output.datatype(), output.columns());
      } else {
        tensor(json, spec);
      }
    }
    json.writeEndArray();
    json.writeObjectFieldStart("properties");
    for (Map.Entry<String, String> property : outputs.properties().entrySet()) {
      json.writeStringField(property.getKey(), property.getValue());
    }
    if (takesMatrix()) {
      json.writeStringField("matrix", MATRIX + " FP64 [-1," + schema.size() + "]");
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void tensor(JsonGenerator json, String name, Datatype type, int columns)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", name);
    json.writeStringField("datatype", type.name());
    json.writeArrayFieldStart("shape");
    json.writeNumber(-1);
    if (columns > 0) {
      json.writeNumber(columns);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void tensor(JsonGenerator json, TensorSpec spec) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", spec.name());
    json.writeStringField("datatype", TensorExchange.datatype(spec.type()).name());
    json.writeArrayFieldStart("shape");
    for (long length : spec.shape()) {
      json.writeNumber(length);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static Datatype datatype(Field field) {
    return switch (field.type()) {
      case NUMBER -> Datatype.FP64;
      case BOOLEAN -> Datatype.BOOL;
      case CATEGORY, TEXT, DATE, TIMESTAMP -> Datatype.BYTES;
    };
  }

  private boolean takesMatrix() {
    return allNumeric && beside.isEmpty() && tensors == null;
  }

  /** A request that is one row of raw numbers. */
  Inference raw(byte[] body) {
    if (!takesMatrix() || body.length != schema.size() * Double.BYTES) {
      throw Problem.bad(
          "a raw request is one row of "
              + schema.size()
              + " FP64 for a model whose features are all numbers");
    }
    WireTensor row = new WireTensor(MATRIX, Datatype.FP64, 1, schema.size());
    TensorReader.binary(body, 0, body.length, row);
    return new Inference(null, "", 0, List.of(row), true, null);
  }

  /**
   * Answers. All rows are read before the first is asked, so that a bad row costs no prediction.
   *
   * @param version the version that must answer, null if any may
   * @param caller who asks, empty if unknown
   * @param started when the request came, by {@link System#nanoTime()}
   */
  InferenceResponse infer(
      Inference inference, @Nullable String version, String caller, long started) {
    List<ModelOutputs.Output> wanted = wanted(inference);
    List<X> rows = tensors == null ? rows(inference.inputs()) : asked(inference.inputs());
    checkReady();
    check(version);
    if (version != null && versions().size() > 1) {
      throw new Problem(
          501,
          "while a version is rolled out, the deployment decides which answers; ask without a"
              + " version");
    }
    long read = System.nanoTime();
    List<Served<Y>> answers = answers(rows, inference, caller, started);
    Set<Long> by = new HashSet<>();
    answers.forEach(answer -> by.add(answer.version()));
    if (version != null && !by.equals(Set.of(Long.valueOf(version)))) {
      throw new Problem(503, "the version changed while the request was answered", RETRY);
    }
    long answered = System.nanoTime();
    List<WireTensor> tensors = new ArrayList<>();
    boolean[] binary = new boolean[wanted.size()];
    for (int i = 0; i < binary.length; i++) {
      ModelOutputs.Output output = wanted.get(i);
      tensors.add(outputs.tensor(output, answers));
      Boolean own = inference.wanted() == null ? null : inference.wanted().get(output.name());
      binary[i] = own == null ? inference.binary() : own;
    }
    long answeredBy = by.size() == 1 ? by.iterator().next() : 0;
    InferenceResponse response =
        Answers.inference(
            name(),
            answeredBy == 0 ? "" : Long.toString(answeredBy),
            inference.id(),
            tensors,
            binary);
    statistics.succeeded(
        rows.size(), read - started, answered - read, System.nanoTime() - answered, clock.millis());
    return response;
  }

  void checkReady() {
    if (!isReady()) {
      throw new Problem(
          503,
          "Model '" + name() + "' is not ready: " + (loaded ? "no version serves" : "unloaded"),
          RETRY);
    }
  }

  private List<ModelOutputs.Output> wanted(Inference inference) {
    if (inference.wanted() == null) {
      return outputs.all();
    }
    return inference.wanted().keySet().stream().map(outputs::named).toList();
  }

  private List<Served<Y>> answers(List<X> rows, Inference inference, String caller, long started) {
    CallContext asked = CallContext.key(inference.key()).by(caller);
    long within = TimeUnit.MILLISECONDS.toNanos(inference.withinMillis());
    List<Served<Y>> answers = new ArrayList<>(rows.size());
    for (X row : rows) {
      try {
        CallContext context =
            within == 0 ? asked : asked.within(left(within - (System.nanoTime() - started)));
        answers.add(deployment.predict(row, context));
      } catch (CallRefusedException e) {
        throw refused(e);
      } catch (PredictionException e) {
        if (e.getCause() == null) {
          throw new Problem(503, "Model '" + name() + "' is not ready", RETRY);
        }
        throw new Problem(500, e.getMessage() == null ? "the model failed" : e.getMessage());
      } catch (InputRefusedException e) {
        throw Problem.bad("row " + answers.size() + ": " + e.getMessage());
      } catch (RuntimeException e) {
        // a message may hold the row's values
        throw new Problem(
            500, "model '" + name() + "' failed to answer with " + e.getClass().getName());
      }
    }
    return answers;
  }

  /** What is left of a request's time; one nanosecond, which is too little, where nothing is. */
  private static Duration left(long nanos) {
    return Duration.ofNanos(Math.max(1, nanos));
  }

  private Problem refused(CallRefusedException refusal) {
    String message = "Model '" + name() + "' refused the call: " + refusal.getMessage();
    // whole seconds, and at least one: 0 would say at once
    long seconds = Math.max(1, refusal.retryAfter().plusMillis(999).toSeconds());
    Map<String, String> retry = Map.of("Retry-After", Long.toString(seconds));
    return switch (refusal.guard()) {
      case RATE -> new Problem(429, message, retry);
      case DEADLINE -> new Problem(504, message);
      case QUEUE, BULKHEAD, BREAKER -> new Problem(503, message, retry);
    };
  }

  /** All tensors of a request are one question. */
  @SuppressWarnings("unchecked") // a task of tensors: X is Tensors
  private List<X> asked(List<WireTensor> inputs) {
    return List.of((X) TensorExchange.asked(Objects.requireNonNull(tensors), inputs));
  }

  private List<X> rows(List<WireTensor> inputs) {
    if (inputs.isEmpty()) {
      throw Problem.bad("a request has at least one input");
    }
    int count = inputs.get(0).rank() == 0 ? 0 : inputs.get(0).length(0);
    if (count < 1 || count > limits.rows()) {
      throw Problem.bad("a request has 1 to " + limits.rows() + " rows, has " + count);
    }
    Map<String, InputRow.Column> columns = columns(inputs, count);
    List<X> rows = new ArrayList<>(count);
    Set<String> asked = new HashSet<>();
    for (int row = 0; row < count; row++) {
      try {
        rows.add(features.read(new InputRow(columns, row, asked)));
      } catch (DataException e) {
        throw Problem.bad(e.getMessage() == null ? "row " + row + " is bad" : e.getMessage());
      } catch (RuntimeException e) {
        throw Problem.bad("row " + row + " is refused with " + e.getClass().getName());
      }
      if (row == 0) {
        refuseUnknown(columns.keySet(), asked);
      }
    }
    return rows;
  }

  private void refuseUnknown(Set<String> given, Set<String> asked) {
    for (String name : given) {
      if (!asked.contains(name) && schema.position(name).isEmpty()) {
        throw Problem.bad(
            "the model has no input "
                + Problem.shown(name)
                + "; inputs are "
                + schema.fields().stream().map(Field::name).toList()
                + (beside.isEmpty() ? "" : " and " + beside));
      }
    }
  }

  private Map<String, InputRow.Column> columns(List<WireTensor> inputs, int rows) {
    Map<String, InputRow.Column> columns = new HashMap<>();
    WireTensor first = inputs.get(0);
    if (inputs.size() == 1
        && first.name().equals(MATRIX)
        && takesMatrix()
        && first.rank() == 2
        && (first.length(1) != 1 || schema.position(MATRIX).isEmpty())) {
      if (first.length(1) != schema.size() || first.datatype().kind() == Datatype.Kind.TEXT) {
        throw Problem.bad("input '" + MATRIX + "' is FP64 of shape [-1," + schema.size() + "]");
      }
      for (int i = 0; i < schema.size(); i++) {
        Field field = schema.field(i);
        columns.put(field.name(), new InputRow.Column(first, schema.size(), i, field));
      }
      return columns;
    }
    for (WireTensor input : inputs) {
      if (input.rank() < 1
          || input.rank() > 2
          || input.length(0) != rows
          || (input.rank() == 2 && input.length(1) != 1)) {
        throw Problem.bad(
            "input "
                + Problem.shown(input.name())
                + " must have shape ["
                + rows
                + "] or ["
                + rows
                + ",1], as the first input has");
      }
      Field field =
          schema.position(input.name()).isPresent()
              ? schema.field(schema.position(input.name()).getAsInt())
              : null;
      if (field != null && !fits(field, input.datatype())) {
        throw Problem.bad(
            "input '"
                + field.name()
                + "' is "
                + datatype(field)
                + " in this model, was "
                + input.datatype());
      }
      columns.put(input.name(), new InputRow.Column(input, 1, 0, field));
    }
    return columns;
  }

  /** Numbers of any type are taken for numbers, and for times; words only as BYTES. */
  private static boolean fits(Field field, Datatype type) {
    return switch (field.type()) {
      case NUMBER, BOOLEAN -> type.kind() != Datatype.Kind.TEXT;
      case CATEGORY, TEXT -> type.kind() == Datatype.Kind.TEXT;
      case DATE, TIMESTAMP -> type.kind() != Datatype.Kind.BOOL;
    };
  }
}
