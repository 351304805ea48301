package dev.endolith.pipeline;

import dev.endolith.data.Digest;
import dev.endolith.error.StepFailedException;
import dev.endolith.registry.ArtifactStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * One run in one thread, step by step in the order in which they were declared, which is a
 * topological order by construction.
 *
 * The outcome of step k and the intent of step k+1 are appended together: one commit a step. A crash
 * between doing step k and that commit means that step k is done again: its effects must be
 * idempotent, which its intent in the journal lets it find out.
 */
final class Runner<R> {
  /** Beyond it an output goes to the artifact store instead of the journal. */
  private static final int INLINE_BYTES = 64 * 1024;

  private static final String BLOB = "sha256:";

  private final Pipeline<R> pipeline;
  private final String id;
  private final PipelineJournal journal;
  private final ArtifactStore artifacts;
  private final Clock clock;
  private final @Nullable Object[] outputs;
  private final List<StepRecord> pending = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private final List<String> resumed = new ArrayList<>();
  private final Map<String, String> kept = new HashMap<>();
  private final Set<String> completed = new HashSet<>();
  private long lines;

  Runner(
      Pipeline<R> pipeline,
      String id,
      PipelineJournal journal,
      ArtifactStore artifacts,
      Clock clock) {
    this.pipeline = pipeline;
    this.id = id;
    this.journal = journal;
    this.artifacts = artifacts;
    this.clock = clock;
    this.outputs = new Object[pipeline.steps().size()];
  }

  PipelineRun<R> run() {
    boolean finished = replay();
    for (int i = 0; i < outputs.length; i++) {
      Pipeline.Step<?> step = pipeline.steps().get(i);
      if (completed.contains(step.name())) {
        resumed.add(step.name()); // an output that was not kept is made when it is asked for
      } else if (!finished) {
        perform(i);
      }
    }
    if (!finished) {
      pending.add(line("", StepRecord.Outcome.RUN_FINISHED, ""));
      append();
    }
    @SuppressWarnings("unchecked") // the step at result() produces R
    R result = (R) output(pipeline.result().index());
    return new PipelineRun<>(id, result, done, resumed);
  }

  /** Reads what the journal knows; answers whether the run has ended. */
  private boolean replay() {
    boolean finished = false;
    List<StepRecord> records = journal.records(id);
    lines = records.size();
    if (records.isEmpty()) {
      pending.add(line("", StepRecord.Outcome.RUN_STARTED, pipeline.shape()));
      return false;
    }
    if (!records.get(0).value().equals(pipeline.shape())) {
      throw new IllegalStateException(
          "run '"
              + id
              + "' was begun by a pipeline of another shape than '"
              + pipeline.name()
              + "' has now; start a new run under another id");
    }
    for (StepRecord record : records) {
      switch (record.outcome()) {
        case SUCCEEDED -> {
          completed.add(record.step());
          if (!record.value().isEmpty()) {
            kept.put(record.step(), record.value());
          }
        }
        case RUN_FINISHED -> finished = true;
        case RUN_STARTED, STARTED, FAILED -> {
          // an intent without an outcome, or a failure: the step is done again
        }
      }
    }
    return finished;
  }

  private <A> void perform(int index) {
    @SuppressWarnings("unchecked") // the step's own type
    Pipeline.Step<A> step = (Pipeline.Step<A>) pipeline.steps().get(index);
    pending.add(line(step.name(), StepRecord.Outcome.STARTED, ""));
    append();
    A value = execute(step);
    outputs[index] = value;
    done.add(step.name());
    pending.add(
        line(
            step.name(),
            StepRecord.Outcome.SUCCEEDED,
            step.value() instanceof StepValue.Kept<A> keeping ? keep(keeping, value) : ""));
  }

  private <A> A execute(Pipeline.Step<A> step) {
    List<Object> inputs = new ArrayList<>();
    for (int input : step.inputs()) {
      inputs.add(output(input));
    }
    try {
      A value = step.body().run(inputs);
      if (value == null) {
        throw new NullPointerException("a step's output is never null");
      }
      return value;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      pending.add(line(step.name(), StepRecord.Outcome.FAILED, e.getClass().getName()));
      append();
      throw new StepFailedException(
          pipeline.name(),
          step.name(),
          id,
          "step '"
              + step.name()
              + "' of pipeline '"
              + pipeline.name()
              + "' failed: "
              + e.getMessage()
              + "; mend the cause and run '"
              + id
              + "' again to resume",
          e);
    }
  }

  /** The output of a step: in memory, kept, or done again. */
  private Object output(int index) {
    Object value = outputs[index];
    if (value == null) {
      Pipeline.Step<?> step = pipeline.steps().get(index);
      String text = kept.get(step.name());
      value =
          text != null && step.value() instanceof StepValue.Kept<?> keeping
              ? keeping.read().apply(bytes(text))
              : execute(step);
      outputs[index] = value;
    }
    return value;
  }

  private <A> String keep(StepValue.Kept<A> keeping, A value) {
    byte[] bytes = keeping.write().apply(value);
    return bytes.length <= INLINE_BYTES
        ? "=" + Base64.getEncoder().encodeToString(bytes)
        : artifacts.put(bytes).toString();
  }

  private byte[] bytes(String text) {
    return text.startsWith(BLOB)
        ? artifacts.read(new Digest(text.substring(BLOB.length())), Integer.MAX_VALUE - 8L)
        : Base64.getDecoder().decode(text.substring(1));
  }

  private StepRecord line(String step, StepRecord.Outcome outcome, String value) {
    return new StepRecord(step, outcome, value, clock.instant());
  }

  private void append() {
    journal.append(id, lines, pending);
    lines += pending.size();
    pending.clear();
  }
}
