package dev.endolith.serving;

import dev.endolith.contract.Findings;
import dev.endolith.data.Id;
import dev.endolith.data.Task;
import dev.endolith.error.PredictionException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A deployment that is there while it is asked. */
final class LazyDeployment<X, Y> implements Deployment<X, Y>, OnDemand.Holder {
  private final DeploymentBuilder<X, Y> builder;
  private final Deployments holder;
  private final Doorkeeper door; // for deadlines only: what it lets in is the deployment's matter
  private final CallExecutor executor;
  private final OnDemand<FollowingDeployment<X, Y>> held;
  private volatile long bytes;

  LazyDeployment(DeploymentBuilder<X, Y> builder, Deployments holder) {
    this.builder = builder;
    this.holder = holder;
    this.door = new Doorkeeper(builder.name, builder.guards, builder.nanoTime);
    this.executor = new CallExecutor(builder.name, builder.executor);
    this.held = new OnDemand<>(this::build, this);
  }

  private FollowingDeployment<X, Y> build() {
    FollowingDeployment<X, Y> fresh = (FollowingDeployment<X, Y>) builder.build();
    bytes = fresh.bytes();
    return fresh;
  }

  private <A> A on(Function<FollowingDeployment<X, Y>, A> call) {
    return held.on(call);
  }

  private @Nullable FollowingDeployment<X, Y> current() {
    return held.current();
  }

  @Override
  public boolean isOver() {
    return holder.isClosed();
  }

  @Override
  public void loaded() {
    holder.loaded();
  }

  @Override
  public void weigh() {
    holder.weigh(this);
  }

  @Override
  public void forget() {
    holder.forget(builder.name);
  }

  @Override
  public void used() {
    holder.used(builder.name);
  }

  @Override
  public PredictionException closed() {
    return new PredictionException(
        builder.name, "deployment '" + builder.name + "' is closed with its holder");
  }

  /** What its models hold, as measured when they were loaded. */
  long bytes() {
    return bytes;
  }

  boolean isLoaded() {
    return current() != null;
  }

  void pin(boolean on) {
    if (on) {
      held.pin(FollowingDeployment::serving);
    } else {
      held.unpin();
    }
  }

  /** Whether it was loaded, and is not any more. */
  boolean evict() {
    return held.evict();
  }

  void closeForGood() {
    boolean unused = held.evict();
    executor.close();
  }

  void refreshIfLoaded() {
    FollowingDeployment<X, Y> deployment = current();
    if (deployment != null) {
      deployment.refresh();
      bytes = deployment.bytes();
      held.settle();
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
  public boolean loadsOnDemand() {
    return true;
  }

  @Override
  public List<Long> serving() {
    FollowingDeployment<X, Y> deployment = current();
    return deployment == null ? List.of() : deployment.serving();
  }

  @Override
  public Served<Y> predict(X x, CallContext context) {
    return on(deployment -> deployment.predict(x, context));
  }

  @Override
  public CompletableFuture<Served<Y>> predictAsync(X x, CallContext context) {
    long deadline = door.deadline(context, door.arrival(context));
    return executor.run(
        () -> on(deployment -> deployment.waited(x, context, Findings.NONE, deadline)));
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
    FollowingDeployment<X, Y> deployment = current();
    return deployment != null && deployment.reward(prediction, reward);
  }

  @Override
  public Optional<BanditState> bandit() {
    return Optional.ofNullable(current()).flatMap(FollowingDeployment::bandit);
  }

  @Override
  public Optional<ShadowComparison> shadow() {
    return Optional.ofNullable(current()).flatMap(FollowingDeployment::shadow);
  }

  @Override
  public Optional<ServiceHealth> health() {
    return Optional.ofNullable(current()).flatMap(FollowingDeployment::health);
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
    FollowingDeployment<X, Y> deployment = current();
    if (deployment != null) {
      deployment.flush();
    }
  }

  /** Its models are closed; asked again, it loads them again. */
  @Override
  public void close() {
    held.close();
  }
}
