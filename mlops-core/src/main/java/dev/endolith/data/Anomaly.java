package dev.endolith.data;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A task whose answer is whether a row is unlike the rows that were trained on. Made with {@link
 * Task#anomaly}. Its labels, true for an anomaly, are needed to judge, not to train: rows of a
 * source without the label's column count as ordinary. Immutable.
 *
 * @param <X> what a model is asked
 */
public final class Anomaly<X> implements Task<X, Boolean> {
  private final Features<X> features;
  private final String labelColumn;
  private final @Nullable Function<? super X, String> key;
  private final @Nullable Function<? super X, Instant> time;

  Anomaly(
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
  public Boolean readLabel(RawRow raw) {
    return raw.columns().contains(labelColumn) && CellParser.bool(raw, labelColumn);
  }

  @Override
  public String labelName(Boolean label) {
    return label ? "true" : "false";
  }

  @Override
  public Boolean labelOf(String name) {
    if (!name.equals("true") && !name.equals("false")) {
      throw new IllegalArgumentException("no label is named so; the labels are true and false");
    }
    return name.equals("true");
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
