package dev.endolith.registry;

import java.time.Instant;

/**
 * The right of one process to do a piece of work, until it ends. Immutable.
 *
 * @param name what it is for
 * @param holder the process that holds it, as {@code host/pid/start}
 * @param token grows with every holder; the fence for whoever checks it
 * @param until when it ends unless it is renewed
 */
public record Lease(String name, String holder, long token, Instant until) {}
