package dev.endolith.pipeline;

import dev.endolith.data.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * How a step's output is kept, so that a run can be resumed without doing the step again.
 * Immutable.
 *
 * @param <A> the output
 */
public sealed interface StepValue<A> {
  /**
   * Kept as JSON: records, collections, strings, numbers, booleans.
   *
   * @param type the output's class
   * @param <A> the output
   * @return the way to keep it
   */
  static <A> StepValue<A> json(Class<A> type) {
    return new Kept<>(
        value -> CanonicalJson.write(value).getBytes(StandardCharsets.UTF_8),
        bytes -> CanonicalJson.read(new String(bytes, StandardCharsets.UTF_8), type));
  }

  /**
   * Kept as bytes.
   *
   * @param write makes bytes of an output
   * @param read makes the output of the bytes
   * @param <A> the output
   * @return the way to keep it
   */
  static <A> StepValue<A> bytes(Function<A, byte[]> write, Function<byte[], A> read) {
    return new Kept<>(write, read);
  }

  /**
   * Not kept: on resuming the step is done again if another step needs its output. Only for steps
   * without effects that answer the same every time, such as reading a fixed file.
   *
   * @param <A> the output
   * @return the way not to keep it
   */
  static <A> StepValue<A> recomputed() {
    return new Recomputed<>();
  }

  /**
   * Kept by a pair of functions.
   *
   * @param write makes bytes of an output
   * @param read makes the output of the bytes
   * @param <A> the output
   */
  record Kept<A>(Function<A, byte[]> write, Function<byte[], A> read) implements StepValue<A> {}

  /**
   * Not kept.
   *
   * @param <A> the output
   */
  record Recomputed<A>() implements StepValue<A> {}
}
