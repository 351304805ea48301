package dev.endolith.pipeline;

import dev.endolith.pipeline.StepRecord.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/*
 * The calls of the host's code that a run has under way: what may begin, what runs, what is tried
 * again later, and when time is over. Confined to the coordinator, but for the inbox.
 *
 * A call runs on the coordinator itself if it is the only one and nothing has to watch it, which saves
 * two hand-offs a step in a chain.
 */
final class Calls {
  /** Is told how calls ended. */
  interface Outcomes {
    void ended(Instance instance, StepCall.Result result);
  }

  /** How long steps may take to end after the run was cancelled. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private static final long NEVER = Long.MAX_VALUE;

  private final RunRequest<?> request;
  private final Pipelines.Engine engine;
  private final Cancellation cancellation;
  private final StepCall call;
  private final RunJournal journal;
  private final Tell tell;
  private final Outcomes outcomes;
  private final LinkedBlockingQueue<Message> inbox = new LinkedBlockingQueue<>();
  private final Runnable wake; // one object, by which those who wait for a resource are known
  private final Deque<Instance> waiting = new ArrayDeque<>();
  private final Map<Instance, UnderWay> running = new HashMap<>();
  private final PriorityQueue<Later> later = new PriorityQueue<>();
  private volatile @Nullable FutureTask<?> inline;
  private long deadline;
  private long abandonAt = NEVER;
  private boolean interrupted;

  /** What came back from a call; without an instance it only wakes the coordinator. */
  private record Message(
      @Nullable Instance instance, int attempt, StepCall.@Nullable Result result) {}

  private record UnderWay(FutureTask<?> task, AtomicBoolean begun, long timeoutAt) {}

  private record Later(long at, Instance instance) implements Comparable<Later> {
    @Override
    public int compareTo(Later other) {
      return Long.compare(at, other.at);
    }
  }

  Calls(
      RunRequest<?> request,
      Cancellation cancellation,
      StepCall call,
      RunJournal journal,
      Tell tell,
      Outcomes outcomes) {
    this.request = request;
    this.engine = request.engine();
    this.cancellation = cancellation;
    this.call = call;
    this.journal = journal;
    this.tell = tell;
    this.outcomes = outcomes;
    this.wake = this::wake;
    Duration limit = request.timeLimit();
    this.deadline = limit == null ? NEVER : System.nanoTime() + limit.toNanos();
    cancellation.onAsked(this::interruptInline);
    cancellation.onAsked(wake);
  }

  private void wake() {
    inbox.add(new Message(null, 0, null));
  }

  boolean isCancelled() {
    return cancellation.isAsked();
  }

  boolean isIdle() {
    return running.isEmpty() && later.isEmpty() && waiting.isEmpty();
  }

  /** Calls a node as soon as there is room. */
  void add(Instance instance) {
    waiting.add(instance);
  }

  /** Calls a node again after a while. */
  void again(Instance instance, long millis, Throwable error) {
    tell.on(
        new PipelineEvent.StepRetried(
            request.id(),
            instance.path,
            instance.attempt,
            Duration.ofMillis(millis),
            error.getClass().getName()));
    later.add(new Later(System.nanoTime() + millis * 1_000_000, instance));
  }

  /** Lets what is under way end, and begins nothing else. */
  void beginNoMore() {
    waiting.clear();
    later.clear();
    if (isCancelled() && abandonAt == NEVER) {
      abandonAt = System.nanoTime() + GRACE.toNanos();
      running.forEach(this::cancel);
    }
  }

  /** Begins what there is room for, after everything that gathered in the journal is durable. */
  void launch() {
    List<Instance> batch = new ArrayList<>();
    int free = request.parallelism() - running.size();
    for (Iterator<Instance> next = waiting.iterator(); next.hasNext() && batch.size() < free; ) {
      Instance instance = next.next();
      if (engine.resources().take(resources(instance), wake)) {
        next.remove();
        batch.add(instance);
      }
    }
    if (batch.isEmpty()) {
      return;
    }
    for (Instance instance : batch) {
      instance.attempt++;
      if (instance.started == null) {
        instance.started = engine.clock().instant();
        journal.add(instance.path, Outcome.STARTED, "");
      }
    }
    journal.commit();
    boolean alone = batch.size() == 1 && running.isEmpty() && later.isEmpty();
    for (Instance instance : batch) {
      begin(instance, alone && deadline == NEVER && timeout(instance) == null);
    }
  }

  private void begin(Instance instance, boolean here) {
    int attempt = instance.attempt;
    tell.on(new PipelineEvent.StepBegan(request.id(), instance.path, attempt));
    AtomicBoolean begun = new AtomicBoolean();
    FutureTask<?> task =
        new FutureTask<>(
            () -> {
              if (begun.compareAndSet(false, true)) {
                inbox.add(new Message(instance, attempt, call.call(instance)));
              }
            },
            null);
    Duration limit = timeout(instance);
    long timeoutAt = limit == null ? NEVER : System.nanoTime() + limit.toNanos();
    UnderWay underWay = new UnderWay(task, begun, timeoutAt);
    running.put(instance, underWay);
    if (here) {
      inline = task;
      if (isCancelled()) {
        cancel(instance, underWay); // asked before the call could be seen
      }
      task.run();
      inline = null;
      if (task.isCancelled()) {
        Thread.interrupted(); // was meant for the call
      }
    } else {
      engine.executor().execute(task);
    }
  }

  /** Interrupts a call; one that has not begun ends at once. */
  private void cancel(Instance instance, UnderWay call) {
    call.task().cancel(true);
    if (call.begun().compareAndSet(false, true)) {
      StepCall.Result result = StepCall.Result.failed(new InterruptedException("cancelled"));
      inbox.add(new Message(instance, instance.attempt, result));
    }
  }

  /** Gives the host back the interruption that ended the run. */
  void end() {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void interruptInline() {
    FutureTask<?> task = inline;
    if (task != null) {
      task.cancel(true);
    }
  }

  /** Waits until something has ended or is due. */
  void await() {
    long next = Math.min(deadline, abandonAt);
    Later soonest = later.peek();
    if (soonest != null) {
      next = Math.min(next, soonest.at());
    }
    for (UnderWay underWay : running.values()) {
      next = Math.min(next, underWay.timeoutAt());
    }
    try {
      Message message =
          next == NEVER
              ? inbox.take()
              : inbox.poll(Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS);
      for (; message != null; message = inbox.poll()) {
        handle(message);
      }
    } catch (InterruptedException e) {
      interrupted = true; // the host wants its thread back; the run can be resumed
      cancellation.ask(false);
    }
    timers(System.nanoTime());
  }

  private void timers(long now) {
    if (now >= deadline) {
      deadline = NEVER;
      cancellation.ask(false);
    }
    if (now >= abandonAt) {
      running.keySet().forEach(instance -> engine.resources().give(resources(instance)));
      running.clear();
    }
    while (!later.isEmpty() && later.element().at() <= now) {
      waiting.add(later.remove().instance());
    }
    for (Map.Entry<Instance, UnderWay> entry : List.copyOf(running.entrySet())) {
      if (entry.getValue().timeoutAt() <= now) {
        Instance instance = entry.getKey();
        entry.getValue().task().cancel(true);
        TimeoutException error =
            new TimeoutException("it took longer than " + timeout(instance) + ", its timeout");
        handle(new Message(instance, instance.attempt, StepCall.Result.failed(error)));
      }
    }
  }

  private void handle(Message message) {
    Instance instance = message.instance();
    StepCall.Result result = message.result();
    if (instance != null
        && result != null
        && message.attempt() == instance.attempt // not an answer that comes after its timeout
        && running.remove(instance) != null) {
      engine.resources().give(resources(instance));
      outcomes.ended(instance, result);
    }
  }

  private static @Nullable Duration timeout(Instance instance) {
    return instance.node instanceof Node.Task<?> task ? task.options().timeout() : null;
  }

  private static Map<String, Integer> resources(Instance instance) {
    return instance.node instanceof Node.Task<?> task ? task.options().resources() : Map.of();
  }
}
