package dev.endolith.serving;

import dev.endolith.data.Id;
import dev.endolith.data.IdGenerator;
import dev.endolith.data.Row;
import dev.endolith.data.Task;
import dev.endolith.error.CallRefusedException;
import dev.endolith.error.EndolithException;
import dev.endolith.error.PredictionException;
import dev.endolith.event.Event;
import dev.endolith.model.AnomalyScored;
import dev.endolith.model.Classified;
import dev.endolith.model.Prediction;
import dev.endolith.privacy.PrivacyPolicy;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Models;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the aliases of a registry. */
final class FollowingDeployment<X, Y> implements Deployment<X, Y> {
  private static final Logger LOG = LoggerFactory.getLogger(FollowingDeployment.class);
  private static final double[] NO_SCORES = {};

  private final String name;
  private final Task<X, Y> task;
  private final Models models;
  private final PrivacyPolicy privacy;
  private final Clock clock;
  private final IdGenerator ids;
  private final @Nullable Canary canary;
  private final Follower<X, Y> follower;
  private final @Nullable BanditMemory banditMemory;
  private final @Nullable Shadow<X, Y> shadowing;
  private final @Nullable Fallback<X, Y> rule;
  private final @Nullable PredictionLog log;
  private final @Nullable PredictionRecorder recorder;
  private final LogSample sample;
  private final @Nullable SafetyCopy<X, Y> safety;
  private final @Nullable AutoCloseable subscription;
  private final Doorkeeper door;
  private final CallExecutor executor;
  private final ReentrantLock swapping = new ReentrantLock();
  private volatile Routing<X, Y> routing;
  private volatile Optional<String> problem = Optional.empty();
  private volatile Desired desired = new Desired(0, 0);
  private volatile boolean closed;

  FollowingDeployment(DeploymentBuilder<X, Y> builder, IdGenerator ids) {
    this.name = builder.name;
    this.task = builder.task;
    this.models = builder.models;
    this.privacy = builder.privacy;
    this.clock = builder.clock;
    this.ids = ids;
    this.canary = builder.canary;
    this.follower = new Follower<>(builder);
    this.door = new Doorkeeper(name, builder.guards, builder.nanoTime);
    this.executor = new CallExecutor(name, builder.executor);
    this.banditMemory = builder.bandit;
    this.shadowing = builder.shadow == null ? null : new Shadow<>(name, task);
    this.rule = builder.rule;
    this.log = builder.log;
    this.safety = builder.copies == null ? null : new SafetyCopy<>(builder, follower);
    this.sample = builder.sample;
    this.recorder = log == null ? null : new PredictionRecorder(name, log, builder.sampled);
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
    return routing.slots().stream().map(ModelSlot::version).toList();
  }

  @Override
  public Served<Y> predict(X x, CallContext context) {
    return guarded(x, context, door.deadline(context));
  }

  @Override
  public CompletableFuture<Served<Y>> predictAsync(X x, CallContext context) {
    long deadline = door.deadline(context);
    return executor.run(() -> guarded(x, context, deadline));
  }

  Served<Y> guarded(X x, CallContext context, long deadline) {
    CallRefusedException refusal = door.enter(context);
    if (refusal != null) {
      Routing<X, Y> now = routing;
      return byRule(now, now.champion(), x, key(x, context), ids.next(), refusal);
    }
    try {
      return ask(x, context, deadline);
    } finally {
      door.leave();
    }
  }

  private Served<Y> ask(X x, CallContext context, long deadline) {
    while (true) {
      Routing<X, Y> now = routing;
      String key = now.plain() && recorder == null ? "" : key(x, context);
      Id id = ids.next();
      Choice<X, Y> choice = now.choose(key, id);
      if (door.late(deadline)) {
        return byRule(now, choice, x, key, id, door.tooLate());
      }
      ModelSlot<X, Y> slot = choice.slot();
      if (slot == null) {
        return instead(now, choice, x, key, id, deadline, noVersion());
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
        permit = breaker == null ? Breaker.NORMAL : breaker.admit(door.now());
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
        tell(breaker, permit, prediction == null || late);
      }
      if (meter != null) {
        meter.count(choice.route(), started, prediction == null);
      }
      if (prediction == null) {
        PredictionException why = permit == Breaker.REFUSED ? broken(slot) : failed(slot, failure);
        return instead(now, choice, x, key, id, deadline, why);
      }
      if (late) {
        return byRule(now, choice, x, key, id, door.tooLate());
      }
      return served(
          now,
          choice,
          x,
          key,
          new Served<>(prediction, id, slot.version(), choice.generation(), choice.route()));
    }
  }

  private void tell(Breaker breaker, int permit, boolean failed) {
    if (permit == Breaker.REFUSED) {
      return;
    }
    if (failed) {
      breaker.failed(permit, door.now());
    } else {
      breaker.succeeded(permit);
    }
  }

  private CallRefusedException broken(ModelSlot<X, Y> slot) {
    return new CallRefusedException(
        name,
        CallRefusedException.Guard.BREAKER,
        Duration.ZERO,
        "version "
            + slot.version()
            + " of '"
            + name
            + "' failed too often lately and is not asked for a while");
  }

  @Override
  public Stream<RowResult<Y>> predictAll(Stream<? extends X> rows, CallContext context) {
    long deadline = door.deadline(context);
    CallRefusedException refusal = door.enter(context);
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
        pinned = true;
        PinnedBatch<X, Y> batch =
            new PinnedBatch<>(
                rows.iterator(),
                chunk -> chunk(now, slot, chunk, deadline),
                () -> {
                  slot.leave(stripe);
                  door.leave();
                });
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(
                    batch, Spliterator.ORDERED | Spliterator.NONNULL),
                false)
            .onClose(batch::close)
            .onClose(rows::close);
      }
    } finally {
      if (!pinned) {
        door.leave();
      }
    }
  }

  /** The results of some rows: asked together, and one by one where that fails. */
  private List<RowResult<Y>> chunk(
      Routing<X, Y> now, ModelSlot<X, Y> slot, List<X> rows, long deadline) {
    List<Prediction<Y>> answers = List.of();
    if (!door.late(deadline)) {
      try {
        answers = slot.predictor().predictAll(rows);
      } catch (RuntimeException e) {
        answers = List.of(); // a bad row among them: each is asked for itself
      }
    }
    List<RowResult<Y>> results = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      X x = rows.get(i);
      Prediction<Y> answer = answers.size() == rows.size() ? answers.get(i) : null;
      try {
        results.add(new RowResult.Answered<>(row(now, slot, x, answer, deadline)));
      } catch (PredictionException e) {
        results.add(new RowResult.Failed<>(e));
      }
    }
    return results;
  }

  private Served<Y> row(
      Routing<X, Y> now,
      ModelSlot<X, Y> slot,
      X x,
      @Nullable Prediction<Y> together,
      long deadline) {
    Choice<X, Y> choice = now.champion();
    Id id = ids.next();
    String key = recorder == null ? "" : task.key(x).orElse("");
    Prediction<Y> answer = together;
    if (answer == null) {
      if (door.late(deadline)) {
        return byRule(now, choice, x, key, id, door.tooLate());
      }
      try {
        answer = slot.predictor().predict(x);
      } catch (RuntimeException e) {
        return byRule(now, choice, x, key, id, failed(slot, e));
      }
    }
    return served(
        now,
        choice,
        x,
        key,
        new Served<>(answer, id, slot.version(), choice.generation(), choice.route()));
  }

  /** The answer is out: its record, its shadow, and its reward to come. */
  private Served<Y> served(
      Routing<X, Y> now, Choice<X, Y> choice, X x, String key, Served<Y> served) {
    if (recorder != null && sample.takes(key, served.id())) { // log hook
      recorder.record(record(x, key, served, choice.assignment()));
    }
    ModelSlot<X, Y> shadow = now.shadow();
    if (shadow != null && shadowing != null) {
      shadowing.offer(shadow, served.id(), x, served.prediction());
    }
    if (served.route() == Route.BANDIT && now.bandit() != null) {
      now.bandit().answered(served.id(), choice.assignment());
    }
    return served;
  }

  /** The champion for an arm that failed, the version before, the host's rule, or the failure. */
  private Served<Y> instead(
      Routing<X, Y> now,
      Choice<X, Y> choice,
      X x,
      String key,
      Id id,
      long deadline,
      PredictionException first) {
    PredictionException why = first;
    List<ModelSlot<X, Y>> others = new ArrayList<>(2);
    if (now.champion().slot() != null && now.champion().slot() != choice.slot()) {
      others.add(now.champion().slot());
    }
    if (now.previous() != null && now.previous() != choice.slot()) {
      others.add(now.previous());
    }
    boolean retired = false;
    for (ModelSlot<X, Y> other : others) {
      if (door.late(deadline)) {
        break;
      }
      int stripe = other.enter();
      if (stripe < 0) {
        retired = true;
        continue;
      }
      Breaker breaker = other.breaker();
      int permit = breaker == null ? Breaker.NORMAL : breaker.admit(door.now());
      boolean answered = false;
      try {
        if (permit != Breaker.REFUSED) {
          Prediction<Y> prediction = other.predictor().predict(x);
          answered = true;
          return fellBack(now, choice, x, key, id, prediction, other.version());
        }
      } catch (RuntimeException e) {
        why = failed(other, e);
        why.addSuppressed(first);
      } finally {
        other.leave(stripe);
        if (breaker != null) {
          tell(breaker, permit, !answered);
        }
      }
    }
    if (retired && !closed) {
      return instead(routing, choice, x, key, id, deadline, why); // replaced before it is retired
    }
    return byRule(now, choice, x, key, id, why);
  }

  /** The host's rule, or the failure. */
  private Served<Y> byRule(
      Routing<X, Y> now, Choice<X, Y> choice, X x, String key, Id id, PredictionException why) {
    if (rule == null || closed) {
      throw why;
    }
    try {
      return fellBack(now, choice, x, key, id, rule.answer(x, why), 0);
    } catch (PredictionException e) {
      throw e; // the rule's own word, or what it was given
    } catch (RuntimeException e) {
      why.addSuppressed(e);
      throw why;
    }
  }

  private Served<Y> fellBack(
      Routing<X, Y> now,
      Choice<X, Y> choice,
      X x,
      String key,
      Id id,
      Prediction<Y> prediction,
      long version) {
    return served(now, choice, x, key, new Served<>(prediction, id, version, 0, Route.FALLBACK));
  }

  private PredictionException failed(ModelSlot<X, Y> slot, @Nullable RuntimeException e) {
    return new PredictionException(
        name,
        "version "
            + slot.version()
            + " of '"
            + name
            + "' failed to answer with "
            + (e == null ? "nothing" : e.getClass().getName()),
        e);
  }

  private String key(X x, CallContext context) {
    return context.key().isEmpty() ? task.key(x).orElse("") : context.key();
  }

  private static double[] scores(Prediction<?> prediction) {
    if (prediction instanceof AnomalyScored anomaly) {
      return new double[] {anomaly.score()};
    }
    return prediction instanceof Classified<?> classified ? classified.scores() : NO_SCORES;
  }

  private PredictionRecord record(X x, String key, Served<Y> served, Assignment assignment) {
    double[] scores = scores(served.prediction());
    return new PredictionRecord(
        served.id(),
        name,
        key,
        clock.instant(),
        served.version(),
        served.generation(),
        served.route(),
        privacy.apply(Row.copyOf(task.features(), x)),
        task.labelName(served.value()),
        scores,
        assignment);
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
    List<ModelSlot<X, Y>> needed = next.slots();
    for (ModelSlot<X, Y> old : before.slots()) {
      if (!needed.contains(old)) {
        old.retire();
      }
    }
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
      desired =
          new Desired(
              version(models.alias(name, Alias.CHAMPION)),
              canary == null ? 0 : version(models.alias(name, canary.alias())));
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

  /** Where the aliases pointed when they could be asked last. */
  private record Desired(long champion, long challenger) {}

  private static long version(Optional<Alias> alias) {
    return alias.map(Alias::version).orElse(0L);
  }

  /** Contract hook: the champion that answers now, 0 for none; one volatile read. */
  long champion() {
    return version(routing.champion().slot());
  }

  private static long version(@Nullable ModelSlot<?, ?> slot) {
    return slot == null ? 0 : slot.version();
  }

  boolean isClosed() {
    return closed;
  }

  /** What the loaded models hold: heap as measured, or their stored size if that is greater. */
  long bytes() {
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
  }
}
