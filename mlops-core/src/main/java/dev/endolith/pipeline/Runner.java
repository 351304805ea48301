package dev.endolith.pipeline;

import dev.endolith.data.CanonicalJson;
import dev.endolith.error.StepFailedException;
import dev.endolith.pipeline.StepRecord.Outcome;
import dev.endolith.registry.GateResult;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * One run. All decisions are taken on one thread, the coordinator: which nodes are ready, what is
 * recorded, what is begun. The host's code runs on the coordinator itself while there is just one
 * thing to do, and on the executor otherwise; what comes back is a message in a queue.
 *
 * 1. Before a step begins, its intent is recorded, and with it, in the same commit, every outcome that
 *    has come in. So a successor never begins before its inputs are durable, and a chain costs one
 *    commit a step.
 * 2. A crash leaves intents without outcomes. Those steps are begun again, except those that are done
 *    at most once.
 * 3. Frames (branches, items, included pipelines) are made when their inputs are there. Their steps
 *    are told apart by path, so that what was done inside is found again by the same path.
 */
final class Runner<R> implements Calls.Outcomes, Approvals.Decisions {
  private static final Logger LOG = LoggerFactory.getLogger(Runner.class);

  private final Pipeline<R> pipeline;
  private final RunRequest<R> request;
  private final Pipelines.Engine engine;
  private final String id;
  private final RunJournal journal;
  private final Values values;
  private final Calls calls;
  private final Approvals approvals;
  private final Tell tell;
  private final Cancellation cancellation;
  private final Deque<Instance> ready = new ArrayDeque<>();
  private final Map<String, Throwable> failures = new LinkedHashMap<>();
  private final List<String> unsettled = new ArrayList<>();
  private final List<GateResult> refusals = new ArrayList<>();
  private final List<StepReport> reports = new ArrayList<>();

  private boolean stopping;
  private Past past;

  Runner(RunRequest<R> request) {
    this.request = request;
    this.pipeline = request.pipeline();
    this.engine = request.engine();
    this.id = request.id();
    this.tell = new Tell(request.listeners());
    this.journal = new RunJournal(engine.journal(), id, engine.clock(), this::hear);
    this.cancellation = new Cancellation();
    this.values = new Values(engine.artifacts(), id, cancellation::isAsked);
    this.calls =
        new Calls(request, cancellation, new StepCall(values, engine.cache()), journal, tell, this);
    this.approvals = new Approvals(id, values, journal, tell, engine.clock(), this);
    this.past = new Past(pipeline, List.of());
  }

  /** Asks the run to end; from any thread. */
  void cancel() {
    cancellation.ask(true);
  }

  /** Asks this call to end so that the run can be resumed; from any thread. */
  void leave() {
    cancellation.ask(false);
  }

  PipelineRun<R> run() {
    check(pipeline.scope());
    List<StepRecord> records = journal.read();
    past = new Past(pipeline, records);
    begin(records.isEmpty());
    if (past.end == Outcome.RUN_CANCELLED) {
      return new PipelineRun.Cancelled<>(id, reports, false);
    }
    if (past.end == Outcome.RUN_REFUSED) {
      return new PipelineRun.Refused<>(id, reports, List.copyOf(past.refused.values()));
    }
    if (past.cancelAsked && past.end == null) {
      cancellation.ask(true);
    }
    tell.on(new PipelineEvent.RunBegan(id, pipeline.name(), pipeline.stepNames().size()));
    RunOutcome how = RunOutcome.FAILED;
    try {
      Frame root = new Frame(pipeline.scope(), null, null, "", 0);
      start(root);
      work();
      PipelineRun<R> outcome = end(root);
      how = outcome.outcome();
      return outcome;
    } finally {
      tell.on(new PipelineEvent.RunEnded(id, how));
    }
  }

  /** What a run cannot honour is refused before it begins. */
  private void check(Scope scope) {
    for (Node node : scope.nodes()) {
      if (node instanceof Node.Task<?> task) {
        engine.resources().check(task.name(), task.options().resources());
        if (task.options().cached() && engine.cache() == null) {
          throw new IllegalStateException(
              "step '"
                  + task.name()
                  + "' is cached, and there is no cache; give one with Pipelines.Builder.cache");
        }
      }
      node.scopes().forEach(this::check);
    }
  }

  private void begin(boolean isNew) {
    if (isNew) {
      journal.add("", Outcome.RUN_STARTED, Past.line(pipeline));
    } else if (!past.fits(pipeline)) {
      throw new IllegalStateException(
          "run '"
              + id
              + "' was begun by a pipeline of another shape than '"
              + pipeline.name()
              + "' has now; start a new run under another id");
    } else if (past.failed) {
      journal.add("", Outcome.RUN_RESUMED, "");
    }
    for (Parameter<?> parameter : pipeline.parameters()) {
      parameter(parameter);
    }
  }

  private <A> void parameter(Parameter<A> parameter) {
    String recorded = past.parameters.get(parameter.name());
    A given = request.given(parameter);
    if (recorded == null) {
      A value = given == null ? parameter.otherwise() : given;
      if (value == null) {
        throw new IllegalArgumentException(
            "pipeline '"
                + pipeline.name()
                + "' must be told its parameter '"
                + parameter.name()
                + "'; use Pipelines.prepare(...).set(...)");
      }
      String text = values.keep(parameter.value(), value);
      values.parameter(parameter.name(), value, text);
      journal.add("$" + parameter.name(), Outcome.SUCCEEDED, text);
    } else {
      if (given != null && !values.keep(parameter.value(), given).equals(recorded)) {
        throw new IllegalStateException(
            "run '"
                + id
                + "' was begun with another value of parameter '"
                + parameter.name()
                + "'; start a new run under another id");
      }
      A value = parameter.value().read().apply(values.bytes(recorded));
      values.parameter(parameter.name(), value, recorded);
    }
  }

  // what is ready

  private void start(Frame frame) {
    for (Instance instance : frame.instances) {
      if (instance.missing == 0) {
        ready.add(instance);
      }
    }
  }

  private void begin(Instance instance) {
    Node node = instance.node;
    GateResult refused = past.refused.get(instance.path);
    if (refused != null) { // recorded, and not asked again
      refuse(refused);
      return;
    }
    try {
      if (node instanceof Node.Task<?> task) {
        begin(instance, task);
      } else if (node instanceof Node.Judged<?>) {
        if (past.done.containsKey(instance.path)) {
          resumed(instance);
        } else {
          calls.add(instance);
        }
      } else if (node instanceof Node.Asked<?> asked) {
        if (past.done.containsKey(instance.path)) {
          resumed(instance);
        } else {
          approvals.ask(instance, asked, past);
        }
      } else if (node instanceof Node.Each each) {
        List<?> items = (List<?>) values.of(instance.frame.instance(each.list()));
        List<Frame> frames = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
          if (items.get(i) == null) {
            throw new NullPointerException("item " + i + " of the list is null; items never are");
          }
          frames.add(new Frame(each.scope(), instance.frame, instance, instance.path + "/" + i, i));
        }
        inside(instance, frames);
      } else if (node instanceof Node.Choice choice) {
        boolean yes = (Boolean) values.of(instance.frame.instance(choice.condition()));
        Scope scope = yes ? choice.then() : choice.otherwise();
        String path = instance.path + (yes ? "/then" : "/else");
        inside(instance, List.of(new Frame(scope, instance.frame, instance, path, 0)));
      } else if (node instanceof Node.Inclusion part) {
        Frame frame = new Frame(part.scope(), instance.frame, instance, instance.path, 0);
        inside(instance, List.of(frame));
      } else {
        done(instance);
      }
    } catch (RuntimeException e) { // an input that cannot be read, or made again
      fail(instance, e instanceof Values.Failed && e.getCause() != null ? e.getCause() : e);
    }
  }

  private void begin(Instance instance, Node.Task<?> task) {
    String kept = past.done.get(instance.path);
    if (kept != null) {
      instance.kept = kept.isEmpty() ? null : kept;
      resumed(instance);
    } else if (task.options().once() && past.begun.contains(instance.path)) {
      unsettled.add(instance.path);
    } else {
      calls.add(instance);
    }
  }

  private void inside(Instance instance, List<Frame> frames) {
    instance.frames = frames;
    instance.framesLeft = frames.size();
    if (frames.isEmpty()) {
      done(instance);
    }
    frames.forEach(this::start);
  }

  private void resumed(Instance instance) {
    Instant now = engine.clock().instant();
    report(new StepReport(instance.path, StepReport.How.RESUMED, 0, now, now, ""));
    done(instance);
  }

  private void done(Instance instance) {
    for (StepOutput<?> input : instance.node.inputs()) {
      if (input.scope() == instance.frame.scope) {
        instance.frame.instance(input).release();
      }
    }
    Frame frame = instance.frame;
    for (int dependent : frame.scope.dependents()[instance.index]) {
      Instance next = frame.instances[dependent];
      if (--next.missing == 0) {
        ready.add(next);
      }
    }
    if (--frame.remaining == 0 && frame.owner != null && --frame.owner.framesLeft == 0) {
      done(frame.owner);
    }
  }

  // people

  @Override
  public void agreed(Instance instance) {
    journal.add(instance.path, Outcome.SUCCEEDED, "");
    done(instance);
  }

  @Override
  public void rejected(Instance instance, GateResult why) {
    refuse(instance, why);
  }

  /** What others wrote into the journal meanwhile. */
  private void hear(StepRecord record) {
    if (record.outcome() == Outcome.CANCEL_REQUESTED) {
      cancellation.ask(true);
    } else if (record.outcome() == Outcome.ANSWERED) {
      approvals.hear(record);
    }
  }

  private void refuse(Instance instance, GateResult result) {
    journal.add(instance.path, Outcome.REFUSED, CanonicalJson.write(result));
    refuse(result);
  }

  private void refuse(GateResult result) {
    refusals.add(result);
    stopping |= request.policy() == FailurePolicy.FAIL_FAST;
  }

  private void work() {
    while (true) {
      for (Instance next = ready.poll(); next != null; next = ready.poll()) {
        begin(next);
      }
      if (calls.isCancelled()) {
        stopping = true;
      }
      if (stopping) {
        calls.beginNoMore();
      } else {
        calls.launch();
      }
      journal.commit();
      if (ready.isEmpty()) {
        if (calls.isIdle()) {
          return;
        }
        calls.await();
      }
    }
  }

  @Override
  public void ended(Instance instance, StepCall.Result result) {
    if (result.error() != null) {
      failed(instance, result.error());
    } else if (instance.node instanceof Node.Judged<?>
        && result.value() instanceof GateResult judged
        && !judged.passed()) {
      refuse(instance, judged);
    } else {
      succeeded(instance, result);
    }
  }

  private void succeeded(Instance instance, StepCall.Result result) {
    boolean step = instance.node instanceof Node.Task<?>;
    if (step) {
      instance.kept = result.kept().isEmpty() ? null : result.kept();
      if (result.value() != null) {
        synchronized (instance) {
          instance.value = result.value();
        }
      }
    }
    journal.add(
        instance.path,
        result.how() == StepReport.How.CACHED ? Outcome.CACHED : Outcome.SUCCEEDED,
        result.kept());
    report(instance, result.how(), result.why());
    done(instance);
  }

  private void failed(Instance instance, Throwable error) {
    if (calls.isCancelled()) {
      return; // it was interrupted: an intent without an outcome, as after a crash
    }
    if (instance.node instanceof Node.Task<?> task && instance.failure == null) {
      OptionalLong wait = task.options().retry().waitAfter(instance.attempt, error);
      if (wait.isPresent()) {
        journal.add(instance.path, Outcome.RETRIED, error.getClass().getName());
        calls.again(instance, wait.getAsLong(), error);
        return;
      }
      if (task.options().caught() != null && task.options().caught().test(error)) {
        instance.failure = error;
        calls.add(instance);
        return;
      }
    }
    fail(instance, error);
  }

  private void fail(Instance instance, Throwable error) {
    failures.put(instance.path, error);
    journal.add(instance.path, Outcome.FAILED, error.getClass().getName());
    report(instance, StepReport.How.FAILED, error.getClass().getName());
    stopping |= request.policy() == FailurePolicy.FAIL_FAST;
  }

  private void report(Instance instance, StepReport.How how, String why) {
    Instant now = engine.clock().instant();
    Instant began = instance.started == null ? now : instance.started;
    int attempts = instance.attempt - (instance.failure == null ? 0 : 1); // recovering is none
    report(new StepReport(instance.path, how, attempts, began, now, why));
  }

  private void report(StepReport report) {
    reports.add(report);
    tell.on(new PipelineEvent.StepEnded(id, report));
  }

  // how it ends

  private PipelineRun<R> end(Frame root) {
    if (calls.isCancelled()) {
      boolean forGood = cancellation.isForGood();
      if (forGood) {
        finish(RunOutcome.CANCELLED, Outcome.RUN_CANCELLED);
      } else {
        leaveBehind();
      }
      calls.end();
      return new PipelineRun.Cancelled<>(id, reports, !forGood);
    }
    if (!failures.isEmpty()) {
      finish(RunOutcome.FAILED, Outcome.RUN_FAILED);
      throw failure();
    }
    if (!refusals.isEmpty()) {
      finish(RunOutcome.REFUSED, Outcome.RUN_REFUSED);
      return new PipelineRun.Refused<>(id, reports, refusals);
    }
    if (!unsettled.isEmpty()) {
      return new PipelineRun.Unsettled<>(id, reports, unsettled);
    }
    List<Question> questions = approvals.open();
    if (!questions.isEmpty()) {
      return new PipelineRun.Waiting<>(id, reports, questions);
    }
    if (past.end == null) {
      finish(RunOutcome.COMPLETED, Outcome.RUN_FINISHED);
    }
    @SuppressWarnings("unchecked") // a StepOutput<R> is of what produces R
    R result = (R) values.of(root.instance(pipeline.result()));
    return new PipelineRun.Completed<>(id, reports, result);
  }

  /** Does the finalizers, and records the end together with the last outcome. */
  private void finish(RunOutcome end, Outcome recorded) {
    Map<String, Throwable> failed = new LinkedHashMap<>();
    for (Pipeline.Finalizer finalizer : pipeline.finalizers()) {
      if (past.done.containsKey(finalizer.name())) {
        continue;
      }
      journal.add(finalizer.name(), Outcome.STARTED, "");
      journal.commit();
      Throwable failure = failure(finalizer, end);
      if (failure == null) {
        journal.add(finalizer.name(), Outcome.SUCCEEDED, "");
      } else {
        journal.add(finalizer.name(), Outcome.FAILED, failure.getClass().getName());
        failed.put(finalizer.name(), failure);
      }
    }
    boolean ended = failed.isEmpty() || recorded != Outcome.RUN_FINISHED;
    journal.add("", ended ? recorded : Outcome.RUN_FAILED, "");
    journal.commit();
    failures.putAll(failed);
    if (!ended) {
      throw failure();
    }
  }

  /** Does the finalizers of a call whose run has not ended: they are done again when it has. */
  private void leaveBehind() {
    journal.commit();
    for (Pipeline.Finalizer finalizer : pipeline.finalizers()) {
      Throwable failure = failure(finalizer, RunOutcome.CANCELLED);
      if (failure != null) {
        LOG.warn("Finalizer '{}' of run '{}' failed", finalizer.name(), id, failure);
      }
    }
  }

  /** Why a finalizer failed, null if it did not; those after it are done all the same. */
  private static @Nullable Throwable failure(Pipeline.Finalizer finalizer, RunOutcome end) {
    try {
      finalizer.body().run(end);
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  private StepFailedException failure() {
    Map.Entry<String, Throwable> first = failures.entrySet().iterator().next();
    if (first.getValue() instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    StepFailedException failure =
        new StepFailedException(
            pipeline.name(),
            first.getKey(),
            id,
            "step '"
                + first.getKey()
                + "' of pipeline '"
                + pipeline.name()
                + "' failed: "
                + first.getValue().getMessage()
                + (failures.size() > 1 ? " (and " + (failures.size() - 1) + " more)" : "")
                + "; mend the cause and run '"
                + id
                + "' again to resume",
            first.getValue());
    failures.values().stream().skip(1).forEach(failure::addSuppressed);
    return failure;
  }
}
