package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.data.Row;
import dev.endolith.error.PredictionException;
import dev.endolith.error.StorageException;
import dev.endolith.model.Classified;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Models;
import dev.endolith.serving.Constants.Ask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeploymentTest {
  private final Constants.Format format = new Constants.Format();
  private final Workspace workspace = Workspace.builder().format(format).open();
  private final Models models = workspace.models();

  @AfterEach
  void close() {
    workspace.close();
    assertThat(format.askedAfterClose).hasValue(0);
  }

  private DeploymentBuilder<Ask, Boolean> builder() {
    return Deployment.of("m", Constants.TASK, models)
        .log(workspace.predictions())
        .events(workspace.events());
  }

  private static double score(Served<Boolean> served) {
    return ((Classified<Boolean>) served.prediction()).score(true);
  }

  @Test
  void predict_withoutChampion_saysWhatToDo_andAnswersOnceThereIsOne() {
    try (Deployment<Ask, Boolean> deployment = builder().build()) {
      assertThatThrownBy(() -> deployment.predict(Constants.ask("a")))
          .isInstanceOf(PredictionException.class)
          .hasMessageContaining("no champion yet");
      Constants.approved(models, "m", 0.7);
      Constants.champion(models, "m", 1);
      Served<Boolean> served = deployment.predict(Constants.ask("a"));
      assertThat(served.value()).isTrue();
      assertThat(score(served)).isEqualTo(0.7);
      assertThat(served.version()).isEqualTo(1);
      assertThat(served.generation()).isEqualTo(1);
      assertThat(served.route()).isEqualTo(Route.CHAMPION);
    }
    assertThat(format.open).hasValue(0);
  }

  @Test
  void move_swapsAtOnce_andRollbackSwapsBack() {
    Constants.approved(models, "m", 0.7);
    Constants.approved(models, "m", 0.2);
    Constants.champion(models, "m", 1);
    try (Deployment<Ask, Boolean> deployment = builder().build()) {
      Constants.champion(models, "m", 2);
      assertThat(score(deployment.predict(Constants.ask("a")))).isEqualTo(0.2);
      assertThat(format.open).hasValue(1);
      models.rollback("m", Alias.CHAMPION, "worse");
      assertThat(deployment.predict(Constants.ask("a")).version()).isEqualTo(1);
      assertThat(deployment.predict(Constants.ask("a")).generation()).isEqualTo(3);
      assertThat(models.history("m", Alias.CHAMPION)).hasSize(3);
    }
  }

  @Test
  void versionThatCannotBeLoaded_neverTakesTraffic_andStatusSaysWhy() {
    Constants.approved(models, "m", 0.7);
    Constants.approved(models, "m", "poison");
    Constants.champion(models, "m", 1);
    try (Deployment<Ask, Boolean> deployment = builder().build()) {
      Constants.champion(models, "m", 2);
      assertThat(deployment.predict(Constants.ask("a")).version()).isEqualTo(1);
      DeploymentStatus status = deployment.status();
      assertThat(status.desiredChampion()).isEqualTo(2);
      assertThat(status.servedChampion()).isEqualTo(1);
      assertThat(status.problem()).contains("the model is no number");
      Constants.approved(models, "m", 0.1);
      Constants.champion(models, "m", 3);
      assertThat(deployment.predict(Constants.ask("a")).version()).isEqualTo(3);
      assertThat(deployment.status().problem()).isEmpty();
    }
  }

  @Test
  void modelThatFails_isATypedErrorThatNamesTheVersion() {
    Constants.approved(models, "m", -1);
    Constants.champion(models, "m", 1);
    try (Deployment<Ask, Boolean> deployment = builder().build()) {
      assertThatThrownBy(() -> deployment.predict(Constants.ask("a")))
          .isInstanceOf(PredictionException.class)
          .hasMessageContaining("version 1 of 'm' failed");
    }
    assertThat(format.open).hasValue(0);
  }

  @Test
  void canary_getsItsShareOfKeys_sticky_andIsLogged() {
    Constants.approved(models, "m", 0.7);
    Constants.approved(models, "m", 0.2);
    Constants.champion(models, "m", 1);
    models.move("m", Alias.CHALLENGER, 2, "try");
    try (Deployment<Ask, Boolean> deployment = builder().canary(0.25).build()) {
      Set<String> canaries = new HashSet<>();
      for (int i = 0; i < 4_000; i++) {
        Served<Boolean> served = deployment.predict(Constants.ask("user-" + i));
        assertThat(served.version()).isEqualTo(served.route() == Route.CANARY ? 2 : 1);
        if (served.route() == Route.CANARY) {
          canaries.add("user-" + i);
        }
      }
      assertThat(canaries).hasSizeBetween(860, 1_140); // 1000, standard deviation 27
      for (String key : canaries) {
        assertThat(deployment.predict(Constants.ask("other"), CallContext.key(key)).route())
            .isEqualTo(Route.CANARY);
      }
      assertThat(deployment.status().servedChallenger()).isEqualTo(2);
      models.remove("m", Alias.CHALLENGER, "done");
      assertThat(deployment.predict(Constants.ask(canaries.iterator().next())).version())
          .isEqualTo(1);
      deployment.flush();
      assertThat(workspace.predictions().counts("m").predictions())
          .isEqualTo(4_000 + canaries.size() + 1L);
    }
  }

  @Test
  void log_holdsWhatThePolicyKeeps_andFeedbackFindsIt() {
    Constants.approved(models, "m", 0.7);
    Constants.champion(models, "m", 1);
    try (Deployment<Ask, Boolean> deployment = builder().build()) {
      Served<Boolean> served = deployment.predict(Constants.ask("a"));
      Instant now = Instant.EPOCH;
      assertThat(deployment.feedback(served.id(), false, now))
          .isEqualTo(new FeedbackResult.Accepted(served.id()));
      assertThat(deployment.feedback(served.id(), true, now))
          .isEqualTo(new FeedbackResult.AlreadyKnown("false"));
      assertThat(deployment.feedback("nobody", true, now))
          .isInstanceOf(FeedbackResult.UnknownPrediction.class);
      Served<Boolean> second = deployment.predict(Constants.ask("b"));
      assertThat(deployment.feedback("b", true, now))
          .isEqualTo(new FeedbackResult.Accepted(second.id()));
      List<LogEntry> entries =
          workspace.predictions().read("m", Constants.TASK.features().schema(), 0, 100);
      assertThat(entries).extracting(LogEntry::sequence).containsExactly(1L, 2L, 3L, 4L);
      Row row = entries.get(0).prediction().features();
      assertThat(row.isMissing(1)).as("a sensitive field without a policy").isTrue();
      assertThat(row.category(2)).isEqualTo("a");
      assertThat(entries.get(1))
          .isInstanceOfSatisfying(
              LogEntry.Labelled.class, l -> assertThat(l.predictedAt()).isEqualTo(1));
      assertThatThrownBy(
              () -> deployment.feedback(List.of(new Feedback(null, "b", "perhaps", now))))
          .hasMessageContaining("no label is named so");
      assertThatThrownBy(() -> new Feedback(null, "", "true", now))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void withoutLog_feedbackIsRefused() {
    Constants.approved(models, "m", 0.7);
    Constants.champion(models, "m", 1);
    try (Deployment<Ask, Boolean> deployment = Deployment.of("m", Constants.TASK, models).build()) {
      assertThat(deployment.predict(Constants.ask("a")).value()).isTrue();
      assertThatThrownBy(() -> deployment.feedback("a", true, Instant.EPOCH))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("keeps no log");
      deployment.flush();
    }
  }

  /** Many threads ask while the champion is moved hundreds of times. */
  @Test
  void swapsUnderLoad_failNoRequest_andEveryAnswerIsItsVersions() throws Exception {
    for (int i = 1; i <= 4; i++) {
      Constants.approved(models, "m", i / 10.0);
    }
    Constants.champion(models, "m", 1);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    AtomicBoolean stop = new AtomicBoolean();
    try (Deployment<Ask, Boolean> deployment =
        Deployment.of("m", Constants.TASK, models).events(workspace.events()).build()) {
      List<Future<Long>> askers = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        askers.add(
            pool.submit(
                () -> {
                  long asked = 0;
                  while (!stop.get()) {
                    Served<Boolean> served = deployment.predict(Constants.ask("a"));
                    assertThat(score(served)).isEqualTo(served.version() / 10.0);
                    asked++;
                  }
                  return asked;
                }));
      }
      for (int i = 0; i < 500; i++) {
        Constants.champion(models, "m", i % 4 + 1);
      }
      stop.set(true);
      for (Future<Long> asker : askers) {
        assertThat(asker.get()).isPositive();
      }
      assertThat(format.open).hasValue(1);
    } finally {
      pool.shutdownNow();
    }
    assertThat(format.open).hasValue(0);
  }

  @Test
  void logThatRefuses_doesNotStopServing_andLossesAreCounted() {
    Constants.approved(models, "m", 0.7);
    Constants.champion(models, "m", 1);
    try (Deployment<Ask, Boolean> deployment =
        Deployment.of("m", Constants.TASK, models).log(new BrokenLog()).build()) {
      for (int i = 0; i < 10_000; i++) {
        assertThat(deployment.predict(Constants.ask("a")).value()).isTrue();
      }
      assertThat(deployment.status().lostRecords()).isPositive();
      assertThatThrownBy(deployment::flush).isInstanceOf(StorageException.class);
    }
  }

  @Test
  void closed_answersNothing_andClosingTwiceIsFine() {
    Constants.approved(models, "m", 0.7);
    Constants.champion(models, "m", 1);
    Deployment<Ask, Boolean> deployment = builder().build();
    deployment.close();
    deployment.close();
    deployment.refresh();
    assertThatThrownBy(() -> deployment.predict(Constants.ask("a")))
        .isInstanceOf(PredictionException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void fixed_answersWithoutAnything() {
    try (Deployment<Ask, Boolean> fixed =
        Deployment.fixed(x -> Classified.of(Constants.TASK, 0.1, 0.9))) {
      Served<Boolean> served = fixed.predict(Constants.ask("a"));
      assertThat(served.value()).isTrue();
      assertThat(served.route()).isEqualTo(Route.FIXED);
      assertThat(fixed.feedback(served.id(), true, Instant.EPOCH))
          .isInstanceOf(FeedbackResult.UnknownPrediction.class);
      assertThat(fixed.feedback("k", true, Instant.EPOCH))
          .isInstanceOf(FeedbackResult.UnknownPrediction.class);
      assertThat(fixed.feedback(List.of(new Feedback(null, "k", "true", Instant.EPOCH))))
          .hasSize(1);
      fixed.refresh();
      fixed.flush();
      assertThat(fixed.status().servedChampion()).isZero();
      assertThat(fixed.name()).isEqualTo("fixed");
    }
  }

  private static final class BrokenLog implements PredictionLog {
    @Override
    public void append(List<PredictionRecord> records) {
      throw new StorageException("append", "the disk is gone");
    }

    @Override
    public List<FeedbackResult> label(String deployment, List<Feedback> feedback) {
      throw new StorageException("label", "the disk is gone");
    }

    @Override
    public List<LogEntry> read(
        String deployment, dev.endolith.data.Schema schema, long after, int limit) {
      throw new StorageException("read", "the disk is gone");
    }

    @Override
    public LogCounts counts(String deployment) {
      return new LogCounts(0, 0);
    }
  }
}
