package dev.endolith.tribuo;

import dev.endolith.data.Features;
import dev.endolith.data.Task;
import dev.endolith.model.Trainer;
import dev.endolith.registry.Candidate;
import java.util.function.Function;
import org.tribuo.classification.Label;
import org.tribuo.regression.Regressor;

/**
 * Any Tribuo trainer as a {@link Trainer}. A numeric field becomes a feature of its name, a
 * category a feature {@code name=value} of 1; a missing value becomes no feature.
 */
public final class Tribuo {
  private Tribuo() {}

  /**
   * A trainer of classifications. Numeric features are standardised to mean 0 and variance 1, which
   * linear models need and trees do not mind.
   *
   * @param trainer the Tribuo trainer; used by one training at a time
   * @param <X> the row
   * @param <Y> the label
   * @return the trainer
   */
  public static <X, Y> Trainer<X, Y> classifier(org.tribuo.Trainer<Label> trainer) {
    return new TribuoTrainer<X, Y, Label>(trainer, new LabelOutputs<>());
  }

  /**
   * A candidate of a model that Tribuo trained and stored elsewhere. Its features must be named as
   * here: a numeric field's by the field's name, a category's {@code field=value}. It is loaded
   * once for the task, by the rules of {@link TribuoFormat}.
   *
   * @param content the bytes of Tribuo's protobuf ({@code Model.serializeToFile})
   * @param task what it will be asked
   * @return the candidate, to be registered
   * @throws dev.endolith.error.ArtifactRefusedException if it is no Tribuo model, or breaks a rule
   *     of safety
   * @throws dev.endolith.error.SchemaMismatchException if it cannot answer the task, or has
   *     features that the task can never give; the message names them
   */
  public static Candidate candidate(byte[] content, Task<?, ?> task) {
    return TribuoImport.candidate(content, task);
  }

  /**
   * Turns rows into Tribuo examples as the trainers and models here do, for what Tribuo offers
   * beside training. The examples have an unknown label.
   *
   * @param features the features
   * @param <X> the row
   * @return a function that is thread-safe
   * @throws IllegalArgumentException if a field is free text
   */
  public static <X> Function<X, org.tribuo.Example<Label>> examples(Features<X> features) {
    ExampleBuilder<X> builder = new ExampleBuilder<>(features, CategoryNames.of(features));
    Label unknown = new Label(Label.UNKNOWN);
    return row -> builder.example(row, unknown);
  }

  /**
   * A trainer of one-class models, which learn what is ordinary: rows labelled as anomalies are
   * left out. Needs {@code org.tribuo:tribuo-anomaly-core} and the trainer's module. Numeric
   * features are standardised to mean 0 and variance 1.
   *
   * @param trainer the Tribuo trainer, for example {@code LibSVMAnomalyTrainer}; used by one
   *     training at a time
   * @param <X> the row
   * @return the trainer
   */
  public static <X> Trainer<X, Boolean> anomalies(
      org.tribuo.Trainer<org.tribuo.anomaly.Event> trainer) {
    return new TribuoTrainer<X, Boolean, org.tribuo.anomaly.Event>(trainer, new EventOutputs());
  }

  /**
   * A trainer of clusterings. Needs {@code org.tribuo:tribuo-clustering-core} and the trainer's
   * module. Numeric features are standardised to mean 0 and variance 1.
   *
   * @param trainer the Tribuo trainer, for example {@code KMeansTrainer}; used by one training at a
   *     time
   * @param <X> the row
   * @return the trainer
   */
  public static <X> Trainer<X, Integer> clusters(
      org.tribuo.Trainer<org.tribuo.clustering.ClusterID> trainer) {
    return new TribuoTrainer<X, Integer, org.tribuo.clustering.ClusterID>(
        trainer, new ClusterOutputs());
  }

  /**
   * A trainer of regressions. Numeric features are standardised to mean 0 and variance 1.
   *
   * @param trainer the Tribuo trainer; used by one training at a time
   * @param <X> the row
   * @return the trainer
   */
  public static <X> Trainer<X, Double> regressor(org.tribuo.Trainer<Regressor> trainer) {
    return new TribuoTrainer<X, Double, Regressor>(trainer, new NumberOutputs());
  }
}
