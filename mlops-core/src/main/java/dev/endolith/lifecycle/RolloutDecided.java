package dev.endolith.lifecycle;

import dev.endolith.serving.RolloutDecision;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** What Java Flight Recorder is told when a rollout has been decided, and the decision is kept. */
@Name("endolith.RolloutDecision")
@Label("Rollout Decision")
@Description("A rollout was promoted, rolled back, or left undecided")
@Category({"Endolith", "Serving"})
@StackTrace(false)
final class RolloutDecided extends Event {
  @Label("Model")
  @Nullable String model;

  @Label("Version")
  long version;

  @Label("Decision")
  @Nullable String decision;

  static void tell(String model, long version, RolloutDecision decision) {
    RolloutDecided event = new RolloutDecided();
    if (event.isEnabled()) {
      event.model = model;
      event.version = version;
      event.decision = decision.getClass().getSimpleName();
      event.commit();
    }
  }
}
