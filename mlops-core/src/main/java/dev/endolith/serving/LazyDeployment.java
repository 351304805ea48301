package dev.endolith.serving;

import dev.endolith.data.Id;
import dev.endolith.data.Task;
import dev.endolith.error.PredictionException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/*
 * A deployment that is there while it is asked. The lock makes loads single; it is never held while
 * the cache is told, because the cache may evict another deployment on this thread, which takes that
 * one's lock. Who finds that the deployment was evicted between reading the field and asking it
 * loads it again.
 */
final class LazyDeployment<X, Y> implements Deployment<X, Y> {
  private static final int TELL_EVERY = 16;

  private final DeploymentBuilder<X, Y> builder;
  private final Deployments holder;
  private final Doorkeeper door; // for deadlines only: what it lets in is the deployment's matter
  private final CallExecutor executor;
  private final ReentrantLock loading = new ReentrantLock();
  private volatile @Nullable FollowingDeployment<X, Y> current;
  private volatile boolean pinned;
  private volatile long bytes;
  private int calls; // races may lose counts: it only spreads what the cache is told

  LazyDeployment(DeploymentBuilder<X, Y> builder, Deployments holder) {
    this.builder = builder;
    this.holder = holder;
    this.door = new Doorkeeper(builder.name, builder.guards, builder.nanoTime);
    this.executor = new CallExecutor(builder.name, builder.executor);
  }

  /** Runs a call on the loaded deployment, and again if that was evicted meanwhile. */
  private <A> A on(Function<FollowingDeployment<X, Y>, A> call) {
    while (true) {
      FollowingDeployment<X, Y> deployment = current;
      boolean fresh = false;
      if (deployment == null) {
        Loaded<X, Y> load = load();
        deployment = load.deployment();
        fresh = load.fresh();
      } else if ((++calls & (TELL_EVERY - 1)) == 0 && !pinned) {
        holder.used(builder.name);
      }
      try {
        return call.apply(deployment);
      } catch (PredictionException e) {
        if (!deployment.isClosed() || holder.isClosed()) {
          throw e;
        }
      } finally {
        if (fresh) {
          loaded(); // after the call: what the cache does not admit has answered once
        }
      }
    }
  }

  private record Loaded<X, Y>(FollowingDeployment<X, Y> deployment, boolean fresh) {}

  private Loaded<X, Y> load() {
    loading.lock();
    try {
      FollowingDeployment<X, Y> deployment = current;
      if (deployment != null) {
        return new Loaded<>(deployment, false);
      }
      if (holder.isClosed()) {
        throw new PredictionException(
            builder.name, "deployment '" + builder.name + "' is closed with its holder");
      }
      FollowingDeployment<X, Y> fresh = (FollowingDeployment<X, Y>) builder.build();
      bytes = fresh.bytes();
      current = fresh;
      return new Loaded<>(fresh, true);
    } finally {
      loading.unlock();
    }
  }

  private void loaded() {
    holder.count(this, !pinned);
    if (holder.isClosed()) {
      evict();
    }
  }

  /** What its models hold, as measured when they were loaded. */
  long bytes() {
    return bytes;
  }

  boolean isLoaded() {
    return current != null;
  }

  void pin(boolean on) {
    pinned = on;
    if (on) {
      on(FollowingDeployment::serving); // loads it
    } else if (current != null) {
      holder.weigh(this);
    }
  }

  /** Whether it was loaded, and is not any more. */
  boolean evict() {
    FollowingDeployment<X, Y> deployment;
    loading.lock();
    try {
      deployment = current;
      if (deployment == null || (pinned && !holder.isClosed())) {
        return false;
      }
      current = null;
    } finally {
      loading.unlock();
    }
    deployment.close();
    return true;
  }

  void closeForGood() {
    evict();
    executor.close();
  }

  void refreshIfLoaded() {
    FollowingDeployment<X, Y> deployment = current;
    if (deployment != null) {
      deployment.refresh();
      bytes = deployment.bytes();
      if (!pinned && deployment == current) {
        holder.weigh(this);
      }
    }
  }

  @Override
  public String name() {
    return builder.name;
  }

  @Override
  public Optional<Task<X, Y>> task() {
    return Optional.of(builder.task);
  }

  @Override
  public List<Long> serving() {
    FollowingDeployment<X, Y> deployment = current;
    return deployment == null ? List.of() : deployment.serving();
  }

  @Override
  public Served<Y> predict(X x, CallContext context) {
    return on(deployment -> deployment.predict(x, context));
  }

  @Override
  public CompletableFuture<Served<Y>> predictAsync(X x, CallContext context) {
    long deadline = door.deadline(context);
    return executor.run(() -> on(deployment -> deployment.guarded(x, context, deadline)));
  }

  @Override
  public Stream<RowResult<Y>> predictAll(Stream<? extends X> rows, CallContext context) {
    return on(deployment -> deployment.predictAll(rows, context));
  }

  @Override
  public FeedbackResult feedback(Id prediction, Y label, Instant at) {
    return on(deployment -> deployment.feedback(prediction, label, at));
  }

  @Override
  public FeedbackResult feedback(String key, Y label, Instant at) {
    return on(deployment -> deployment.feedback(key, label, at));
  }

  @Override
  public List<FeedbackResult> feedback(List<Feedback> feedback) {
    return on(deployment -> deployment.feedback(feedback));
  }

  @Override
  public boolean reward(Id prediction, double reward) {
    FollowingDeployment<X, Y> deployment = current;
    return deployment != null && deployment.reward(prediction, reward);
  }

  @Override
  public Optional<BanditState> bandit() {
    return Optional.ofNullable(current).flatMap(FollowingDeployment::bandit);
  }

  @Override
  public Optional<ShadowComparison> shadow() {
    return Optional.ofNullable(current).flatMap(FollowingDeployment::shadow);
  }

  @Override
  public Optional<ServiceHealth> health() {
    return Optional.ofNullable(current).flatMap(FollowingDeployment::health);
  }

  @Override
  public void refresh() {
    refreshIfLoaded();
  }

  @Override
  public DeploymentStatus status() {
    return on(FollowingDeployment::status);
  }

  @Override
  public void flush() {
    FollowingDeployment<X, Y> deployment = current;
    if (deployment != null) {
      deployment.flush();
    }
  }

  /** Its models are closed; asked again, it loads them again. */
  @Override
  public void close() {
    pinned = false;
    evict();
  }
}
