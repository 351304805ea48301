package dev.endolith.serving;

import dev.endolith.contract.Admitted;
import dev.endolith.contract.BoundContract;
import dev.endolith.contract.ContractCounts;
import dev.endolith.contract.Findings;
import dev.endolith.contract.InputRefusedException;
import dev.endolith.contract.OutputPolicy;
import dev.endolith.data.Task;
import dev.endolith.explain.Explainers;
import dev.endolith.explain.Explanation;
import dev.endolith.model.Prediction;
import java.util.Iterator;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/*
 * What goes into a deployment and what its caller sees of the answer. It stands around everything
 * else: a refused row costs no id and no place, and the log keeps what the model was asked and all of
 * what it said. Every way to predict must be written out here, as one that is delegated would go
 * around the contract; a test looks.
 */
final class ContractedDeployment<X, Y> extends DelegatingDeployment<X, Y>
    implements BuiltDeployment<X, Y> {
  private final FollowingDeployment<X, Y> following;
  private final Task<X, Y> task;
  private final @Nullable VersionContracts<X> contracts;
  private final OutputPolicy output;

  ContractedDeployment(
      FollowingDeployment<X, Y> following,
      Task<X, Y> task,
      @Nullable VersionContracts<X> contracts,
      OutputPolicy output) {
    super(following);
    this.following = following;
    this.task = task;
    this.contracts = contracts;
    this.output = output;
  }

  @Override
  public Served<Y> predict(X x) {
    return predict(x, CallContext.NONE);
  }

  @Override
  public Served<Y> predict(X x, CallContext context) {
    BoundContract<X> contract = bound();
    if (contract == null) {
      return shown(following.predict(x, context, Findings.NONE));
    }
    Admitted<X> admitted = contract.admit(x);
    return shown(following.predict(admitted.row(), context, admitted.findings()));
  }

  @Override
  public CompletableFuture<Served<Y>> predictAsync(X x, CallContext context) {
    BoundContract<X> contract = bound();
    Admitted<X> admitted;
    try {
      admitted = contract == null ? new Admitted<>(x, Findings.NONE) : contract.admit(x);
    } catch (InputRefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    CompletableFuture<Served<Y>> inside =
        following.predictAsync(admitted.row(), context, admitted.findings());
    CompletableFuture<Served<Y>> outside = inside.thenApply(this::shown);
    // whoever cancels what it was given wants no model to be asked
    var unused =
        outside.whenComplete(
            (served, failure) -> {
              if (outside.isCancelled()) {
                inside.cancel(false);
              }
            });
    return outside;
  }

  @Override
  public Served<Y> waited(X x, CallContext context, long deadline) {
    BoundContract<X> contract = bound();
    if (contract == null) {
      return shown(following.waited(x, context, Findings.NONE, deadline));
    }
    Admitted<X> admitted = contract.admit(x);
    return shown(following.waited(admitted.row(), context, admitted.findings(), deadline));
  }

  /** By the contract of the champion at the beginning, which is the version that answers. */
  @Override
  public Stream<RowResult<Y>> predictAll(Stream<? extends X> rows, CallContext context) {
    BoundContract<X> contract = bound();
    ContractedBatch<X, Y> batch =
        new ContractedBatch<>(
            name(),
            x -> contract == null ? new Admitted<>(x, Findings.NONE) : contract.admit(x),
            (served, findings) -> shown(with(findings, served)));
    Stream<RowResult<Y>> results =
        following.predictAll(() -> batch.admitted(rows.iterator()), context);
    batch.answeredBy(results.iterator());
    return stream(batch).onClose(results::close).onClose(rows::close);
  }

  private static <R> Stream<R> stream(Iterator<R> iterator) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(iterator, Spliterator.ORDERED), false);
  }

  private @Nullable BoundContract<X> bound() {
    return contracts == null ? null : contracts.of(following.champion());
  }

  private static <Y> Served<Y> with(Findings findings, Served<Y> served) {
    return new Served<>(
        served.prediction(),
        served.id(),
        served.version(),
        served.generation(),
        served.route(),
        findings);
  }

  private Served<Y> shown(Served<Y> served) {
    Prediction<Y> shown = output.apply(task, served.prediction());
    if (shown == served.prediction()) {
      return served;
    }
    return new Served<>(
        shown,
        served.id(),
        served.version(),
        served.generation(),
        served.route(),
        served.findings());
  }

  @Override
  public Explanation explain(X x, Served<Y> served, Explainers<X, Y> how) {
    return inner.explain(asAdmitted(x), served, how);
  }

  @Override
  public Explanation explain(X x, Served<Y> served, int output, Explainers<X, Y> how) {
    return inner.explain(asAdmitted(x), served, output, how);
  }

  private X asAdmitted(X x) {
    BoundContract<X> contract = bound();
    return contract == null ? x : contract.admit(x).row();
  }

  @Override
  public boolean isClosed() {
    return following.isClosed();
  }

  @Override
  public long bytes() {
    return following.bytes();
  }

  @Override
  public Optional<ContractCounts> contract() {
    return Optional.ofNullable(bound()).map(BoundContract::counts);
  }
}
