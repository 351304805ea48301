package dev.endolith.pipeline;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a step's output is kept, so that a run can be resumed without doing the step again.
 * Immutable.
 *
 * @param <A> the output
 */
public sealed interface StepValue<A> {
  /** Up to this size what was written as JSON is read back at once, to find what would be lost. */
  int CHECKED_BYTES = 64 * 1024;

  /**
   * Kept as JSON: records, strings, numbers, booleans, enums. A value that would not be read back
   * as it was fails the step that made it.
   *
   * @param type the output's class
   * @param <A> the output
   * @return the way to keep it
   * @throws IllegalArgumentException if values of the class cannot be read back
   */
  static <A> StepValue<A> json(Class<A> type) {
    boolean plain = type.isPrimitive() || type.isArray();
    if (!plain && Modifier.isAbstract(type.getModifiers())) { // of an interface it is set as well
      throw new IllegalArgumentException(
          type.getName()
              + " is abstract, so that its values cannot be read back; name a record, or a generic"
              + " type with a TypeToken, or use StepValue.bytes");
    }
    return ofJson(type);
  }

  /**
   * Kept as JSON, for a generic type: lists, maps, records of them.
   *
   * @param type the output's type
   * @param <A> the output
   * @return the way to keep it
   */
  static <A> StepValue<A> json(TypeToken<A> type) {
    return ofJson(type.type());
  }

  /**
   * Kept as a JSON list.
   *
   * @param item the class of an item
   * @param <A> an item
   * @return the way to keep it
   */
  static <A> StepValue<List<A>> listOf(Class<A> item) {
    return ofJson(CanonicalJson.listOf(item));
  }

  private static <A> StepValue<A> ofJson(Type type) {
    return new Kept<>(
        value -> {
          String text = CanonicalJson.write(value);
          if (text.length() <= CHECKED_BYTES
              && !CanonicalJson.write(CanonicalJson.readGeneric(text, type)).equals(text)) {
            throw new IllegalArgumentException(
                "a value of "
                    + type.getTypeName()
                    + " is not read back from JSON as it was; use a record of plain values, or"
                    + " StepValue.bytes");
          }
          return text.getBytes(StandardCharsets.UTF_8);
        },
        bytes -> {
          @SuppressWarnings("unchecked") // the type is that of A
          A value = (A) CanonicalJson.readGeneric(new String(bytes, StandardCharsets.UTF_8), type);
          return value;
        });
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
   * without effects that answer the same every time, such as reading a fixed file. Steps that take
   * it cannot be cached, because nothing tells whether it is the same as before.
   *
   * @param <A> the output
   * @return the way not to keep it
   */
  static <A> StepValue<A> recomputed() {
    return new Recomputed<>(null);
  }

  /**
   * Not kept, but known by a digest, so that steps that take it can be cached.
   *
   * @param digest a digest of all that matters about an output, such as a data set's fingerprint
   * @param <A> the output
   * @return the way not to keep it
   */
  static <A> StepValue<A> recomputed(Function<A, Digest> digest) {
    return new Recomputed<>(digest);
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
   * @param digest a digest of an output, null if there is none
   * @param <A> the output
   */
  record Recomputed<A>(@Nullable Function<A, Digest> digest) implements StepValue<A> {}
}
