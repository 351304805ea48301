package dev.endolith.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Labelled rows, in order, with a fingerprint. Immutable and thread-safe if its rows are.
 *
 * @param <X> the row
 * @param <Y> the label
 */
public final class Dataset<X, Y> implements Iterable<Example<X, Y>> {
  private final Task<X, Y> task;
  private final DataOrigin origin;
  private final List<Example<X, Y>> examples;
  private volatile @Nullable Digest fingerprint;

  private Dataset(Task<X, Y> task, DataOrigin origin, List<Example<X, Y>> examples) {
    this.task = task;
    this.origin = origin;
    this.examples = examples;
  }

  /**
   * A dataset of examples.
   *
   * @param task what is predicted
   * @param origin where the rows came from
   * @param examples the rows and labels, in order; copied
   * @param <X> the row
   * @param <Y> the label
   * @return the dataset
   */
  public static <X, Y> Dataset<X, Y> of(
      Task<X, Y> task, DataOrigin origin, List<Example<X, Y>> examples) {
    return new Dataset<>(task, origin, List.copyOf(examples));
  }

  /**
   * What is predicted.
   *
   * @return the task
   */
  public Task<X, Y> task() {
    return task;
  }

  /**
   * Where the rows came from.
   *
   * @return the origin
   */
  public DataOrigin origin() {
    return origin;
  }

  /**
   * The rows and labels.
   *
   * @return an immutable list, in order
   */
  public List<Example<X, Y>> examples() {
    return examples;
  }

  /**
   * The number of rows.
   *
   * @return the number of rows
   */
  public int size() {
    return examples.size();
  }

  /**
   * Whether there is no row.
   *
   * @return true if it is empty
   */
  public boolean isEmpty() {
    return examples.isEmpty();
  }

  @Override
  public Iterator<Example<X, Y>> iterator() {
    return examples.iterator();
  }

  /**
   * A SHA-256 over the schema and every row's features and label, in order. Two datasets have the
   * same fingerprint if and only if a model cannot tell them apart. Computed once; O(rows ×
   * fields).
   *
   * @return the fingerprint
   */
  public Digest fingerprint() {
    Digest known = fingerprint;
    if (known == null) {
      known = computeFingerprint();
      fingerprint = known;
    }
    return known;
  }

  private Digest computeFingerprint() {
    MessageDigest sha = Digest.sha256();
    Schema schema = task.features().schema();
    put(sha, schema.toJson());
    double[] numbers = new double[schema.size()];
    ByteBuffer eight = ByteBuffer.allocate(Long.BYTES);
    for (Example<X, Y> example : examples) {
      task.features().numbers(example.x(), numbers);
      for (int i = 0; i < numbers.length; i++) {
        if (schema.field(i).type().numeric()) {
          // doubleToLongBits has one NaN; adding 0.0 makes -0.0 and 0.0 one value
          sha.update(eight.clear().putLong(Double.doubleToLongBits(numbers[i] + 0.0)).flip());
        } else {
          put(sha, task.features().category(example.x(), i));
        }
      }
      put(sha, task.labelName(example.y()));
    }
    return Digest.finish(sha);
  }

  /** Length first, so that no two sequences of texts give the same bytes; -1 for a missing one. */
  private static void put(MessageDigest sha, @Nullable String text) {
    ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
    if (text == null) {
      sha.update(length.putInt(-1).flip());
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sha.update(length.putInt(bytes.length).flip());
    sha.update(bytes);
  }

  /**
   * The rows from one position to another.
   *
   * @param from the first position
   * @param to the position after the last
   * @return a view without copying
   * @throws IndexOutOfBoundsException if the range is not within the dataset
   */
  public Dataset<X, Y> slice(int from, int to) {
    return new Dataset<>(task, origin, examples.subList(from, to));
  }

  /**
   * The last rows.
   *
   * @param rows how many at most
   * @return a view without copying
   */
  public Dataset<X, Y> last(int rows) {
    return slice(Math.max(0, size() - rows), size());
  }

  /**
   * The rows that fulfil a condition, in order.
   *
   * @param condition which rows to keep
   * @return the rows
   */
  public Dataset<X, Y> where(Predicate<? super X> condition) {
    return new Dataset<>(
        task, origin, examples.stream().filter(e -> condition.test(e.x())).toList());
  }

  /**
   * Splits by position: what stands first is before. Use it on rows in time order.
   *
   * @param share the share of rows before, in (0, 1)
   * @return both parts
   * @throws IllegalArgumentException if {@code share} is not in (0, 1)
   */
  public Split<X, Y> splitInOrder(double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException("share must be in (0, 1), was " + share);
    }
    int cut = (int) Math.round(size() * share);
    return new Split<>(slice(0, cut), slice(cut, size()));
  }

  /**
   * Splits by the task's time of a row.
   *
   * @param instant rows before it go first, all others second
   * @return both parts, each in this dataset's order
   * @throws IllegalStateException if the task declares no time
   */
  public Split<X, Y> splitAt(Instant instant) {
    Predicate<X> before =
        x ->
            task.time(x)
                .orElseThrow(
                    () ->
                        new IllegalStateException(
                            "the task declares no time; give its builder time(row -> ...)"))
                .isBefore(instant);
    return new Split<>(where(before), where(before.negate()));
  }

  /**
   * Splits at random; the same seed gives the same parts.
   *
   * @param share the share of rows in the first part, in (0, 1)
   * @param seed the seed of the shuffle
   * @return both parts, shuffled
   * @throws IllegalArgumentException if {@code share} is not in (0, 1)
   */
  public Split<X, Y> splitRandomly(double share, long seed) {
    List<Example<X, Y>> shuffled = new ArrayList<>(examples);
    Collections.shuffle(shuffled, new Random(seed));
    return new Dataset<>(task, origin, shuffled).splitInOrder(share);
  }

  @Override
  public String toString() {
    return "Dataset[" + origin.name() + ", " + size() + " rows]";
  }

  /**
   * Two parts of a dataset.
   *
   * @param first the rows before the cut, or for training
   * @param second the rows after the cut, or for testing
   * @param <X> the row
   * @param <Y> the label
   */
  public record Split<X, Y>(Dataset<X, Y> first, Dataset<X, Y> second) {}
}
