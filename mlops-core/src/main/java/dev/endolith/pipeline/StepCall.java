package dev.endolith.pipeline;

import dev.endolith.data.CanonicalJson;
import dev.endolith.registry.GateResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Calls the host's code for one node, on whatever thread: the body of a step, its recovery, or the
 * judge of a gate.
 */
final class StepCall {
  private final Values values;
  private final @Nullable StepCache cache;

  StepCall(Values values, @Nullable StepCache cache) {
    this.values = values;
    this.cache = cache;
  }

  /**
   * How a call ended.
   *
   * @param value the output, null if it failed
   * @param kept what the journal says of the output
   * @param error why it failed, null if it did not
   * @param how what was done
   * @param why why it came from the cache or not
   */
  record Result(
      @Nullable Object value,
      String kept,
      @Nullable Throwable error,
      StepReport.How how,
      String why) {
    static Result failed(Throwable error) {
      return new Result(null, "", error, StepReport.How.FAILED, "");
    }
  }

  /** A node of a run in which somebody waits for it. */
  Result call(Instance instance) {
    try {
      Throwable failure = instance.failure;
      if (instance.node instanceof Node.Task<?> task) {
        return failure == null ? perform(instance, task) : recover(task, failure);
      }
      return judge(instance, (Node.Judged<?>) instance.node);
    } catch (Values.Failed e) {
      return Result.failed(e.getCause() == null ? e : e.getCause());
    } catch (Throwable e) { // an Error of one step is no reason to lose what the others did
      return Result.failed(e);
    }
  }

  private <A> Result perform(Instance instance, Node.Task<A> task) throws Exception {
    StepCache.Key key = null;
    String why = "";
    if (cache != null && task.options().cached()) {
      key = cache.key(instance, task, values);
      StepCache.Lookup found = cache.find(key, values);
      if (found.kept() != null) {
        return new Result(null, found.kept(), null, StepReport.How.CACHED, found.why());
      }
      why = found.why();
    }
    List<Object> inputs = values.inputs(instance);
    A value = Values.present(task.body().run(inputs));
    String kept = keep(task, value);
    if (key != null && cache != null) {
      cache.put(key, kept);
    }
    return new Result(value, kept, null, StepReport.How.DONE, why);
  }

  private <A> Result recover(Node.Task<A> task, Throwable failure) throws Exception {
    StepBody.Recovery<A> recovery = task.options().recovery();
    if (recovery == null) {
      throw new IllegalStateException("step '" + task.name() + "' has no recovery");
    }
    A value = Values.present(recovery.run(failure));
    return new Result(
        value, keep(task, value), null, StepReport.How.RECOVERED, failure.getClass().getName());
  }

  private <A> String keep(Node.Task<A> task, A value) {
    if (!(task.value() instanceof StepValue.Kept<A> keeping)) {
      return "";
    }
    try {
      return values.keep(keeping, value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the output of step '"
              + task.name()
              + "', a "
              + value.getClass().getName()
              + ", cannot be kept as it was declared: "
              + e.getMessage(),
          e);
    }
  }

  @SuppressWarnings("unchecked") // the input of a Judged<A> is an A
  private <A> Result judge(Instance instance, Node.Judged<A> gate) throws Exception {
    GateResult result =
        Values.present(
            gate.judge().run((A) values.of(instance.frame.instance(gate.inputs().get(0)))));
    return new Result(result, CanonicalJson.write(result), null, StepReport.How.DONE, "");
  }
}
