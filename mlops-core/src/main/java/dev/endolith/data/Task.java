package dev.endolith.data;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is predicted from what: one declaration that types training, serving and feedback.
 * Immutable.
 *
 * <p>The label is never part of {@code X}, so that predicting does not need it.
 *
 * @param <X> what a model is asked
 * @param <Y> what it answers
 */
public sealed interface Task<X, Y>
    permits Classification, Regression, Anomaly, Clustering, MultiOutput, TensorTask {
  /**
   * How a row becomes features.
   *
   * @return the features
   */
  Features<X> features();

  /**
   * The column that holds the label in data files.
   *
   * @return its name
   */
  String labelColumn();

  /**
   * Reads a label from its text in the data.
   *
   * @param raw the row that holds it
   * @return the label
   * @throws dev.endolith.error.DataException if the text is not a label of this task
   */
  Y readLabel(RawRow raw);

  /**
   * A label's text in logs, files and the registry.
   *
   * @param label a label of this task
   * @return its name
   * @throws IllegalArgumentException if it is not a label of this task
   */
  String labelName(Y label);

  /**
   * The label of a name that {@link #labelName} made.
   *
   * @param name a label's name
   * @return the label
   * @throws IllegalArgumentException if no label has that name
   */
  Y labelOf(String name);

  /**
   * The key that identifies a row in the host's world, by which its true label arrives.
   *
   * @param row the row
   * @return the key, empty if the task declares none
   */
  Optional<String> key(X row);

  /**
   * When the row happened.
   *
   * @param row the row
   * @return the instant, empty if the task declares none
   */
  Optional<Instant> time(X row);

  /**
   * Starts a classification of a record.
   *
   * @param rows a record
   * @param labels an enum, {@code Boolean} or {@code String}
   * @param <X> the record
   * @param <Y> the label
   * @return a builder
   * @throws IllegalArgumentException if either type cannot be used; the message says why
   */
  static <X, Y> ClassificationBuilder<X, Y> classify(Class<X> rows, Class<Y> labels) {
    return classify(Features.of(rows), labels);
  }

  /**
   * Starts a classification.
   *
   * @param features how a row becomes features
   * @param labels an enum, {@code Boolean} or {@code String}
   * @param <X> the row
   * @param <Y> the label
   * @return a builder
   * @throws IllegalArgumentException if {@code labels} is another type
   */
  static <X, Y> ClassificationBuilder<X, Y> classify(Features<X> features, Class<Y> labels) {
    return new ClassificationBuilder<>(features, labels);
  }

  /**
   * Starts the detection of anomalies among records.
   *
   * @param rows a record
   * @param <X> the record
   * @return a builder
   * @throws IllegalArgumentException if the record cannot be used; the message says why
   */
  static <X> AnomalyBuilder<X> anomaly(Class<X> rows) {
    return new AnomalyBuilder<>(Features.of(rows));
  }

  /**
   * Starts the detection of anomalies.
   *
   * @param features how a row becomes features
   * @param <X> the row
   * @return a builder
   */
  static <X> AnomalyBuilder<X> anomaly(Features<X> features) {
    return new AnomalyBuilder<>(features);
  }

  /**
   * Starts a clustering of records.
   *
   * @param rows a record
   * @param <X> the record
   * @return a builder
   * @throws IllegalArgumentException if the record cannot be used; the message says why
   */
  static <X> ClusteringBuilder<X> cluster(Class<X> rows) {
    return new ClusteringBuilder<>(Features.of(rows));
  }

  /**
   * Starts a clustering.
   *
   * @param features how a row becomes features
   * @param <X> the row
   * @return a builder
   */
  static <X> ClusteringBuilder<X> cluster(Features<X> features) {
    return new ClusteringBuilder<>(features);
  }

  /**
   * Starts a task of records that is answered with several values at once.
   *
   * @param rows a record
   * @param answers a record of numbers, booleans, enums and strings
   * @param <X> the record that is asked
   * @param <Y> the record that is answered
   * @return a builder
   * @throws IllegalArgumentException if either cannot be used; the message says why
   */
  static <X, Y> MultiOutputBuilder<X, Y> outputs(Class<X> rows, Class<Y> answers) {
    return outputs(Features.of(rows), answers);
  }

  /**
   * Starts a task that is answered with several values at once.
   *
   * @param features how a row becomes features
   * @param answers a record of numbers, booleans, enums and strings
   * @param <X> the row
   * @param <Y> the record that is answered
   * @return a builder
   * @throws IllegalArgumentException if the record cannot be used; the message says why
   */
  static <X, Y> MultiOutputBuilder<X, Y> outputs(Features<X> features, Class<Y> answers) {
    return new MultiOutputBuilder<>(features, Features.of(answers));
  }

  /**
   * A task of a model that is asked with tensors and answers with tensors.
   *
   * @param inputs one specification for each input
   * @param outputs one specification for each output that is wanted
   * @return the task
   * @throws IllegalArgumentException if there are none, or two of one name
   */
  static TensorTask tensors(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    return new TensorTask(inputs, outputs);
  }

  /**
   * Starts a regression of a record.
   *
   * @param rows a record
   * @param <X> the record
   * @return a builder
   * @throws IllegalArgumentException if the record cannot be used; the message says why
   */
  static <X> RegressionBuilder<X> regress(Class<X> rows) {
    return new RegressionBuilder<>(Features.of(rows));
  }

  /**
   * Starts a regression.
   *
   * @param features how a row becomes features
   * @param <X> the row
   * @return a builder
   */
  static <X> RegressionBuilder<X> regress(Features<X> features) {
    return new RegressionBuilder<>(features);
  }
}
