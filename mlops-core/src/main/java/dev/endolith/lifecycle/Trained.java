package dev.endolith.lifecycle;

import dev.endolith.registry.GateResult;
import java.util.List;

/** What a training run produced: a registered version and what the gates said of it. */
record Trained(long version, List<GateResult> gates) {
  boolean passed() {
    return gates.stream().allMatch(GateResult::passed);
  }
}
