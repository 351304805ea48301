package dev.endolith.serving;

import org.jspecify.annotations.Nullable;

/** One way that a request can take: made once per routing, so that routing allocates nothing. */
record Choice<X, Y>(
    @Nullable ModelSlot<X, Y> slot, long generation, Route route, Assignment assignment) {}
