package dev.endolith.examples.bench;

import org.jspecify.annotations.Nullable;

/**
 * One line of a benchmark's result.
 *
 * @param path what was measured
 * @param ns nanoseconds an operation
 * @param bytes bytes allocated an operation, beyond the limit's where there is one
 * @param limitNs nanoseconds of the limit in the same run, null where the goal is absolute
 * @param ratio {@code ns} over {@code limitNs}, null where the goal is absolute
 * @param goal the goal, for people
 * @param met whether it was met in this run
 */
public record Row(
    String path,
    double ns,
    double bytes,
    @Nullable Double limitNs,
    @Nullable Double ratio,
    String goal,
    boolean met) {}
