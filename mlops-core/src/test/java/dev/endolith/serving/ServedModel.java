package dev.endolith.serving;

import dev.endolith.Workspace;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The constant model for tests in packages below. */
public final class ServedModel {
  private ServedModel() {}

  public static Workspace workspace() {
    return Workspace.builder().format(new Constants.Format()).open();
  }

  public static Deployment<?, Boolean> deployment(Workspace workspace) {
    return Deployment.of("served", Constants.TASK, workspace.models()).build();
  }

  public static Deployment<?, Boolean> guarded(
      Workspace workspace, Guards guards, LongSupplier ticker) {
    return Deployment.of("served", Constants.TASK, workspace.models())
        .guards(guards)
        .ticker(ticker)
        .warmUp(Duration.ZERO)
        .build();
  }

  /** Declares it among deployments that load on demand. */
  public static Deployment<?, Boolean> declared(Deployments fleet, String name) {
    return fleet.declare(name, Constants.TASK);
  }

  /** Makes a champion of another name. */
  public static void champion(Workspace workspace, String name, double score) {
    long version = Constants.approved(workspace.models(), name, score).number();
    Constants.champion(workspace.models(), name, version);
  }

  public static void champion(Workspace workspace, double score) {
    long version = Constants.approved(workspace.models(), "served", score).number();
    Constants.champion(workspace.models(), "served", version);
  }
}
