package dev.endolith.data;

import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final List<Derivation> derivations;
  private final List<Example<X, Y>> examples;
  private final @Nullable ReadReport reading;
  private volatile @Nullable Digest fingerprint;

  private Dataset(
      Task<X, Y> task,
      DataOrigin origin,
      @Nullable ReadReport reading,
      List<Derivation> derivations,
      List<Example<X, Y>> examples) {
    this.task = task;
    this.origin = origin;
    this.reading = reading;
    this.derivations = derivations;
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
    return new Dataset<>(task, origin, null, List.of(), List.copyOf(examples));
  }

  static <X, Y> Dataset<X, Y> read(
      Task<X, Y> task, DataOrigin origin, List<Example<X, Y>> examples, ReadReport reading) {
    return new Dataset<>(task, origin, reading, List.of(), List.copyOf(examples));
  }

  /**
   * What became of the rows of the source that these were read from.
   *
   * @return the report of the whole reading, also for a part; empty if no reader read them
   */
  public Optional<ReadReport> reading() {
    return Optional.ofNullable(reading);
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
   * How these rows were taken from those that came from the origin.
   *
   * @return the steps, in order; empty for all rows
   */
  public List<Derivation> derivations() {
    return derivations;
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
    RowHasher.put(sha, task.features().schema().toJson());
    RowHasher<X, Y> hasher = new RowHasher<>(task);
    for (Example<X, Y> example : examples) {
      hasher.putExample(sha, example);
    }
    return Digest.finish(sha);
  }

  /**
   * A SHA-256 over the schema and every row's features and label, whatever their order: equal for
   * two datasets if and only if one holds each row as often as the other. It is taken over the
   * sorted digests of the rows, because sums and exclusive-ors of digests can be forged by solving
   * linear equations (Bellare and Micciancio, 1997). Computed anew on each call; O(rows × (fields +
   * log rows)), 32 bytes a row.
   *
   * @return the fingerprint, which is never that of {@link #fingerprint()}
   */
  public Digest unorderedFingerprint() {
    byte[][] rows = new byte[examples.size()][];
    MessageDigest sha = Digest.sha256();
    RowHasher<X, Y> hasher = new RowHasher<>(task);
    for (int i = 0; i < rows.length; i++) {
      hasher.putExample(sha, examples.get(i));
      rows[i] = sha.digest();
    }
    Arrays.sort(rows, Arrays::compareUnsigned);
    RowHasher.put(sha, "unordered");
    RowHasher.put(sha, task.features().schema().toJson());
    for (byte[] row : rows) {
      sha.update(row);
    }
    return Digest.finish(sha);
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
    List<Example<X, Y>> rows = examples.subList(from, to);
    if (from == 0 && to == size()) {
      return this;
    }
    // a slice of a slice is one slice
    int last = derivations.size() - 1;
    if (last >= 0 && derivations.get(last).method().equals("slice")) {
      int before = derivations.get(last).from();
      List<Derivation> steps = new ArrayList<>(derivations.subList(0, last));
      steps.add(Derivation.slice(before + from, before + to));
      return new Dataset<>(task, origin, reading, List.copyOf(steps), rows);
    }
    return new Dataset<>(task, origin, reading, then(Derivation.slice(from, to)), rows);
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
   * The rows that fulfil a condition, in order. A condition without a name cannot be rebuilt from
   * the record: see {@link #where(String, Predicate)}.
   *
   * @param condition which rows to keep
   * @return the rows
   */
  public Dataset<X, Y> where(Predicate<? super X> condition) {
    return where("", condition);
  }

  /**
   * The rows that fulfil a condition, in order.
   *
   * @param name what the condition is, for the record
   * @param condition which rows to keep
   * @return the rows
   */
  public Dataset<X, Y> where(String name, Predicate<? super X> condition) {
    return new Dataset<>(
        task,
        origin,
        reading,
        then(Derivation.where(name)),
        examples.stream().filter(e -> condition.test(e.x())).toList());
  }

  /**
   * Splits by position: what stands first is before. Use it on rows in time order.
   *
   * @param share the share of rows before, in (0, 1)
   * @return both parts
   * @throws IllegalArgumentException if {@code share} is not in (0, 1)
   */
  public Split<X, Y> splitInOrder(double share) {
    int cut = (int) Math.round(size() * SplitRules.share(share));
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
    return split(Splitter.byTime(instant, Duration.ZERO));
  }

  /**
   * Splits at random: {@link Splitter#random}.
   *
   * @param share the expected share of rows in the first part, in (0, 1)
   * @param seed the seed
   * @return both parts, each in this dataset's order
   * @throws IllegalArgumentException if {@code share} is not in (0, 1)
   */
  public Split<X, Y> splitRandomly(double share, long seed) {
    return split(Splitter.random(share, seed));
  }

  /**
   * Splits in two. Each part records how it was made.
   *
   * @param splitter how
   * @return both parts, each in this dataset's order; rows that the splitter leaves out are in
   *     neither, and a part may be empty
   * @throws IllegalStateException if the splitter needs a time and the task declares none
   */
  public Split<X, Y> split(Splitter<? super X> splitter) {
    return split(splitter.method(), splitter.settings(), splitter.parts(this));
  }

  /**
   * Splits several times for cross-validation. Each part records how it was made.
   *
   * @param folds how
   * @return per fold the rows to train on first and those to judge on second
   * @throws IllegalArgumentException if there are too few rows for so many folds
   * @throws IllegalStateException if the folds need a time and the task declares none
   */
  public List<Split<X, Y>> folds(Folds<? super X> folds) {
    List<int[]> parts = folds.parts(this);
    List<Split<X, Y>> splits = new ArrayList<>(parts.size());
    for (int fold = 0; fold < parts.size(); fold++) {
      Map<String, String> settings = new HashMap<>(folds.settings());
      settings.put("fold", Integer.toString(fold));
      splits.add(split(folds.method(), settings, parts.get(fold)));
    }
    return List.copyOf(splits);
  }

  private Split<X, Y> split(String method, Map<String, String> settings, int[] parts) {
    return new Split<>(
        part(method, settings, parts, 0, "first"), part(method, settings, parts, 1, "second"));
  }

  private Dataset<X, Y> part(
      String method, Map<String, String> settings, int[] parts, int part, String name) {
    List<Example<X, Y>> rows = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] == part) {
        rows.add(examples.get(i));
      }
    }
    Derivation step = new Derivation(method, settings, name, fingerprint().hex());
    return new Dataset<>(task, origin, reading, then(step), List.copyOf(rows));
  }

  private List<Derivation> then(Derivation step) {
    List<Derivation> steps = new ArrayList<>(derivations);
    steps.add(step);
    return List.copyOf(steps);
  }

  /**
   * Takes a part again that was taken from these rows before.
   *
   * @param steps what {@link #derivations()} of the part said
   * @param own splitters and folds that hold code of the host, which a record cannot: those by
   *     group
   * @return the part
   * @throws IllegalArgumentException if these are not the rows that the part was taken from, or a
   *     step holds code that was not given; the message says which
   */
  public Dataset<X, Y> rebuild(List<Derivation> steps, Rebuilding<? super X> own) {
    Dataset<X, Y> part = this;
    for (Derivation step : steps) {
      if (!step.of().isEmpty() && !step.of().equals(part.fingerprint().hex())) {
        throw new IllegalArgumentException(
            "the step "
                + step
                + " was taken from rows with fingerprint "
                + step.of()
                + ", these have "
                + part.fingerprint().hex());
      }
      part = own.apply(part, step);
    }
    return part;
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
