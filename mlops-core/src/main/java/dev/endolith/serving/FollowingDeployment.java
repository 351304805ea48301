package dev.endolith.serving;

import dev.endolith.contract.Findings;
import dev.endolith.data.Id;
import dev.endolith.data.IdGenerator;
import dev.endolith.data.Task;
import dev.endolith.error.CallRefusedException;
import dev.endolith.error.EndolithException;
import dev.endolith.error.PredictionException;
import dev.endolith.event.Event;
import dev.endolith.explain.Explainers;
import dev.endolith.explain.Explanation;
import dev.endolith.model.Prediction;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Models;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the aliases of a registry. */
final class FollowingDeployment<X, Y> implements BuiltDeployment<X, Y> {
  private static final Logger LOG = LoggerFactory.getLogger(FollowingDeployment.class);

  private final String name;
  private final Task<X, Y> task;
  private final Models models;
  private final IdGenerator ids;
  private final @Nullable Canary canary;
  private final Follower<X, Y> follower;
  private final @Nullable BanditMemory banditMemory;
  private final @Nullable Shadow<X, Y> shadowing;
  private final Failures failures;
  private final Aftermath<X, Y> aftermath;
  private final StandIns<X, Y> standIns;
  private final RowBatches<X, Y> batches;
  private final @Nullable PredictionLog log;
  private final @Nullable PredictionRecorder recorder;
  private final @Nullable SafetyCopy<X, Y> safety;
  private final @Nullable AutoCloseable subscription;
  private final Doorkeeper door;
  private final CallExecutor executor;
  private final ReentrantLock swapping = new ReentrantLock();
  private volatile Routing<X, Y> routing;
  private volatile Optional<String> problem = Optional.empty();
  private volatile Desired desired = Desired.NOTHING;
  private volatile boolean closed;

  FollowingDeployment(DeploymentBuilder<X, Y> builder, IdGenerator ids, AtomicLong lost) {
    this.name = builder.name;
    this.task = builder.task;
    this.models = builder.models;
    this.ids = ids;
    this.canary = builder.canary;
    this.follower = new Follower<>(builder);
    this.door = new Doorkeeper(name, builder.guards, builder.nanoTime);
    this.executor = new CallExecutor(name, builder.executor);
    this.banditMemory = builder.bandit;
    this.shadowing = builder.shadow == null ? null : new Shadow<>(name, task);
    this.log = builder.log;
    this.safety = builder.copies == null ? null : new SafetyCopy<>(builder, follower);
    this.recorder = log == null ? null : new PredictionRecorder(name, log, builder.sampled, lost);
    this.failures = new Failures(name);
    this.aftermath = new Aftermath<>(builder, recorder, shadowing);
    this.standIns =
        new StandIns<>(builder.rule, door, failures, aftermath, this::routing, this::isClosed);
    this.batches =
        new RowBatches<>(task, ids, recorder != null, door, failures, standIns, aftermath);
    this.routing = Routing.none();
    refresh();
    this.subscription =
        builder.events == null
            ? null
            : builder.events.listen(
                event -> {
                  if (event instanceof Event.AliasMoved moved && moved.model().equals(name)) {
                    refresh();
                  }
                });
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<Task<X, Y>> task() {
    return Optional.of(task);
  }

  @Override
  public List<Long> serving() {
    return routing.serving().stream().map(ModelSlot::version).toList();
  }

  @Override
  public Served<Y> predict(X x, CallContext context) {
    return predict(x, context, Findings.NONE);
  }

  /** Answers a row in which a contract found what it found. */
  Served<Y> predict(X x, CallContext context, Findings findings) {
    long arrived = door.arrival(context);
    return guarded(x, context, findings, arrived, door.deadline(context, arrived));
  }

  @Override
  public CompletableFuture<Served<Y>> predictAsync(X x, CallContext context) {
    return predictAsync(x, context, Findings.NONE);
  }

  /** Answers, on another thread, a row in which a contract found what it found. */
  CompletableFuture<Served<Y>> predictAsync(X x, CallContext context, Findings findings) {
    long deadline = door.deadline(context, door.arrival(context));
    return executor.run(() -> waited(x, context, findings, deadline));
  }

  @Override
  public Served<Y> waited(X x, CallContext context, long deadline) {
    return waited(x, context, Findings.NONE, deadline);
  }

  /** Answers a row that came some time ago, in which a contract found what it found. */
  Served<Y> waited(X x, CallContext context, Findings findings, long deadline) {
    return guarded(x, context, findings, door.arrival(context), deadline);
  }

  private Served<Y> guarded(
      X x, CallContext context, Findings findings, long arrived, long deadline) {
    CallRefusedException refusal = door.enter(context, arrived);
    if (refusal != null) {
      Routing<X, Y> now = routing;
      return standIns.byRule(
          new Asked<>(now, now.champion(), x, key(x, context), ids.next(), deadline, findings),
          refusal);
    }
    try {
      return ask(x, context, findings, arrived, deadline);
    } finally {
      door.leave();
    }
  }

  private Served<Y> ask(X x, CallContext context, Findings findings, long arrived, long deadline) {
    while (true) {
      Routing<X, Y> now = routing;
      String key = now.plain() && recorder == null ? "" : key(x, context);
      Id id = ids.next();
      Choice<X, Y> choice = now.choose(key, id);
      if (deadline != Doorkeeper.NEVER && arrived - deadline >= 0) {
        return standIns.byRule(
            new Asked<>(now, choice, x, key, id, deadline, findings), door.tooLate());
      }
      ModelSlot<X, Y> slot = choice.slot();
      if (slot == null) {
        return standIns.instead(
            new Asked<>(now, choice, x, key, id, deadline, findings), noVersion());
      }
      int stripe = slot.enter();
      if (stripe < 0) {
        if (closed) {
          throw noVersion();
        }
        continue; // the slot was retired after the routing was read: the new routing is there
      }
      RolloutMeter meter = now.meter();
      long started = meter == null ? 0 : meter.start();
      Breaker breaker = slot.breaker();
      int permit = Breaker.NORMAL;
      Prediction<Y> prediction = null;
      RuntimeException failure = null;
      try {
        permit = breaker == null ? Breaker.NORMAL : breaker.admit(door);
        if (permit != Breaker.REFUSED) {
          prediction = slot.predictor().predict(x);
        }
      } catch (RuntimeException e) {
        failure = e;
      } finally {
        slot.leave(stripe);
      }
      boolean late = door.late(deadline);
      if (breaker != null) {
        breaker.tell(permit, prediction == null || late, door);
      }
      if (meter != null) {
        meter.count(choice.route(), started, prediction == null || late);
      }
      if (prediction == null) {
        PredictionException why =
            permit == Breaker.REFUSED ? failures.broken(slot) : failures.failed(slot, failure);
        return standIns.instead(new Asked<>(now, choice, x, key, id, deadline, findings), why);
      }
      if (late) {
        return standIns.byRule(
            new Asked<>(now, choice, x, key, id, deadline, findings), door.tooLate());
      }
      return aftermath.of(
          now,
          choice,
          x,
          key,
          new Served<>(
              prediction, id, slot.version(), choice.generation(), choice.route(), findings));
    }
  }

  @Override
  public Stream<RowResult<Y>> predictAll(Stream<? extends X> rows, CallContext context) {
    return predictAll(rows::iterator, context).onClose(rows::close);
  }

  /**
   * Answers the rows of an iterator.
   *
   * @param rows gives them once a version is there to answer; whatever it throws costs no place
   */
  Stream<RowResult<Y>> predictAll(Supplier<Iterator<? extends X>> rows, CallContext context) {
    long arrived = door.arrival(context);
    long deadline = door.deadline(context, arrived);
    CallRefusedException refusal = door.enter(context, arrived);
    if (refusal != null) {
      throw refusal;
    }
    boolean pinned = false;
    try {
      while (true) {
        Routing<X, Y> now = routing;
        ModelSlot<X, Y> slot = now.champion().slot();
        if (slot == null) {
          throw noVersion();
        }
        int stripe = slot.enter();
        if (stripe < 0) {
          if (closed) {
            throw noVersion();
          }
          continue;
        }
        PinnedBatch<X, Y> batch;
        try {
          batch =
              new PinnedBatch<>(
                  rows.get(),
                  chunk -> batches.answer(now, slot, chunk, deadline),
                  () -> {
                    slot.leave(stripe);
                    door.leave();
                  });
          pinned = true;
        } finally {
          if (!pinned) {
            slot.leave(stripe);
          }
        }
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(
                    batch, Spliterator.ORDERED | Spliterator.NONNULL),
                false)
            .onClose(batch::close);
      }
    } finally {
      if (!pinned) {
        door.leave();
      }
    }
  }

  private String key(X x, CallContext context) {
    return context.key().isEmpty() ? task.key(x).orElse("") : context.key();
  }

  private PredictionException noVersion() {
    String why =
        closed
            ? "is closed"
            : problem.orElse(
                "has no champion yet; point the alias '" + Alias.CHAMPION + "' to a version");
    return new PredictionException(name, "deployment '" + name + "' " + why);
  }

  @Override
  public FeedbackResult feedback(Id prediction, Y label, Instant at) {
    return feedback(List.of(new Feedback(prediction, "", task.labelName(label), at))).get(0);
  }

  @Override
  public FeedbackResult feedback(String key, Y label, Instant at) {
    return feedback(List.of(new Feedback(null, key, task.labelName(label), at))).get(0);
  }

  @Override
  public List<FeedbackResult> feedback(List<Feedback> feedback) {
    if (log == null) {
      throw new IllegalStateException(
          "deployment '" + name + "' keeps no log, so it cannot take feedback; give it one");
    }
    feedback.forEach(f -> task.labelOf(f.label()));
    flush(); // what was answered before must be findable
    List<FeedbackResult> results = log.label(name, feedback);
    if (shadowing != null) {
      for (int i = 0; i < results.size(); i++) {
        if (results.get(i) instanceof FeedbackResult.Accepted accepted) {
          shadowing.label(accepted.prediction(), feedback.get(i).label());
        }
      }
    }
    return results;
  }

  @Override
  public void refresh() {
    swapping.lock();
    try {
      if (closed) {
        return;
      }
      Follower.Next<X, Y> next = follower.next(routing);
      replace(next.routing());
      problem = next.problem();
      if (safety != null) {
        safety.keep(next.routing().champion());
      }
    } catch (RuntimeException e) {
      // whatever is loaded goes on answering
      if (problem.isEmpty()) {
        LOG.warn(
            "Deployment {} cannot follow its aliases; what is loaded goes on answering", name, e);
      }
      String why = e.getMessage() == null ? e.getClass().getName() : e.getMessage();
      problem = Optional.of(safety == null ? why : safety.instead(e, why, routing, this::replace));
    } finally {
      swapping.unlock();
    }
  }

  private void replace(Routing<X, Y> next) {
    Routing<X, Y> before = routing;
    routing = next;
    List<ModelSlot<X, Y>> used = before.slots();
    List<ModelSlot<X, Y>> needed = next.slots();
    if (!used.equals(needed)) {
      FlightEvents.swapped(name, before, next);
    }
    for (ModelSlot<X, Y> old : used) {
      if (!needed.contains(old)) {
        old.retire();
      }
    }
  }

  @Override
  public Explanation explain(X x, Served<Y> served, int output, Explainers<X, Y> how) {
    for (ModelSlot<X, Y> slot : routing.slots()) {
      int stripe = slot.version() == served.version() ? slot.enter() : -1;
      if (stripe >= 0) {
        try {
          return how.explainerOf(slot.predictor()).explain(x, output);
        } finally {
          slot.leave(stripe);
        }
      }
    }
    throw new PredictionException(
        name,
        served.version() == 0
            ? "no version of '" + name + "' gave this answer, so none can explain it"
            : "version "
                + served.version()
                + " of '"
                + name
                + "' is not loaded here any more; load it from the registry to explain its answers");
  }

  @Override
  public boolean reward(Id prediction, double reward) {
    return banditMemory != null && banditMemory.reward(prediction, reward);
  }

  @Override
  public Optional<BanditState> bandit() {
    return Optional.ofNullable(banditMemory).map(BanditMemory::state);
  }

  @Override
  public Optional<ShadowComparison> shadow() {
    return Optional.ofNullable(shadowing).map(s -> s.comparison(routing.shadow()));
  }

  @Override
  public Optional<ServiceHealth> health() {
    return Optional.ofNullable(routing.meter()).map(RolloutMeter::health);
  }

  @Override
  public DeploymentStatus status() {
    Routing<X, Y> now = routing;
    Optional<String> why = problem;
    try {
      desired = Desired.of(models, name, canary);
    } catch (EndolithException e) {
      // what was wanted last stands; the workspace being down is no reason to say nothing
      why = why.isPresent() ? why : Optional.of("the workspace cannot be asked: " + e.getMessage());
    }
    Desired wanted = desired;
    return new DeploymentStatus(
        wanted.champion(),
        version(now.champion().slot()),
        wanted.challenger(),
        version(now.challengerSlot()),
        now.champion().generation(),
        why,
        recorder == null ? 0 : recorder.lost(),
        now.slots().stream().map(ModelSlot::loaded).toList());
  }

  /** One volatile read, for the contract asks it at every call. */
  @Override
  public long champion() {
    return version(routing.champion().slot());
  }

  private static long version(@Nullable ModelSlot<?, ?> slot) {
    return slot == null ? 0 : slot.version();
  }

  private Routing<X, Y> routing() {
    return routing;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public long bytes() {
    return routing.slots().stream().mapToLong(slot -> slot.bytes(task)).sum();
  }

  @Override
  public void flush() {
    if (recorder != null) {
      recorder.flush();
    }
  }

  @Override
  public void close() {
    swapping.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      Routing<X, Y> last = routing;
      routing = Routing.none();
      last.slots().forEach(ModelSlot::retire);
    } finally {
      swapping.unlock();
    }
    if (subscription != null) {
      try {
        subscription.close();
      } catch (Exception e) {
        throw new IllegalStateException("a subscription closes without failing", e);
      }
    }
    executor.close();
    if (shadowing != null) {
      shadowing.close();
    }
    if (recorder != null) {
      recorder.close();
    }
    if (banditMemory != null) {
      banditMemory.save();
    }
  }
}
