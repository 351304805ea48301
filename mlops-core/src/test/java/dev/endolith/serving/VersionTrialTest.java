package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.error.PredictionException;
import dev.endolith.model.Classified;
import dev.endolith.model.Execution;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.model.Samples;
import dev.endolith.privacy.PrivacyPolicy;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.Models;
import dev.endolith.registry.VersionState;
import dev.endolith.serving.Constants.Ask;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a version must pass before it takes traffic. */
class VersionTrialTest {
  private final Constants.Format format = new Constants.Format();
  private final Workspace workspace = Workspace.builder().format(format).open();
  private final Models models = workspace.models();

  @AfterEach
  void close() {
    workspace.close();
    assertThat(format.open).as("models that were refused are closed").hasValue(0);
  }

  private static Predictor<Ask, Boolean> answering(double score) {
    return x -> Classified.of(Constants.TASK, 1 - score, score);
  }

  /** A version that answers {@code score}, with samples of a model that answered another. */
  private void version(double score, double atTraining) {
    byte[] samples =
        Samples.record(
                answering(atTraining),
                Constants.TASK,
                List.of(Constants.ask("a"), Constants.ask("b")),
                PrivacyPolicy.standard())
            .toJson();
    long number =
        models
            .register(
                "m",
                Candidate.of(
                        "constant",
                        Constants.TASK.features().schema(),
                        Double.toString(score).getBytes(StandardCharsets.UTF_8))
                    .withAttachment(Attachment.SAMPLES, "application/json", samples))
            .number();
    models.transition("m", number, VersionState.VALIDATED, "test");
    models.transition("m", number, VersionState.APPROVED, "test");
  }

  private DeploymentBuilder<Ask, Boolean> builder() {
    return Deployment.of("m", Constants.TASK, models).events(workspace.events());
  }

  @Test
  void answersAsAtTraining_isWarmedUp_andStatusSaysSo() {
    version(0.7, 0.7 + 1e-9);
    Constants.champion(models, "m", 1);
    try (Deployment<Ask, Boolean> deployment = builder().build()) {
      LoadedVersion loaded = deployment.status().loaded().get(0);
      assertThat(loaded.version()).isEqualTo(1);
      assertThat(loaded.samples()).isEqualTo(2);
      assertThat(loaded.warmUpAnswers()).isPositive();
      assertThat(loaded.lastKnownGood()).isFalse();
      assertThat(deployment.status().problem()).isEmpty();
    }
  }

  @Test
  void answersOtherwiseThanAtTraining_neverTakesTraffic_theOldOneStays() {
    version(0.7, 0.7);
    version(0.2, 0.2 + 1e-4);
    Constants.champion(models, "m", 1);
    try (Deployment<Ask, Boolean> deployment = builder().build()) {
      Constants.champion(models, "m", 2);
      assertThat(deployment.predict(Constants.ask("a")).version()).isEqualTo(1);
      assertThat(deployment.status().desiredChampion()).isEqualTo(2);
      assertThat(deployment.status().problem().orElseThrow())
          .contains("m v2 takes no traffic: the answer to recorded sample 1 of 2 is 'false'");
      assertThat(format.open).hasValue(1);
    }
  }

  @Test
  void failsOnASample_asTheFirstVersion_thereIsNoneToAsk() {
    version(-1, 0.5);
    Constants.champion(models, "m", 1);
    try (Deployment<Ask, Boolean> deployment = builder().build()) {
      assertThatThrownBy(() -> deployment.predict(Constants.ask("a")))
          .isInstanceOf(PredictionException.class)
          .hasMessageContaining("failed on a recorded sample with java.lang.IllegalState");
    }
  }

  @Test
  void hasNoSamples_isServed_andStatusSaysThatItWasNotWarmed() {
    Constants.approved(models, "m", 0.7);
    Constants.champion(models, "m", 1);
    try (Deployment<Ask, Boolean> deployment = builder().build()) {
      assertThat(deployment.predict(Constants.ask("a")).version()).isEqualTo(1);
      assertThat(deployment.status().loaded().get(0).warmUpProblem().orElseThrow())
          .isEqualTo("no samples were recorded with it");
    }
  }

  @Test
  void challengerThatIsRefused_doesNotKeepTheChampionFromMoving() {
    version(0.7, 0.7);
    version(0.6, 0.6);
    version(0.2, 0.9);
    Constants.champion(models, "m", 1);
    try (Deployment<Ask, Boolean> deployment = builder().canary(0.5).build()) {
      models.move("m", Alias.CHALLENGER, 3, "try");
      Constants.champion(models, "m", 2);
      assertThat(deployment.status().servedChampion()).isEqualTo(2);
      assertThat(deployment.status().servedChallenger()).isZero();
      assertThat(deployment.status().problem().orElseThrow()).contains("m v3 takes no traffic");
    }
  }

  @Test
  void samples_holdNothingThatThePolicyDrops() {
    Ask secret = new Ask(1, "the-secret", "a");
    byte[] json =
        Samples.record(answering(0.5), Constants.TASK, List.of(secret), PrivacyPolicy.standard())
            .toJson();
    assertThat(new String(json, StandardCharsets.UTF_8)).doesNotContain("the-secret");
    Samples<Ask, Boolean> read = Samples.fromJson(json, Constants.TASK);
    assertThat(read.rows()).containsExactly(new Ask(1, "-", "a"));
    assertThat(read.toJson()).isEqualTo(json);
    assertThat(read.difference(answering(0.5))).isEmpty();
    assertThat(read.difference(answering(0.50001))).isPresent();
  }

  @Test
  void labelOfATie_mayTurn_whereScoresDifferInTheLastBitOnly() {
    Samples<Ask, Boolean> tie =
        Samples.record(
            answering(0.5), Constants.TASK, List.of(Constants.ask("a")), PrivacyPolicy.standard());
    assertThat(tie.difference(answering(Math.nextUp(0.5)))).isEmpty();
    assertThat(tie.difference(x -> Classified.decided(Constants.TASK, 1, 0.5, 0.5))).isPresent();
  }

  @Test
  void warmUp_goesOnWhileAnswersBecomeFaster_andEndsWhenTheyDoNot() {
    AtomicLong nanos = new AtomicLong();
    long[] answers = {0};
    Predictor<Ask, Boolean> compiledAt30000 =
        new Predictor<>() {
          @Override
          public Prediction<Boolean> predict(Ask x) {
            long slow = answers[0]++ < 30_000 ? 10_000 - answers[0] / 4 : 100;
            nanos.addAndGet(slow);
            return Classified.of(Constants.TASK, 0.5, 0.5);
          }
        };
    WarmUp.Outcome outcome =
        new WarmUp(Duration.ofSeconds(10), nanos::get)
            .run(compiledAt30000, List.of(Constants.ask("a")));
    assertThat(outcome.settled()).isTrue();
    assertThat(outcome.answers()).isEqualTo(answers[0]).isBetween(30_000L, 40_000L);
  }

  @Test
  void warmUp_slowModel_endsWithItsBudget_andSaysSo() {
    AtomicLong nanos = new AtomicLong();
    WarmUp.Outcome outcome =
        new WarmUp(Duration.ofSeconds(1), nanos::get)
            .run(
                (Ask x) -> {
                  nanos.addAndGet(10_000_000);
                  return Classified.of(Constants.TASK, 0.5, 0.5);
                },
                List.of(Constants.ask("a")));
    assertThat(outcome.settled()).isFalse();
    assertThat(outcome.answers()).isEqualTo(100);
  }

  /** A format whose models are translations: "translation's score/original's score". */
  private static final ModelFormat TRANSLATED =
      ModelFormat.of(
          "translated",
          Constants.TASK,
          content -> {
            String[] scores = new String(content, StandardCharsets.UTF_8).split("/", -1);
            Predictor<Ask, Boolean> translation = answering(Double.parseDouble(scores[0]));
            Predictor<Ask, Boolean> original = answering(Double.parseDouble(scores[1]));
            return new Predictor<>() {
              @Override
              public Prediction<Boolean> predict(Ask x) {
                return translation.predict(x);
              }

              @Override
              public Execution execution() {
                return Execution.compiled(0);
              }

              @Override
              public Optional<Predictor<Ask, Boolean>> original() {
                return Optional.of(original);
              }
            };
          });

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0.7/0.7 | true  | true
          0.2/0.7 | true  | false
          0.7/0.2 | false | false
          0.2/0.2 | false | false
          """)
  void translation_answersOtherwiseThanRecorded_theOriginalServesIfItAnswersSo(
      String content, boolean serves, boolean compiled) {
    try (Workspace translated = Workspace.builder().format(TRANSLATED).open()) {
      byte[] samples =
          Samples.record(
                  answering(0.7),
                  Constants.TASK,
                  List.of(Constants.ask("a"), Constants.ask("b")),
                  PrivacyPolicy.standard())
              .toJson();
      Models registry = translated.models();
      registry.register(
          "m",
          Candidate.of(
                  "translated",
                  Constants.TASK.features().schema(),
                  content.getBytes(StandardCharsets.UTF_8))
              .withAttachment(Attachment.SAMPLES, "application/json", samples));
      registry.transition("m", 1, VersionState.VALIDATED, "test");
      registry.transition("m", 1, VersionState.APPROVED, "test");
      Constants.champion(registry, "m", 1);
      try (var deployment = Deployment.of("m", Constants.TASK, registry).build()) {
        if (!serves) {
          assertThat(deployment.status().problem().orElseThrow())
              .contains("the answer to recorded sample 1 of 2 is 'false'");
          return;
        }
        Classified<Boolean> answer =
            (Classified<Boolean>) deployment.predict(Constants.ask("a")).prediction();
        assertThat(answer.score(true)).isEqualTo(0.7);
        Execution execution = deployment.status().loaded().get(0).execution();
        assertThat(execution.compiled()).isEqualTo(compiled);
        if (!compiled) {
          assertThat(execution.reason()).startsWith("of its translation the answer to recorded");
        }
      }
    }
  }
}
