package dev.endolith.serving;

import dev.endolith.contract.Admitted;
import dev.endolith.contract.BoundContract;
import dev.endolith.contract.ContractCounts;
import dev.endolith.contract.Findings;
import dev.endolith.contract.OutputPolicy;
import dev.endolith.data.Task;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/*
 * What goes into a deployment and what its caller sees of the answer. It stands around everything
 * else: a refused row costs no id and no place, and the log keeps what the model was asked and all of
 * what it said. Every way to predict must be written out here, as one that is delegated would go
 * around the contract; a test looks.
 */
final class ContractedDeployment<X, Y> extends DelegatingDeployment<X, Y> {
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
      return shown(inner.predict(x, context), Findings.NONE);
    }
    Admitted<X> admitted = contract.admit(x);
    return shown(inner.predict(admitted.row(), context), admitted.findings());
  }

  private @Nullable BoundContract<X> bound() {
    return contracts == null ? null : contracts.of(following.champion());
  }

  private Served<Y> shown(Served<Y> served, Findings findings) {
    return new Served<>(
        output.apply(task, served.prediction()),
        served.id(),
        served.version(),
        served.generation(),
        served.route(),
        findings);
  }

  @Override
  public Optional<ContractCounts> contract() {
    return Optional.ofNullable(bound()).map(BoundContract::counts);
  }
}
