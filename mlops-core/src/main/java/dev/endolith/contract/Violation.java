package dev.endolith.contract;

/**
 * A rule that a row broke. It names no value of the row. Immutable.
 *
 * @param field the field, both fields of a relation joined by {@code <=}, or empty for the row as a
 *     whole
 * @param rule the rule
 * @param action what was done
 */
public record Violation(String field, Rule rule, RuleAction action) {}
