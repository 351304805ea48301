package dev.endolith.data;

import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds {@link MultiOutput}. Confined to one thread.
 *
 * @param <X> what a model is asked
 * @param <Y> a record with what it answers
 */
public final class MultiOutputBuilder<X, Y> {
  private final Features<X> features;
  private final Features<Y> outputs;
  private @Nullable Function<? super X, String> key;
  private @Nullable Function<? super X, Instant> time;

  MultiOutputBuilder(Features<X> features, Features<Y> outputs) {
    this.features = features;
    this.outputs = outputs;
  }

  /**
   * Says which value identifies a row in the host's world; feedback may arrive under it.
   *
   * @param key reads the key from a row
   * @return this
   */
  public MultiOutputBuilder<X, Y> key(Function<? super X, String> key) {
    this.key = key;
    return this;
  }

  /**
   * Says when a row happened; splits by time need it.
   *
   * @param time reads the instant from a row
   * @return this
   */
  public MultiOutputBuilder<X, Y> time(Function<? super X, Instant> time) {
    this.time = time;
    return this;
  }

  /**
   * Builds the task.
   *
   * @return the task
   * @throws IllegalArgumentException if the answer has no component, a component has the name of a
   *     feature, or is neither a number, a boolean, an enum nor a string
   */
  public MultiOutput<X, Y> build() {
    if (outputs.schema().size() == 0) {
      throw new IllegalArgumentException("an answer of several outputs has at least one component");
    }
    for (Field field : outputs.schema().fields()) {
      LabelColumn.check(features.schema(), field.name());
      if (field.type() == FieldType.DATE || field.type() == FieldType.TIMESTAMP) {
        throw new IllegalArgumentException(
            "output '"
                + field.name()
                + "' is a "
                + field.type()
                + "; outputs are numbers, booleans, enums and strings");
      }
    }
    return new MultiOutput<>(features, outputs, key, time);
  }
}
