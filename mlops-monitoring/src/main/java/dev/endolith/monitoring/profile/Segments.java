package dev.endolith.monitoring.profile;

import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.Sensitivity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Parts of the rows that are watched for themselves, such as countries: a change in one of them may
 * not show in the whole. Immutable and thread-safe.
 *
 * <p>Which segments there are is fixed by the reference, never by what comes first in a window: so
 * they are bounded, and windows that were counted apart merge in any order. A row that is in none
 * counts in {@link #OTHER}; so do rows without a value.
 *
 * @param <X> the row
 */
public final class Segments<X> {
  /** The segment of rows that are in no other; a category of that name would share it. */
  public static final String OTHER = "(other)";

  /** So many segments are watched if no other cap is set. */
  public static final int DEFAULT_MOST = 20;

  private static final int MOST = 1_000;

  private final Features<X> features;
  private final ReferenceProfile common;
  private final List<Segment<X>> named;
  private final int field; // −1 for predicates
  private final Map<String, Segment<X>> byValue;
  private final Segment<X> other;
  private final int unwatched;

  private record Segment<X>(
      String name, @Nullable Predicate<? super X> test, ReferenceProfile reference) {}

  private Segments(
      Features<X> features,
      ReferenceProfile common,
      int field,
      List<Segment<X>> named,
      Segment<X> other,
      int unwatched) {
    this.features = features;
    this.common = common;
    this.field = field;
    this.named = List.copyOf(named);
    this.byValue = new HashMap<>();
    this.named.forEach(segment -> byValue.put(segment.name, segment));
    this.other = other;
    this.unwatched = unwatched;
  }

  /**
   * A segment for each of the most frequent values that a column of categories has in the
   * reference, all compared with that reference.
   *
   * @param features how rows become features
   * @param reference the common reference
   * @param column the column
   * @param most how many segments beside {@link #OTHER}, in [1, 1000]
   * @param <X> the row
   * @return the segments
   * @throws IllegalArgumentException if {@code most} is outside its range, or {@code column} is not
   *     a public field of categories that the reference has
   */
  public static <X> Segments<X> by(
      Features<X> features, ReferenceProfile reference, String column, int most) {
    check(most);
    int field = features.schema().position(column).orElse(-1);
    ReferenceColumn profiled = reference.column(column).orElse(null);
    if (field < 0
        || features.schema().field(field).sensitivity() != Sensitivity.PUBLIC
        || profiled == null
        || profiled.kind() != ReferenceColumn.Kind.CATEGORY
        || profiled.role() != ReferenceColumn.Role.FEATURE) {
      throw new IllegalArgumentException(
          "segments are by a public field of categories that the reference profiled, '"
              + column
              + "' is not one");
    }
    List<Segment<X>> named =
        profiled.values().stream()
            .limit(most)
            .map(value -> new Segment<X>(value, null, reference))
            .toList();
    int beyond = profiled.values().size() - named.size();
    boolean more = profiled.counts()[profiled.bins() - 1] > 0; // of categories without a bin
    return new Segments<>(
        features,
        reference,
        field,
        named,
        new Segment<>(OTHER, null, reference),
        beyond + (more ? 1 : 0));
  }

  /**
   * A segment for each condition; a row counts in the first that it meets.
   *
   * @param features how rows become features
   * @param reference the common reference
   * @param conditions by the segment's name, in the order of the map; at most 1 000
   * @param <X> the row
   * @return the segments
   * @throws IllegalArgumentException if there are none or too many, or one is named {@link #OTHER}
   */
  public static <X> Segments<X> where(
      Features<X> features,
      ReferenceProfile reference,
      Map<String, Predicate<? super X>> conditions) {
    check(conditions.size());
    if (conditions.containsKey(OTHER)) {
      throw new IllegalArgumentException("a segment must not be named '" + OTHER + "'");
    }
    List<Segment<X>> named = new ArrayList<>();
    conditions.forEach((name, test) -> named.add(new Segment<>(name, test, reference)));
    return new Segments<>(features, reference, -1, named, new Segment<>(OTHER, null, reference), 0);
  }

  private static void check(int most) {
    if (most < 1 || most > MOST) {
      throw new IllegalArgumentException("segments must be in [1, " + MOST + "], were " + most);
    }
  }

  /**
   * The same segments, each compared with a reference of its own rows; one of fewer rows than
   * {@code least} stays with the common reference.
   *
   * @param training the rows of which references are made
   * @param least the fewest rows of a reference of its own, at least 1; a hundred hardly say
   *     anything
   * @param <Y> the label
   * @return the segments
   * @throws IllegalArgumentException if {@code least} is below 1
   */
  public <Y> Segments<X> withOwnReferences(Dataset<X, Y> training, int least) {
    if (least < 1) {
      throw new IllegalArgumentException("least must be at least 1, was " + least);
    }
    Map<String, List<Example<X, Y>>> parts = new HashMap<>();
    for (Example<X, Y> example : training) {
      parts.computeIfAbsent(segment(example.x()).name, name -> new ArrayList<>()).add(example);
    }
    List<Segment<X>> own = new ArrayList<>();
    for (Segment<X> segment : named) {
      own.add(own(segment, training, parts.getOrDefault(segment.name, List.of()), least));
    }
    return new Segments<>(
        features,
        common,
        field,
        own,
        own(other, training, parts.getOrDefault(OTHER, List.of()), least),
        unwatched);
  }

  /**
   * The same segments, some of them compared with references of their own.
   *
   * @param own references by segment; those of segments that there are not are left out
   * @return the segments; one without a reference of its own stays with the one that it has
   */
  public Segments<X> withReferences(Map<String, ReferenceProfile> own) {
    List<Segment<X>> replaced = new ArrayList<>();
    for (Segment<X> segment : named) {
      replaced.add(
          new Segment<>(
              segment.name, segment.test, own.getOrDefault(segment.name, segment.reference)));
    }
    Segment<X> rest = new Segment<>(OTHER, other.test, own.getOrDefault(OTHER, other.reference));
    return new Segments<>(features, common, field, replaced, rest, unwatched);
  }

  private <Y> Segment<X> own(
      Segment<X> segment, Dataset<X, Y> training, List<Example<X, Y>> part, int least) {
    return part.size() < least
        ? segment
        : new Segment<>(
            segment.name,
            segment.test,
            ReferenceProfile.of(Dataset.of(training.task(), training.origin(), part)));
  }

  private Segment<X> segment(X row) {
    if (field >= 0) {
      String value = features.category(row, field);
      return value == null ? other : byValue.getOrDefault(value, other);
    }
    for (Segment<X> segment : named) {
      if (segment.test != null && segment.test.test(row)) {
        return segment;
      }
    }
    return other;
  }

  /**
   * The segment of a row.
   *
   * @param row the row
   * @return its name
   */
  public String of(X row) {
    return segment(row).name;
  }

  /**
   * The names of the segments.
   *
   * @return the names, the most frequent first or as given, {@link #OTHER} last
   */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    named.forEach(segment -> names.add(segment.name));
    names.add(OTHER);
    return names;
  }

  /**
   * Whether categories of the reference have no segment of their own because of the cap.
   *
   * @return true if {@link #OTHER} holds categories that a greater cap would set apart
   */
  public boolean capped() {
    return unwatched > 0;
  }

  /**
   * Counts that are empty.
   *
   * @return the counts of all segments
   */
  public Counts<X> counts() {
    return new Counts<>(this);
  }

  /**
   * The rows of one window, each segment in a profile of its own. Mutable, confined to one thread.
   *
   * @param <X> the row
   */
  public static final class Counts<X> {
    private final Segments<X> segments;
    private final Map<String, WindowProfile> profiles = new TreeMap<>();

    private Counts(Segments<X> segments) {
      this.segments = segments;
      segments.named.forEach(s -> profiles.put(s.name, WindowProfile.empty(s.reference)));
      profiles.put(OTHER, WindowProfile.empty(segments.other.reference));
    }

    /**
     * Counts the features of a row in its segment.
     *
     * @param row the row
     */
    public void count(X row) {
      profile(segments.of(row)).count(segments.features, row);
    }

    /**
     * The counts of a segment, which more rows may change.
     *
     * @param name its name
     * @return the counts, on the segment's reference
     * @throws IllegalArgumentException if there is no segment of that name
     */
    public WindowProfile profile(String name) {
      WindowProfile profile = profiles.get(name);
      if (profile == null) {
        throw new IllegalArgumentException(
            "there is no segment '" + name + "'; there are " + segments.names());
      }
      return profile;
    }

    /**
     * The segments that have rows.
     *
     * @return their names, those with most rows first
     */
    public List<String> occupied() {
      return profiles.entrySet().stream()
          .filter(entry -> entry.getValue().rows() > 0)
          .sorted(
              Comparator.comparingLong((Map.Entry<String, WindowProfile> e) -> -e.getValue().rows())
                  .thenComparing(Map.Entry::getKey))
          .map(Map.Entry::getKey)
          .toList();
    }

    /**
     * The sum of two windows.
     *
     * @param other a window of the same segments
     * @return a new window
     * @throws IllegalArgumentException if {@code other} has other segments or references
     */
    public Counts<X> merge(Counts<X> other) {
      if (!profiles.keySet().equals(other.profiles.keySet())) {
        throw new IllegalArgumentException(
            "windows to be merged must have the same segments, have "
                + segments.names()
                + " and "
                + other.segments.names());
      }
      Counts<X> sum = new Counts<>(segments);
      profiles.forEach((name, p) -> sum.profiles.put(name, p.merge(other.profile(name))));
      return sum;
    }

    /**
     * The counts as bytes.
     *
     * @return the bytes; equal for equal counts of the same segments
     */
    public byte[] toBytes() {
      Varints.Writer out = new Varints.Writer();
      out.number(profiles.size());
      profiles.forEach(
          (name, profile) -> {
            out.text(name);
            out.block(profile.toBytes());
          });
      return out.bytes();
    }

    /**
     * Reads what {@link #toBytes()} wrote.
     *
     * @param segments the segments that were counted
     * @param bytes the bytes
     * @param <X> the row
     * @return the window
     * @throws dev.endolith.error.DataException if the bytes are not a window of those segments
     */
    public static <X> Counts<X> read(Segments<X> segments, byte[] bytes) {
      Varints.Reader in = new Varints.Reader("a window of segments", bytes);
      Counts<X> window = new Counts<>(segments);
      if (in.number() != window.profiles.size()) {
        throw in.broken("there are other segments");
      }
      for (Map.Entry<String, WindowProfile> entry : window.profiles.entrySet()) {
        if (!in.text().equals(entry.getKey())) {
          throw in.broken("there are other segments");
        }
        entry.setValue(WindowProfile.read(entry.getValue().reference(), in.block()));
      }
      in.end();
      return window;
    }
  }
}
