package dev.endolith.serving;

import dev.endolith.contract.ContractCounts;
import dev.endolith.data.Id;
import dev.endolith.data.Task;
import dev.endolith.explain.Explainers;
import dev.endolith.explain.Explanation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A deployment around another one. Everything but predicting is handed on; every way to predict is
 * written by the subclass, so that none goes around it.
 */
abstract class DelegatingDeployment<X, Y> implements Deployment<X, Y> {
  final Deployment<X, Y> inner;

  DelegatingDeployment(Deployment<X, Y> inner) {
    this.inner = inner;
  }

  @Override
  public abstract Served<Y> predict(X x);

  @Override
  public abstract CompletableFuture<Served<Y>> predictAsync(X x, CallContext context);

  @Override
  public abstract Stream<RowResult<Y>> predictAll(Stream<? extends X> rows, CallContext context);

  @Override
  public Explanation explain(X x, Served<Y> served, Explainers<X, Y> how) {
    return inner.explain(x, served, how);
  }

  @Override
  public Explanation explain(X x, Served<Y> served, int output, Explainers<X, Y> how) {
    return inner.explain(x, served, output, how);
  }

  @Override
  public Optional<ContractCounts> contract() {
    return inner.contract();
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public Optional<Task<X, Y>> task() {
    return inner.task();
  }

  @Override
  public boolean loadsOnDemand() {
    return inner.loadsOnDemand();
  }

  @Override
  public List<Long> serving() {
    return inner.serving();
  }

  @Override
  public long champion() {
    return inner.champion();
  }

  @Override
  public FeedbackResult feedback(Id prediction, Y label, Instant at) {
    return inner.feedback(prediction, label, at);
  }

  @Override
  public FeedbackResult feedback(String key, Y label, Instant at) {
    return inner.feedback(key, label, at);
  }

  @Override
  public List<FeedbackResult> feedback(List<Feedback> feedback) {
    return inner.feedback(feedback);
  }

  @Override
  public boolean reward(Id prediction, double reward) {
    return inner.reward(prediction, reward);
  }

  @Override
  public Optional<BanditState> bandit() {
    return inner.bandit();
  }

  @Override
  public Optional<ShadowComparison> shadow() {
    return inner.shadow();
  }

  @Override
  public Optional<ServiceHealth> health() {
    return inner.health();
  }

  @Override
  public void refresh() {
    inner.refresh();
  }

  @Override
  public DeploymentStatus status() {
    return inner.status();
  }

  @Override
  public void flush() {
    inner.flush();
  }

  @Override
  public void close() {
    inner.close();
  }
}
