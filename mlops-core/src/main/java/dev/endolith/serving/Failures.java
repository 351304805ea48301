package dev.endolith.serving;

import dev.endolith.error.CallRefusedException;
import dev.endolith.error.PredictionException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment says of versions that did not answer.
 *
 * @param name the deployment's name
 */
record Failures(String name) {
  PredictionException failed(ModelSlot<?, ?> slot, @Nullable RuntimeException e) {
    return new PredictionException(
        name,
        "version "
            + slot.version()
            + " of '"
            + name
            + "' failed to answer with "
            + (e == null ? "nothing" : e.getClass().getName()),
        e);
  }

  CallRefusedException broken(ModelSlot<?, ?> slot) {
    return new CallRefusedException(
        name,
        CallRefusedException.Guard.BREAKER,
        Duration.ZERO,
        "version "
            + slot.version()
            + " of '"
            + name
            + "' failed too often lately and is not asked for a while");
  }
}
