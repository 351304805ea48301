package dev.endolith.data;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A task whose answer is a finite number. Made with {@link Task#regress}. Immutable.
 *
 * @param <X> what a model is asked
 */
public final class Regression<X> implements Task<X, Double> {
  private final Features<X> features;
  private final String labelColumn;
  private final @Nullable Function<? super X, String> key;
  private final @Nullable Function<? super X, Instant> time;

  Regression(
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
  public Double readLabel(RawRow raw) {
    return CellParser.number(raw, labelColumn);
  }

  @Override
  public String labelName(Double label) {
    if (!Double.isFinite(label)) {
      throw new IllegalArgumentException("a regression label is a finite number, was " + label);
    }
    return Double.toString(label);
  }

  @Override
  public Double labelOf(String name) {
    try {
      return Double.valueOf(name);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a regression label is a number", e);
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
