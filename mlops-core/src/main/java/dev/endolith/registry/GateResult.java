package dev.endolith.registry;

/**
 * What a gate decided. Immutable.
 *
 * @param gate the gate's name
 * @param passed whether the candidate may go on
 * @param evidence the numbers behind it, one sentence
 */
public record GateResult(String gate, boolean passed, String evidence) {}
