package dev.endolith.pipeline;

import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** How a step is done. Immutable. */
record StepOptions<A>(
    RetryPolicy retry,
    @Nullable Duration timeout,
    @Nullable Predicate<Throwable> caught,
    StepBody.@Nullable Recovery<A> recovery,
    Map<String, Integer> resources,
    @Nullable String cacheLabel,
    boolean once) {
  boolean cached() {
    return cacheLabel != null;
  }
}
