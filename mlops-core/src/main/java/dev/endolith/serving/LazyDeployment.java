package dev.endolith.serving;

import dev.endolith.contract.BoundContract;
import dev.endolith.contract.ContractCounts;
import dev.endolith.data.Id;
import dev.endolith.data.Task;
import dev.endolith.error.EndolithException;
import dev.endolith.error.PredictionException;
import dev.endolith.explain.Explainers;
import dev.endolith.explain.Explanation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A deployment that is there while it is asked. */
final class LazyDeployment<X, Y> implements Deployment<X, Y>, OnDemand.Holder {
  private final DeploymentBuilder<X, Y> builder;
  private final Deployments holder;
  private final Doorkeeper door; // for deadlines only: what it lets in is the deployment's matter
  private final CallExecutor executor;
  private final OnDemand<BuiltDeployment<X, Y>> held;
  private final AtomicLong lost = new AtomicLong(); // of all that were loaded, one after the other
  private volatile long bytes;

  LazyDeployment(DeploymentBuilder<X, Y> builder, Deployments holder) {
    this.builder = builder;
    this.holder = holder;
    this.door = new Doorkeeper(builder.name, builder.guards, builder.nanoTime);
    this.executor = new CallExecutor(builder.name, builder.executor);
    this.held = new OnDemand<>(this::build, this);
  }

  private BuiltDeployment<X, Y> build() {
    BuiltDeployment<X, Y> fresh = builder.built(lost);
    bytes = fresh.bytes();
    return fresh;
  }

  private <A> A on(Function<BuiltDeployment<X, Y>, A> call) {
    return held.on(call);
  }

  private @Nullable BuiltDeployment<X, Y> current() {
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
      held.pin(BuiltDeployment::serving);
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
    saveBandit();
  }

  /** Rewards may have come since what was loaded wrote them down. */
  private void saveBandit() {
    if (builder.bandit != null) {
      builder.bandit.save();
    }
  }

  void refreshIfLoaded() {
    BuiltDeployment<X, Y> deployment = current();
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
    BuiltDeployment<X, Y> deployment = current();
    return deployment == null ? List.of() : deployment.serving();
  }

  @Override
  public long champion() {
    BuiltDeployment<X, Y> deployment = current();
    return deployment == null ? 0 : deployment.champion();
  }

  @Override
  public Served<Y> predict(X x, CallContext context) {
    return on(deployment -> deployment.predict(x, context));
  }

  @Override
  public CompletableFuture<Served<Y>> predictAsync(X x, CallContext context) {
    long deadline = door.deadline(context, door.arrival(context));
    return executor.run(() -> on(deployment -> deployment.waited(x, context, deadline)));
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
  public Explanation explain(X x, Served<Y> served, Explainers<X, Y> how) {
    return on(deployment -> deployment.explain(x, served, how));
  }

  @Override
  public Explanation explain(X x, Served<Y> served, int output, Explainers<X, Y> how) {
    return on(deployment -> deployment.explain(x, served, output, how));
  }

  /** What a bandit learns outlives the models that it chooses from. */
  @Override
  public boolean reward(Id prediction, double reward) {
    return builder.bandit != null && builder.bandit.reward(prediction, reward);
  }

  @Override
  public Optional<BanditState> bandit() {
    return Optional.ofNullable(builder.bandit).map(BanditMemory::state);
  }

  /** So do the counts of a contract. */
  @Override
  public Optional<ContractCounts> contract() {
    BuiltDeployment<X, Y> deployment = current();
    Optional<ContractCounts> now = deployment == null ? Optional.empty() : deployment.contract();
    return now.isPresent() || builder.contracts == null
        ? now
        : Optional.ofNullable(builder.contracts.latest()).map(BoundContract::counts);
  }

  @Override
  public Optional<ShadowComparison> shadow() {
    return Optional.ofNullable(current()).flatMap(BuiltDeployment::shadow);
  }

  @Override
  public Optional<ServiceHealth> health() {
    return Optional.ofNullable(current()).flatMap(BuiltDeployment::health);
  }

  @Override
  public void refresh() {
    refreshIfLoaded();
  }

  /** Loads nothing: whoever looks at thousands of deployments asks none of them. */
  @Override
  public DeploymentStatus status() {
    BuiltDeployment<X, Y> deployment = current();
    if (deployment != null) {
      DeploymentStatus now = deployment.status();
      if (!deployment.isClosed()) {
        return now;
      }
    }
    String why =
        isOver() ? "it is closed with its holder" : "it is not loaded; it is when it is asked";
    Desired wanted = Desired.NOTHING;
    try {
      wanted = Desired.of(builder.models, builder.name, builder.canary);
    } catch (EndolithException e) {
      why += "; and the workspace cannot be asked: " + e.getMessage();
    }
    return new DeploymentStatus(
        wanted.champion(), 0, wanted.challenger(), 0, 0, Optional.of(why), lost.get(), List.of());
  }

  @Override
  public void flush() {
    BuiltDeployment<X, Y> deployment = current();
    if (deployment != null) {
      deployment.flush();
    }
  }

  /** Its models are closed; asked again, it loads them again. */
  @Override
  public void close() {
    held.close();
    saveBandit();
  }
}
