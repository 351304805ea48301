package dev.endolith.data;

import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds {@link Clustering}. Confined to one thread.
 *
 * @param <X> what a model is asked
 */
public final class ClusteringBuilder<X> {
  private final Features<X> features;
  private String labelColumn = "label";
  private @Nullable Function<? super X, String> key;
  private @Nullable Function<? super X, Instant> time;

  ClusteringBuilder(Features<X> features) {
    this.features = features;
  }

  /**
   * Names the column that holds the label in data files, where there is one.
   *
   * @param column the column, "label" by default
   * @return this
   */
  public ClusteringBuilder<X> label(String column) {
    this.labelColumn = column;
    return this;
  }

  /**
   * Says which value identifies a row in the host's world; feedback may arrive under it.
   *
   * @param key reads the key from a row
   * @return this
   */
  public ClusteringBuilder<X> key(Function<? super X, String> key) {
    this.key = key;
    return this;
  }

  /**
   * Says when a row happened; splits by time need it.
   *
   * @param time reads the instant from a row
   * @return this
   */
  public ClusteringBuilder<X> time(Function<? super X, Instant> time) {
    this.time = time;
    return this;
  }

  /**
   * Builds the task.
   *
   * @return the task
   * @throws IllegalArgumentException if a feature is the label's column
   */
  public Clustering<X> build() {
    LabelColumn.check(features.schema(), labelColumn);
    return new Clustering<>(features, labelColumn, key, time);
  }
}
