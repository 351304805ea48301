package dev.endolith.serving;

import dev.endolith.data.Id;
import dev.endolith.data.IdGenerator;
import dev.endolith.data.Row;
import dev.endolith.data.Task;
import dev.endolith.error.PredictionException;
import dev.endolith.event.Event;
import dev.endolith.model.AnomalyScored;
import dev.endolith.model.Classified;
import dev.endolith.model.Prediction;
import dev.endolith.privacy.PrivacyPolicy;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Models;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
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
  private final @Nullable PredictionLog log;
  private final @Nullable PredictionRecorder recorder;
  private final @Nullable AutoCloseable subscription;
  private final ReentrantLock swapping = new ReentrantLock();
  private volatile Routing<X, Y> routing;
  private volatile Optional<String> problem = Optional.empty();
  private volatile boolean closed;

  FollowingDeployment(DeploymentBuilder<X, Y> builder, IdGenerator ids) {
    this.name = builder.name;
    this.task = builder.task;
    this.models = builder.models;
    this.privacy = builder.privacy;
    this.clock = builder.clock;
    this.ids = ids;
    this.canary = builder.canary;
    this.log = builder.log;
    this.recorder = log == null ? null : new PredictionRecorder(name, log);
    this.routing = new Routing<>(null, 0, null, 0, 0, "");
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
    return slots(routing).stream().map(ModelSlot::version).toList();
  }

  @Override
  public Served<Y> predict(X x, CallContext context) {
    while (true) {
      Routing<X, Y> now = routing;
      String key = now.challenger() == null && recorder == null ? "" : key(x, context);
      Id id = ids.next();
      boolean challenge =
          now.challenger() != null && now.toChallenger(key.isEmpty() ? id.toString() : key);
      ModelSlot<X, Y> slot = challenge ? now.challenger() : now.champion();
      if (slot == null) {
        throw noVersion();
      }
      int stripe = slot.enter();
      if (stripe < 0) {
        if (closed) {
          throw noVersion();
        }
        continue; // the slot was retired after the routing was read: the new routing is there
      }
      Prediction<Y> prediction;
      try {
        prediction = slot.predictor().predict(x);
      } catch (RuntimeException e) {
        throw new PredictionException(
            name,
            "version "
                + slot.version()
                + " of '"
                + name
                + "' failed to answer with "
                + e.getClass().getName(),
            e);
      } finally {
        slot.leave(stripe);
      }
      Served<Y> served =
          new Served<>(
              prediction,
              id,
              slot.version(),
              challenge ? now.challengerGeneration() : now.championGeneration(),
              challenge ? Route.CANARY : Route.CHAMPION);
      if (recorder != null) {
        recorder.record(record(x, key, served));
      }
      return served;
    }
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

  private PredictionRecord record(X x, String key, Served<Y> served) {
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
        scores);
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
    return log.label(name, feedback);
  }

  @Override
  public void refresh() {
    swapping.lock();
    try {
      if (closed) {
        return;
      }
      Alias champion = models.alias(name, Alias.CHAMPION).orElse(null);
      Alias challenger = canary == null ? null : models.alias(name, canary.alias()).orElse(null);
      follow(champion, challenger);
      problem = Optional.empty();
    } catch (RuntimeException e) {
      // whatever is loaded goes on answering
      if (problem.isEmpty()) {
        LOG.warn(
            "Deployment {} cannot follow its aliases; what is loaded goes on answering", name, e);
      }
      problem = Optional.of(e.getMessage() == null ? e.getClass().getName() : e.getMessage());
    } finally {
      swapping.unlock();
    }
  }

  /** Loads what is not loaded, replaces the routing, then retires what is not needed any more. */
  private void follow(@Nullable Alias champion, @Nullable Alias challenger) {
    Routing<X, Y> before = routing;
    if (before.championGeneration() == generation(champion)
        && before.challengerGeneration() == generation(challenger)) {
      return;
    }
    ModelSlot<X, Y> first = slot(champion, before);
    ModelSlot<X, Y> second = slot(challenger, before);
    routing =
        new Routing<>(
            first,
            generation(champion),
            second,
            generation(challenger),
            canary == null ? 0 : canary.share(),
            name + (challenger == null ? "" : "." + challenger.version()) + ":");
    for (ModelSlot<X, Y> old : slots(before)) {
      if (old != first && old != second) {
        old.retire();
      }
    }
  }

  private @Nullable ModelSlot<X, Y> slot(@Nullable Alias alias, Routing<X, Y> loaded) {
    if (alias == null) {
      return null;
    }
    for (ModelSlot<X, Y> slot : slots(loaded)) {
      if (slot.version() == alias.version()) {
        return slot;
      }
    }
    return new ModelSlot<>(alias.version(), models.load(models.get(name, alias.version()), task));
  }

  private static <X, Y> List<ModelSlot<X, Y>> slots(Routing<X, Y> routing) {
    java.util.ArrayList<ModelSlot<X, Y>> slots = new java.util.ArrayList<>(2);
    if (routing.champion() != null) {
      slots.add(routing.champion());
    }
    if (routing.challenger() != null && routing.challenger() != routing.champion()) {
      slots.add(routing.challenger());
    }
    return slots;
  }

  private static long generation(@Nullable Alias alias) {
    return alias == null ? 0 : alias.generation();
  }

  @Override
  public DeploymentStatus status() {
    Routing<X, Y> now = routing;
    long desiredChampion = models.alias(name, Alias.CHAMPION).map(Alias::version).orElse(0L);
    long desiredChallenger =
        canary == null ? 0 : models.alias(name, canary.alias()).map(Alias::version).orElse(0L);
    return new DeploymentStatus(
        desiredChampion,
        now.champion() == null ? 0 : now.champion().version(),
        desiredChallenger,
        now.challenger() == null ? 0 : now.challenger().version(),
        now.championGeneration(),
        problem,
        recorder == null ? 0 : recorder.lost());
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
      routing = new Routing<>(null, 0, null, 0, 0, "");
      slots(last).forEach(ModelSlot::retire);
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
    if (recorder != null) {
      recorder.close();
    }
  }
}
