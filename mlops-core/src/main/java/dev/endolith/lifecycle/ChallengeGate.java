package dev.endolith.lifecycle;

import dev.endolith.model.Challenge;
import dev.endolith.model.Decision;
import dev.endolith.registry.Gate;
import dev.endolith.registry.GateResult;
import dev.endolith.registry.Trial;

/** The candidate against the champion by a paired decision. */
record ChallengeGate(Challenge challenge) implements Gate {
  @Override
  public String name() {
    return "challenges the champion on " + challenge.metric().name();
  }

  @Override
  public GateResult judge(Trial trial) {
    if (trial.champion().isEmpty()) {
      return new GateResult(name(), true, "there is no champion yet");
    }
    Decision decision = challenge.decide(trial.champion().get(), trial.candidate());
    boolean passed =
        decision.verdict() == Decision.Verdict.BETTER
            || decision.verdict() == Decision.Verdict.NOT_WORSE;
    return new GateResult(name(), passed, decision.evidence());
  }
}
