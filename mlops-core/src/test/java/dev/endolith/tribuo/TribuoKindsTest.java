package dev.endolith.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Anomaly;
import dev.endolith.data.Clustering;
import dev.endolith.data.Csv;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Regression;
import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.model.AnomalyScored;
import dev.endolith.model.Clustered;
import dev.endolith.model.Evaluator;
import dev.endolith.model.Metric;
import dev.endolith.model.ModelDigest;
import dev.endolith.model.Outcomes;
import dev.endolith.model.Predictor;
import dev.endolith.model.TrainedModel;
import dev.endolith.model.Trainer;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tribuo.anomaly.libsvm.LibSVMAnomalyTrainer;
import org.tribuo.anomaly.libsvm.SVMAnomalyType;
import org.tribuo.clustering.kmeans.KMeansTrainer;
import org.tribuo.common.libsvm.KernelType;
import org.tribuo.common.libsvm.SVMParameters;

class TribuoKindsTest {
  record Point(double x, double y, String color) {}

  private static final Anomaly<Point> ODD = Task.anomaly(Point.class).label("odd").build();
  private static final Clustering<Point> GROUPS = Task.cluster(Point.class).label("group").build();

  private static Dataset<Point, Boolean> events(int n, long seed) {
    Random random = new Random(seed);
    List<Example<Point, Boolean>> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      boolean odd = i % 10 == 0;
      double distance = odd ? 6 : 0;
      double angle = random.nextDouble() * 2 * Math.PI;
      rows.add(
          new Example<>(
              new Point(
                  distance * Math.cos(angle) + random.nextGaussian(),
                  distance * Math.sin(angle) + random.nextGaussian(),
                  "red"),
              odd));
    }
    return Dataset.of(ODD, DataOrigin.named("events"), rows);
  }

  private static Dataset<Point, Integer> groups(int n, long seed) {
    Random random = new Random(seed);
    List<Example<Point, Integer>> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int group = i % 3;
      rows.add(
          new Example<>(
              new Point(
                  10 * group + random.nextGaussian(),
                  group == 1 ? 8 : random.nextGaussian(),
                  "red"),
              group));
    }
    return Dataset.of(GROUPS, DataOrigin.named("groups"), rows);
  }

  private static Trainer<Point, Boolean> svm() {
    SVMParameters<org.tribuo.anomaly.Event> parameters =
        new SVMParameters<>(new SVMAnomalyType(SVMAnomalyType.SVMMode.ONE_CLASS), KernelType.RBF);
    parameters.setGamma(0.5);
    parameters.setNu(0.05);
    return Tribuo.anomalies(new LibSVMAnomalyTrainer(parameters));
  }

  private static Trainer<Point, Integer> kMeans() {
    return Tribuo.clusters(
        new KMeansTrainer(
            3,
            50,
            new org.tribuo.math.distance.L2Distance(),
            KMeansTrainer.Initialisation.PLUSPLUS,
            1,
            1));
  }

  @Test
  void anomalies_outlyingPoints_areFound_alsoByTheStoredModel() {
    TrainedModel<Point, Boolean> model = svm().train(events(600, 1), 1);
    Predictor<Point, Boolean> loaded = new TribuoFormat().load(model.content(), ODD);
    Outcomes outcomes = Outcomes.of(loaded, events(600, 2));
    assertThat(outcomes.answersDigest())
        .isEqualTo(Outcomes.of(model.predictor(), events(600, 2)).answersDigest());
    assertThat(Metric.AUC.compute(outcomes)).isGreaterThan(0.97);
    assertThat(Metric.ACCURACY.compute(outcomes)).isGreaterThan(0.88);
    // scores are no probabilities
    assertThat(Metric.LOG_LOSS.compute(outcomes)).isNaN();
    assertThat(Metric.BRIER.compute(outcomes)).isNaN();
    assertThat(Metric.RMSE.compute(outcomes)).isNaN();
    assertThat(Evaluator.estimate(Metric.AUC, outcomes, 0.95).low()).isGreaterThan(0.9);
    AnomalyScored far = (AnomalyScored) loaded.predict(new Point(9, 9, "red"));
    AnomalyScored near = (AnomalyScored) loaded.predict(new Point(0, 0, "red"));
    assertThat(far.value()).isTrue();
    assertThat(near.value()).isFalse();
    assertThat(far.score()).isGreaterThan(near.score());
    assertThatThrownBy(() -> new AnomalyScored(Double.NaN, true)).hasMessageContaining("finite");
  }

  @Test
  void anomalies_rowsOfAnomaliesOnly_areRefused() {
    var odd = events(100, 1).examples().stream().filter(Example::y).toList();
    assertThatThrownBy(() -> svm().train(Dataset.of(ODD, DataOrigin.named("odd"), odd), 1))
        .hasMessageContaining("no row to learn from");
  }

  @Test
  void clusters_separatePoints_areFound_alsoByTheStoredModel() {
    TrainedModel<Point, Integer> model = kMeans().train(groups(300, 1), 1);
    Predictor<Point, Integer> loaded = new TribuoFormat().load(model.content(), GROUPS);
    Outcomes outcomes = Outcomes.of(loaded, groups(300, 2));
    assertThat(Metric.ADJUSTED_RAND.compute(outcomes)).isGreaterThan(0.95);
    assertThat(Metric.ACCURACY.compute(outcomes)).isNaN();
    assertThat(Metric.RMSE.compute(outcomes)).isNaN();
    assertThat(outcomes.answersDigest())
        .isEqualTo(Outcomes.of(model.predictor(), groups(300, 2)).answersDigest());
    assertThat(((Clustered) loaded.predict(new Point(0, 0, "red"))).cluster()).isBetween(0, 2);
    assertThatThrownBy(() -> new Clustered(-1)).hasMessageContaining("0 or more");
  }

  @Test
  void adjustedRand_chanceIsZero_andNumbersDoNotMatter() {
    Random random = new Random(3);
    double sum = 0;
    for (int round = 0; round < 200; round++) {
      List<Clustered> answers = new ArrayList<>();
      List<Integer> truths = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        answers.add(new Clustered(random.nextInt(3)));
        truths.add(random.nextInt(4));
      }
      sum += Metric.ADJUSTED_RAND.compute(Outcomes.of(GROUPS, answers, truths));
    }
    assertThat(sum / 200).isBetween(-0.01, 0.01);
    List<Clustered> answers = List.of(new Clustered(2), new Clustered(2), new Clustered(0));
    assertThat(Metric.ADJUSTED_RAND.compute(Outcomes.of(GROUPS, answers, List.of(0, 0, 1))))
        .isEqualTo(1);
    assertThat(Metric.ADJUSTED_RAND.compute(Outcomes.of(GROUPS, answers, List.of(-1, -1, -1))))
        .isNaN();
  }

  @Test
  void load_modelOfAnotherKind_isRefused() {
    byte[] svm = svm().train(events(200, 1), 1).content();
    byte[] kMeans = kMeans().train(groups(90, 1), 1).content();
    Regression<Point> number = Task.regress(Point.class).build();
    assertThatThrownBy(() -> new TribuoFormat().load(svm, GROUPS))
        .isInstanceOf(ArtifactRefusedException.class);
    assertThatThrownBy(() -> new TribuoFormat().load(kMeans, ODD))
        .isInstanceOf(ArtifactRefusedException.class);
    assertThatThrownBy(() -> new TribuoFormat().load(kMeans, number))
        .isInstanceOf(ArtifactRefusedException.class);
  }

  @Test
  void tasks_withoutLabels_areRead() {
    String csv = "x,y,color\n1,2,red\n3,4,blue\n";
    assertThat(Csv.reader(ODD).read(DataOrigin.named("c"), new StringReader(csv)).examples())
        .extracting(Example::y)
        .containsOnly(false);
    assertThat(Csv.reader(GROUPS).read(DataOrigin.named("c"), new StringReader(csv)).examples())
        .extracting(Example::y)
        .containsOnly(Clustering.UNKNOWN);
    assertThat(
            Csv.reader(ODD)
                .read(DataOrigin.named("c"), new StringReader("x,y,color,odd\n1,2,red,yes\n"))
                .examples()
                .get(0)
                .y())
        .isTrue();
    assertThat(ODD.labelOf(ODD.labelName(true))).isTrue();
    assertThat(GROUPS.labelOf(GROUPS.labelName(7))).isEqualTo(7);
    assertThatThrownBy(() -> ODD.labelOf("x")).hasMessageContaining("true and false");
    assertThatThrownBy(() -> Task.anomaly(Point.class).label("x").build())
        .hasMessageContaining("also a feature");
  }

  /** The stored bytes hold times; the digest does not. */
  @Test
  void digest_trainedTwice_isTheSame_andSaysWhatDiffers() {
    Dataset<Point, Boolean> asked = events(200, 9);
    TrainedModel<Point, Boolean> once = svm().train(events(300, 1), 1);
    TrainedModel<Point, Boolean> again = svm().train(events(300, 1), 1);
    assertThat(ModelDigest.of(again, asked)).isEqualTo(ModelDigest.of(once, asked));
    assertThat(once.parameters().get(TrainedModel.PROVENANCE))
        .isEqualTo(again.parameters().get(TrainedModel.PROVENANCE))
        .contains("java-version")
        .doesNotContain("trained-at")
        .contains(events(300, 1).fingerprint().toString());
    TrainedModel<Point, Boolean> other = svm().train(events(300, 2), 7);
    assertThat(ModelDigest.of(other, asked).differences(ModelDigest.of(once, asked)))
        // Tribuo's configuration counts invocations, which the seed sets
        .contains(
            "parameter 'seed' is '7' in one, '1' in the other",
            "the answers to the same rows differ");
    assertThat(ModelDigest.of(once, events(100, 3)).differences(ModelDigest.of(once, asked)))
        .containsExactly("the models were asked different rows");
    assertThat(
            ModelDigest.of(once.predictor(), Map.of("a", "1"), asked)
                .differences(ModelDigest.of(once.predictor(), Map.of(), asked)))
        .containsExactly("parameter 'a' is '1' in one, absent in the other");
  }
}
