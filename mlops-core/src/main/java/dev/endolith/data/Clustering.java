package dev.endolith.data;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A task whose answer is a group of rows that are alike, as a number from 0. Made with {@link
 * Task#cluster}. Its labels are needed to judge against known groups, not to train: rows of a
 * source without the label's column have {@link #UNKNOWN}. Immutable.
 *
 * @param <X> what a model is asked
 */
public final class Clustering<X> implements Task<X, Integer> {
  /** The label of a row whose group is not known. */
  public static final int UNKNOWN = -1;

  private final Features<X> features;
  private final String labelColumn;
  private final @Nullable Function<? super X, String> key;
  private final @Nullable Function<? super X, Instant> time;

  Clustering(
      Features<X> features,
      String labelColumn,
      @Nullable Function<? super X, String> key,
      @Nullable Function<? super X, Instant> time) {
    this.features = features;
    this.labelColumn = labelColumn;
    this.key = key;
    this.time = time;
  }

  @Override
  public Features<X> features() {
    return features;
  }

  @Override
  public String labelColumn() {
    return labelColumn;
  }

  @Override
  public Integer readLabel(RawRow raw) {
    return raw.columns().contains(labelColumn)
        ? (int) CellParser.integer(raw, labelColumn, UNKNOWN, Integer.MAX_VALUE)
        : UNKNOWN;
  }

  @Override
  public String labelName(Integer label) {
    if (label < UNKNOWN) {
      throw new IllegalArgumentException("a group is a number from 0, or -1, was " + label);
    }
    return Integer.toString(label);
  }

  @Override
  public Integer labelOf(String name) {
    try {
      return Integer.valueOf(name);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a group is a number", e);
    }
  }

  @Override
  public Optional<String> key(X row) {
    return key == null ? Optional.empty() : Optional.of(key.apply(row));
  }

  @Override
  public Optional<Instant> time(X row) {
    return time == null ? Optional.empty() : Optional.of(time.apply(row));
  }
}
