package dev.endolith.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What a model's requests took, for the statistics extension. Thread-safe; never reset. */
final class ModelStatistics {
  private final LongAdder rows = new LongAdder();
  private final Timing success = new Timing();
  private final Timing fail = new Timing();
  private final Timing input = new Timing();
  private final Timing infer = new Timing();
  private final Timing output = new Timing();
  private final AtomicLong lastMillis = new AtomicLong();

  void succeeded(int count, long inputNs, long inferNs, long outputNs, long epochMillis) {
    rows.add(count);
    success.add(inputNs + inferNs + outputNs);
    input.add(inputNs);
    infer.add(inferNs);
    output.add(outputNs);
    lastMillis.accumulateAndGet(epochMillis, Math::max);
  }

  void failed(long ns) {
    fail.add(ns);
  }

  /** A deployment asks its model row by row: an execution is a row, and there are no batches. */
  void write(JsonGenerator json, String name, String version) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", name);
    json.writeStringField("version", version);
    json.writeNumberField("last_inference", lastMillis.get());
    json.writeNumberField("inference_count", rows.sum());
    json.writeNumberField("execution_count", rows.sum());
    json.writeObjectFieldStart("inference_stats");
    success.write(json, "success");
    fail.write(json, "fail");
    new Timing().write(json, "queue"); // there is none
    input.write(json, "compute_input");
    infer.write(json, "compute_infer");
    output.write(json, "compute_output");
    json.writeEndObject();
    json.writeArrayFieldStart("batch_stats");
    json.writeEndArray();
    json.writeEndObject();
  }

  private static final class Timing {
    private final LongAdder count = new LongAdder();
    private final LongAdder ns = new LongAdder();

    void add(long nanos) {
      count.increment();
      ns.add(nanos);
    }

    void write(JsonGenerator json, String name) throws IOException {
      json.writeObjectFieldStart(name);
      json.writeNumberField("count", count.sum());
      json.writeNumberField("ns", ns.sum());
      json.writeEndObject();
    }
  }
}
