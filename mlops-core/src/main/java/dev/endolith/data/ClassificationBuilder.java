package dev.endolith.data;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Classification}. Confined to one thread.
 *
 * @param <X> what a model is asked
 * @param <Y> the label
 */
public final class ClassificationBuilder<X, Y> {
  private final Features<X> features;
  private final Map<Y, String> labels = new LinkedHashMap<>();
  private final Map<String, Y> byRaw = new HashMap<>();
  private final boolean open;
  private String labelColumn = "label";
  private @Nullable Y positive;
  private @Nullable Function<? super X, String> key;
  private @Nullable Function<? super X, Instant> time;

  ClassificationBuilder(Features<X> features, Class<Y> type) {
    this.features = features;
    this.open = type == String.class;
    if (type == Boolean.class) {
      known(type.cast(false), "false");
      known(type.cast(true), "true");
    } else if (type.isEnum()) {
      for (Y constant : type.getEnumConstants()) {
        known(constant, ((Enum<?>) constant).name());
      }
    } else if (!open) {
      throw new IllegalArgumentException(
          "a label is an enum, Boolean or String, was " + type.getName());
    }
  }

  private void known(Y label, String name) {
    labels.put(label, name);
    byRaw.put(name, label);
  }

  /**
   * Names the column that holds the label in data files.
   *
   * @param column the column, "label" by default
   * @return this
   */
  public ClassificationBuilder<X, Y> label(String column) {
    this.labelColumn = column;
    return this;
  }

  /**
   * Says how a label is written in the data; for {@code String} labels this also declares it.
   *
   * @param text the text in the data
   * @param label the label
   * @return this
   * @throws IllegalArgumentException if the text already stands for another label
   */
  public ClassificationBuilder<X, Y> map(String text, Y label) {
    if (open) {
      labels.putIfAbsent(label, (String) label);
    }
    Y before = byRaw.putIfAbsent(text, label);
    if (before != null && !before.equals(label)) {
      throw new IllegalArgumentException("'" + text + "' already stands for label " + before);
    }
    return this;
  }

  /**
   * Names the label that binary metrics count as positive.
   *
   * @param label the label
   * @return this
   */
  public ClassificationBuilder<X, Y> positive(Y label) {
    this.positive = label;
    return this;
  }

  /**
   * Says which value identifies a row in the host's world; feedback may arrive under it.
   *
   * @param key reads the key from a row
   * @return this
   */
  public ClassificationBuilder<X, Y> key(Function<? super X, String> key) {
    this.key = key;
    return this;
  }

  /**
   * Says when a row happened; splits by time need it.
   *
   * @param time reads the instant from a row
   * @return this
   */
  public ClassificationBuilder<X, Y> time(Function<? super X, Instant> time) {
    this.time = time;
    return this;
  }

  /**
   * Builds the task.
   *
   * @return the task
   * @throws IllegalArgumentException if there are fewer than two labels, the positive one is not
   *     among them, or a feature is the label's column
   */
  public Classification<X, Y> build() {
    if (labels.size() < 2) {
      throw new IllegalArgumentException(
          "a classification needs at least two labels, has "
              + labels.values()
              + "; declare String labels with map(text, label)");
    }
    if (positive != null && !labels.containsKey(positive)) {
      throw new IllegalArgumentException("the positive label is not one of " + labels.values());
    }
    LabelColumn.check(features.schema(), labelColumn);
    Y counted = positive;
    if (counted == null && labels.size() == 2) {
      for (Y label : labels.keySet()) {
        counted = label;
      }
    }
    return new Classification<>(features, labelColumn, labels, byRaw, counted, key, time);
  }
}
