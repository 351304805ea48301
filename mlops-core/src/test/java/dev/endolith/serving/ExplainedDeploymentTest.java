package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.Workspace;
import dev.endolith.contract.InputContract;
import dev.endolith.contract.Rule;
import dev.endolith.contract.RuleAction;
import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Task;
import dev.endolith.error.PredictionException;
import dev.endolith.explain.Explainer;
import dev.endolith.explain.Explainers;
import dev.endolith.explain.Explanation;
import dev.endolith.model.Predictor;
import dev.endolith.model.TrainedModel;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.Models;
import dev.endolith.registry.VersionState;
import dev.endolith.tribuo.Tribuo;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;

class ExplainedDeploymentTest {
  record Point(double x, double y) {}

  private static final Classification<Point, Boolean> TASK =
      Task.classify(Point.class, Boolean.class).build();

  private static Dataset<Point, Boolean> points(long seed) {
    Random random = new Random(seed);
    List<Example<Point, Boolean>> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      Point point = new Point(random.nextGaussian(), random.nextGaussian());
      rows.add(new Example<>(point, point.x() - point.y() + 0.3 * random.nextGaussian() > 0));
    }
    return Dataset.of(TASK, DataOrigin.named("points"), rows);
  }

  private static void champion(Models models, long seed) {
    TrainedModel<Point, Boolean> model =
        Tribuo.<Point, Boolean>classifier(new LogisticRegressionTrainer()).train(points(seed), 1);
    long version =
        models
            .register(
                "m", Candidate.of("tribuo-protobuf", TASK.features().schema(), model.content()))
            .number();
    models.transition("m", version, VersionState.VALIDATED, "test");
    models.transition("m", version, VersionState.APPROVED, "test");
    models.move("m", Alias.CHAMPION, version, "test");
  }

  private static Explainers<Point, Boolean> exact(AtomicInteger made) {
    List<Point> background = points(9).examples().stream().limit(50).map(Example::x).toList();
    return Explainers.of(
        (Predictor<Point, Boolean> model) -> {
          made.incrementAndGet();
          return Explainer.exact(model, background);
        });
  }

  private static void adds(Explanation explanation) {
    double sum =
        explanation.contributions().stream().mapToDouble(Explanation.Contribution::value).sum();
    assertThat(explanation.base() + sum).isEqualTo(explanation.score(), within(1e-9));
  }

  @Test
  void explain_answer_isExplainedByTheVersionThatGaveIt_whileItIsLoaded() {
    try (Workspace workspace = Workspace.builder().open()) {
      Models models = workspace.models();
      champion(models, 1);
      AtomicInteger made = new AtomicInteger();
      Explainers<Point, Boolean> how = exact(made);
      try (var deployment = Deployment.of("m", TASK, models).build()) {
        Point asked = new Point(2, -1);
        Served<Boolean> served = deployment.predict(asked);
        Explanation yes = deployment.explain(asked, served, how);
        Explanation no = deployment.explain(asked, served, TASK.position(false), how);

        assertThat(served.value()).isTrue();
        adds(yes);
        adds(no);
        assertThat(yes.contributions()).allSatisfy(part -> assertThat(part.value()).isPositive());
        assertThat(no.contributions()).allSatisfy(part -> assertThat(part.value()).isNegative());
        assertThat(made).hasValue(1);

        champion(models, 2);
        deployment.refresh();
        assertThatThrownBy(() -> deployment.explain(asked, served, how))
            .isInstanceOf(PredictionException.class)
            .hasMessageContaining("version 1 of 'm' is not loaded here any more");
        adds(deployment.explain(asked, deployment.predict(asked), how));
        assertThat(made).hasValue(2);
        assertThatThrownBy(() -> deployment.explain(asked, deployment.predict(asked), 2, how))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  /** What the model was asked is the row that the contract made of the caller's. */
  @Test
  void explain_rowThatAContractClips_isExplainedAsTheModelSawIt() {
    InputContract contract =
        InputContract.learn(points(1)).with("x", field -> field.on(Rule.RANGE, RuleAction.CLIP));
    try (Workspace workspace = Workspace.builder().open()) {
      champion(workspace.models(), 1);
      try (var deployment =
          Deployment.of("m", TASK, workspace.models()).contract(contract).build()) {
        Explainers<Point, Boolean> how = exact(new AtomicInteger());
        Point far = new Point(1e6, 0);
        Explanation clipped = deployment.explain(far, deployment.predict(far), how);

        adds(clipped);
        assertThat(clipped.contributions().get(0).value()).isLessThan(1e3);
      }
    }
  }

  @Test
  void explained_share_isExplainedBesideTheTraffic_andWhatIsMissedIsTold() throws Exception {
    try (Workspace workspace = Workspace.builder().open()) {
      champion(workspace.models(), 1);
      BlockingQueue<Served<Boolean>> explained = new LinkedBlockingQueue<>();
      BlockingQueue<String> missed = new LinkedBlockingQueue<>();
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      ExplanationListener<Point, Boolean> listener =
          new ExplanationListener<>() {
            @Override
            public void explained(Point x, Served<Boolean> served, Explanation explanation) {
              adds(explanation);
              begun.countDown();
              try {
                assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              explained.add(served);
            }

            @Override
            public void missed(Served<Boolean> served, String why) {
              missed.add(why);
            }
          };
      Deployment<Point, Boolean> deployment =
          Deployment.explained(
              Deployment.of("m", TASK, workspace.models()).build(),
              1,
              exact(new AtomicInteger()),
              listener);
      Served<Boolean> first = deployment.predict(new Point(1, 0));
      assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < 256 + 10; i++) { // the worker is held up, so these wait
        deployment.predict(new Point(i, 0));
      }
      assertThat(missed).hasSize(10).allMatch(why -> why.contains("256 answers wait"));
      goOn.countDown();
      assertThat(explained.poll(30, TimeUnit.SECONDS)).isEqualTo(first);
      for (int i = 0; i < 256; i++) {
        assertThat(explained.poll(30, TimeUnit.SECONDS)).isNotNull();
      }
      deployment.close();
      assertThat(names()).doesNotContain("endolith-explain-m");
    }
  }

  @Test
  void explained_partOfTheTraffic_isAboutThatPart() throws Exception {
    try (Workspace workspace = Workspace.builder().open()) {
      champion(workspace.models(), 1);
      AtomicInteger told = new AtomicInteger();
      ExplanationListener<Point, Boolean> listener =
          new ExplanationListener<>() {
            @Override
            public void explained(Point x, Served<Boolean> served, Explanation explanation) {
              told.incrementAndGet();
            }

            @Override
            public void missed(Served<Boolean> served, String why) {
              told.incrementAndGet();
            }
          };
      var inner = Deployment.of("m", TASK, workspace.models()).build();
      assertThatThrownBy(() -> Deployment.explained(inner, 0, exact(new AtomicInteger()), listener))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must be in (0, 1], was 0.0");
      try (var deployment =
          Deployment.explained(inner, 0.1, exact(new AtomicInteger()), listener)) {
        for (int i = 0; i < 5_000; i++) {
          deployment.predict(new Point(i % 3, 0));
        }
      }
      // binomial of 5 000 and 0.1: 500, deviation 21
      assertThat(told.get()).isBetween(400, 600);
    }
  }

  private static Set<String> names() {
    Set<String> names = new TreeSet<>();
    Thread.getAllStackTraces().keySet().forEach(thread -> names.add(thread.getName()));
    return names;
  }
}
