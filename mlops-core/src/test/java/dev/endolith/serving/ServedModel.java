package dev.endolith.serving;

import dev.endolith.Workspace;

/** The constant model for tests in packages below. */
public final class ServedModel {
  private ServedModel() {}

  public static Workspace workspace() {
    return Workspace.builder().format(new Constants.Format()).open();
  }

  public static Deployment<?, Boolean> deployment(Workspace workspace) {
    return Deployment.of("served", Constants.TASK, workspace.models()).build();
  }

  public static void champion(Workspace workspace, double score) {
    long version = Constants.approved(workspace.models(), "served", score).number();
    Constants.champion(workspace.models(), "served", version);
  }
}
