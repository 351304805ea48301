package dev.endolith.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Feeds rows to a SHA-256 in canonical form: one row has one sequence of bytes, and no two rows
 * share one. Confined to one thread.
 *
 * @param <X> the row
 * @param <Y> the label
 */
final class RowHasher<X, Y> {
  private final Task<X, Y> task;
  private final Features<X> features;
  private final boolean[] numeric;
  private final double[] numbers;
  private final ByteBuffer eight = ByteBuffer.allocate(Long.BYTES);

  RowHasher(Task<X, Y> task) {
    this.task = task;
    this.features = task.features();
    Schema schema = features.schema();
    this.numeric = new boolean[schema.size()];
    for (int i = 0; i < numeric.length; i++) {
      numeric[i] = schema.field(i).type().numeric();
    }
    this.numbers = new double[schema.size()];
  }

  /** The row's features and its label. */
  void putExample(MessageDigest sha, Example<X, Y> example) {
    putFeatures(sha, example.x());
    put(sha, task.labelName(example.y()));
  }

  void putFeatures(MessageDigest sha, X row) {
    features.numbers(row, numbers);
    for (int i = 0; i < numbers.length; i++) {
      if (numeric[i]) {
        // doubleToLongBits has one NaN; adding 0.0 makes -0.0 and 0.0 one value
        sha.update(eight.clear().putLong(Double.doubleToLongBits(numbers[i] + 0.0)).flip());
      } else {
        put(sha, features.category(row, i));
      }
    }
  }

  /** Length first, so that no two sequences of texts give the same bytes; -1 for a missing one. */
  static void put(MessageDigest sha, @Nullable String text) {
    ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
    if (text == null) {
      sha.update(length.putInt(-1).flip());
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sha.update(length.putInt(bytes.length).flip());
    sha.update(bytes);
  }
}
