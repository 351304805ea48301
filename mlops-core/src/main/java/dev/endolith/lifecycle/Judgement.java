package dev.endolith.lifecycle;

import dev.endolith.model.Evaluation;
import dev.endolith.registry.GateResult;
import java.util.List;

/** How good a candidate is, and what the gates said. */
record Judgement(Evaluation evaluation, List<GateResult> gates) {}
