package dev.endolith.data;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A task whose answer is one of a fixed list of labels. Made with {@link Task#classify}. Immutable.
 *
 * @param <X> what a model is asked
 * @param <Y> the label
 */
public final class Classification<X, Y> implements Task<X, Y> {
  private final Features<X> features;
  private final String labelColumn;
  private final List<Y> labels;
  private final Map<Y, Integer> positions = new HashMap<>();
  private final List<String> names;
  private final Map<String, Y> byName = new HashMap<>();
  private final Map<String, Y> byRaw;
  private final @Nullable Y positive;
  private final @Nullable Function<? super X, String> key;
  private final @Nullable Function<? super X, Instant> time;

  Classification(
      Features<X> features,
      String labelColumn,
      Map<Y, String> labels,
      Map<String, Y> byRaw,
      @Nullable Y positive,
      @Nullable Function<? super X, String> key,
      @Nullable Function<? super X, Instant> time) {
    this.features = features;
    this.labelColumn = labelColumn;
    this.labels = List.copyOf(labels.keySet());
    this.names = List.copyOf(labels.values());
    for (int i = 0; i < this.labels.size(); i++) {
      positions.put(this.labels.get(i), i);
      byName.put(names.get(i), this.labels.get(i));
    }
    this.byRaw = Map.copyOf(byRaw);
    this.positive = positive;
    this.key = key;
    this.time = time;
  }

  /**
   * The labels, in the order of scores.
   *
   * @return at least two labels
   */
  public List<Y> labels() {
    return labels;
  }

  /**
   * The position of a label in {@link #labels()}.
   *
   * @param label a label
   * @return its position from 0
   * @throws IllegalArgumentException if it is not a label of this task
   */
  public int position(Y label) {
    Integer position = positions.get(label);
    if (position == null) {
      throw new IllegalArgumentException("not a label of this task; its labels are " + names);
    }
    return position;
  }

  /**
   * The label that binary metrics count as positive.
   *
   * @return the positive label; the last of two where none was declared, empty for more
   */
  public Optional<Y> positive() {
    return Optional.ofNullable(positive);
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
  public Y readLabel(RawRow raw) {
    String text = raw.required(labelColumn);
    Y label = byRaw.get(text);
    if (label == null) {
      throw raw.bad(
          labelColumn,
          "the cell is not a label; known are "
              + byRaw.keySet().stream().sorted().toList()
              + "; declare more with map(text, label)");
    }
    return label;
  }

  @Override
  public String labelName(Y label) {
    return names.get(position(label));
  }

  @Override
  public Y labelOf(String name) {
    Y label = byName.get(name);
    if (label == null) {
      throw new IllegalArgumentException("no label is named so; the labels are " + names);
    }
    return label;
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
