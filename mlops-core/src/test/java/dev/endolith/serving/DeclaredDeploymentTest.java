package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.contract.InputContract;
import dev.endolith.contract.InputRefusedException;
import dev.endolith.contract.OutputPolicy;
import dev.endolith.contract.Rule;
import dev.endolith.contract.RuleAction;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.error.PredictionException;
import dev.endolith.error.StorageException;
import dev.endolith.micrometer.DeploymentMeters;
import dev.endolith.model.Classified;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.LastKnownGood;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Models;
import dev.endolith.registry.VersionState;
import dev.endolith.sequential.Moments;
import dev.endolith.serving.Constants.Ask;
import dev.endolith.tck.Contenders;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A declared deployment does with every option of its builder what a built one does. */
class DeclaredDeploymentTest {
  private static final InputContract CONTRACT =
      InputContract.learn(
              Dataset.of(
                  Constants.TASK,
                  DataOrigin.named("asks"),
                  IntStream.range(0, 100)
                      .mapToObj(i -> new Example<>(new Ask(i, "hush", "n" + i % 5), true))
                      .toList()))
          .on(Rule.RANGE, RuleAction.REJECT);
  private static final Ask USUAL = new Ask(5, "hush", "n1");
  private static final Ask ODD = new Ask(500, "hush", "n1");

  private final Constants.Format format = new Constants.Format();
  private final Workspace workspace = Workspace.builder().format(format).open();
  private final Models models = workspace.models();
  private final Deployments holder = Deployments.of(models, 1 << 20, workspace.events());

  @AfterEach
  void close() {
    holder.close();
    workspace.close();
    assertThat(format.open).hasValue(0);
    assertThat(format.askedAfterClose).hasValue(0);
  }

  private DeploymentBuilder<Ask, Boolean> builder() {
    return Deployment.of("m", Constants.TASK, models);
  }

  private void champion(byte[] contract) {
    ModelVersion version =
        models.register(
            "m",
            Candidate.of(
                    "constant",
                    Constants.TASK.features().schema(),
                    "0.75".getBytes(StandardCharsets.UTF_8))
                .withAttachment(InputContract.ATTACHMENT, "application/json", contract));
    models.transition("m", version.number(), VersionState.VALIDATED, "test");
    models.transition("m", version.number(), VersionState.APPROVED, "test");
    Constants.champion(models, "m", version.number());
  }

  /** Version 1 is champion, 2 to n are what aliases b, c, … point to. */
  private void versions(double... scores) {
    for (int i = 0; i < scores.length; i++) {
      long number = Constants.approved(models, "m", scores[i]).number();
      models.move("m", i == 0 ? Alias.CHAMPION : "" + (char) ('a' + i), number, "test");
    }
  }

  @Test
  void everyMethod_isWrittenOut_soThatNoDefaultAnswersInItsPlace() {
    for (Method method : DelegatingDeployment.class.getDeclaredMethods()) {
      if (method.isSynthetic()
          || Arrays.equals(method.getParameterTypes(), new Class<?>[] {Object.class})) {
        continue; // predict(x) is made of predict(x, context)
      }
      assertThat(LazyDeployment.class.getDeclaredMethods())
          .as("%s", method)
          .anyMatch(
              own ->
                  own.getName().equals(method.getName())
                      && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
    }
  }

  private void assertChecks(Deployment<Ask, Boolean> deployment) throws Exception {
    assertThat(deployment.predict(USUAL).findings().outlierScore()).isNotNaN();
    assertThatThrownBy(() -> deployment.predict(ODD)).isInstanceOf(InputRefusedException.class);
    assertThatThrownBy(() -> deployment.predictAsync(ODD).get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InputRefusedException.class);
    assertThat(deployment.predictAsync(USUAL).get(30, TimeUnit.SECONDS).version()).isEqualTo(1);
    List<RowResult<Boolean>> rows =
        deployment.predictAll(List.of(USUAL, ODD, USUAL), CallContext.NONE);
    assertThat(rows.get(0)).isInstanceOf(RowResult.Answered.class);
    assertThat(rows.get(1)).isInstanceOf(RowResult.Failed.class);
    assertThat(rows.get(2)).isInstanceOf(RowResult.Answered.class);
    assertThat(holder.holding().loads()).isEqualTo(1);
    long refused = deployment.contract().orElseThrow().refused();
    assertThat(refused).isEqualTo(3);
    deployment.close();
    assertThat(holder.holding().loaded()).isZero();
    assertThat(deployment.contract().orElseThrow().refused()).isEqualTo(refused);
    assertThatThrownBy(() -> deployment.predict(ODD)).isInstanceOf(InputRefusedException.class);
    assertThat(deployment.contract().orElseThrow().refused()).isEqualTo(refused + 1);
  }

  @Test
  void contractOfTheVersion_checksEveryWayToPredict_andCountsOnAfterAnEviction() throws Exception {
    champion(CONTRACT.toBytes());
    Deployment<Ask, Boolean> deployment = holder.declare(builder().contract());
    assertThat(deployment.contract()).isEmpty();
    assertChecks(deployment);
  }

  @Test
  void contractOfItsOwn_checksEveryWayToPredict() throws Exception {
    versions(0.75);
    Deployment<Ask, Boolean> deployment = holder.declare(builder().contract(CONTRACT));
    assertThat(deployment.contract().orElseThrow().refused()).isZero();
    assertChecks(deployment);
  }

  @Test
  void output_isWhatItsCallersSee() throws Exception {
    versions(0.75);
    PredictionLog log = PredictionLog.inMemory();
    Deployment<Ask, Boolean> deployment =
        holder.declare(builder().output(OutputPolicy.labelsOnly()).log(log));
    assertThat(((Classified<Boolean>) deployment.predict(USUAL).prediction()).scores())
        .containsExactly(0, 1);
    Served<Boolean> later = deployment.predictAsync(USUAL).get(30, TimeUnit.SECONDS);
    assertThat(((Classified<Boolean>) later.prediction()).scores()).containsExactly(0, 1);
    deployment.flush();
    assertThat(log.read("m", Constants.TASK.features().schema(), 0, 9))
        .hasSize(2)
        .allSatisfy(e -> assertThat(e.prediction().scores()).containsExactly(0.25, 0.75));
  }

  @Test
  void logAndSampledLog_keepPredictions_andFeedbackFindsThem() {
    versions(0.75);
    Deployment<Ask, Boolean> logged = holder.declare(builder().log(workspace.predictions()));
    Served<Boolean> served = logged.predict(USUAL);
    logged.close();
    assertThat(logged.feedback(served.id(), true, Instant.EPOCH))
        .isInstanceOf(FeedbackResult.Accepted.class);
    Constants.approved(models, "s", 0.75);
    Constants.champion(models, "s", 1);
    PredictionLog log = PredictionLog.inMemory();
    Deployment<Ask, Boolean> sampled =
        holder.declare(Deployment.of("s", Constants.TASK, models).sampledLog(log, 1));
    sampled.predict(USUAL);
    sampled.flush();
    assertThat(log.counts("s").predictions()).isEqualTo(1);
  }

  @Test
  void canaryExperimentShadowAndFallback_routeAsWhenBuilt() {
    versions(0.75, 0.25, 0.25);
    models.move("m", Alias.CHALLENGER, 2, "test");
    Deployment<Ask, Boolean> deployment =
        holder.declare(
            builder()
                .canary(0.5)
                .latencyBudget(Duration.ofSeconds(1))
                .experiment(
                    Experiment.of("e")
                        .arm("x", "b", 1)
                        .arm("y", "c", 1)
                        .within(new Layer("l", 0, 5_000)))
                .shadow("c")
                .fallback((x, why) -> Classified.of(Constants.TASK, 1, 0)));
    boolean[] answered = new boolean[4];
    for (int i = 0; i < 200; i++) {
      answered[(int) deployment.predict(new Ask(1, "hush", "k" + i)).version()] = true;
    }
    assertThat(answered).containsExactly(false, true, true, true);
    assertThat(deployment.health()).isPresent();
    assertThat(deployment.shadow()).isPresent();
    assertThat(deployment.champion()).isEqualTo(1);
    assertThat(deployment.serving()).containsExactly(1L, 2L, 3L);
    assertThat(deployment.status().servedChallenger()).isEqualTo(2);
  }

  @Test
  void guardsExecutorAndLastKnownGood_holdAsWhenBuilt(@TempDir Path folder) throws Exception {
    versions(-1);
    AtomicInteger ran = new AtomicInteger();
    LastKnownGood copies = LastKnownGood.in(folder, new byte[32]);
    Deployment<Ask, Boolean> deployment =
        holder.declare(
            builder()
                .guards(Guards.none().ratePerCaller(1, 1))
                .ticker(() -> 1)
                .lastKnownGood(copies)
                .executor(
                    task -> {
                      ran.incrementAndGet();
                      task.run();
                    }));
    assertThatThrownBy(() -> deployment.predict(USUAL, CallContext.NONE.by("one")))
        .hasMessageContaining("version 1 of 'm' failed");
    assertThatThrownBy(() -> deployment.predict(USUAL, CallContext.NONE.by("one")))
        .hasMessageContaining("more often than it may");
    assertThat(deployment.predictAsync(USUAL, CallContext.NONE.by("two")))
        .isCompletedExceptionally();
    assertThat(ran).hasValue(1);
  }

  @Test
  void observerAndGuard_standAroundIt() {
    versions(0.75);
    AtomicInteger answers = new AtomicInteger();
    Deployment<Ask, Boolean> deployment =
        Deployment.observed(
            holder.declare(builder().contract(CONTRACT)),
            new PredictionObserver() {
              @Override
              public void answered(Served<?> served, long nanos) {
                answers.incrementAndGet();
              }

              @Override
              public void failed(RuntimeException failure) {
                answers.addAndGet(100);
              }
            });
    deployment.predict(USUAL);
    assertThatThrownBy(() -> deployment.predict(ODD)).isInstanceOf(InputRefusedException.class);
    assertThat(answers).hasValue(101);
    assertThat(deployment.contract().orElseThrow().refused()).isEqualTo(1);
  }

  @Test
  void bandit_takesRewardsWhileNothingIsLoaded_andWritesThemDown() {
    versions(0.75, 0.25);
    Bandit bandit =
        Bandit.of("offers", BanditPolicy.ucb()).arm("a", Alias.CHAMPION).arm("b", "b").every(50);
    Deployment<Ask, Boolean> deployment =
        holder.declare(builder().bandit(bandit, workspace.state()));
    Served<Boolean> served = deployment.predict(USUAL);
    deployment.close();
    assertThat(holder.holding().loaded()).isZero();
    assertThat(deployment.bandit().orElseThrow().pending()).isEqualTo(1);
    assertThat(deployment.reward(served.id(), 1)).isTrue();
    assertThat(deployment.reward(served.id(), 1)).isFalse();
    assertThat(holder.holding().loaded()).as("a reward loads nothing").isZero();
    holder.close();
    try (Deployment<Ask, Boolean> again = builder().bandit(bandit, workspace.state()).build()) {
      assertThat(again.bandit().orElseThrow().rewards().stream().mapToLong(Moments::n).sum())
          .isEqualTo(1);
    }
  }

  @Test
  void statusAndMetrics_loadNothing() {
    versions(0.75, 0.25);
    models.move("m", Alias.CHALLENGER, 2, "test");
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Deployment<Ask, Boolean> deployment =
        DeploymentMeters.in(registry).observe(holder.declare(builder().canary(0.5)));
    DeploymentStatus status = deployment.status();
    assertThat(status.desiredChampion()).isEqualTo(1);
    assertThat(status.servedChampion()).isZero();
    assertThat(status.desiredChallenger()).isEqualTo(2);
    assertThat(status.loaded()).isEmpty();
    assertThat(status.problem()).hasValueSatisfying(why -> assertThat(why).contains("not loaded"));
    deployment.refresh();
    deployment.flush();
    assertThat(registry.get("endolith.log.lost").functionCounter().count()).isZero();
    assertThat(registry.get("endolith.contract.refused").functionCounter().count()).isZero();
    assertThat(registry.get("endolith.version.served").gauge().value()).isZero();
    assertThat(holder.holding().loads()).isZero();
    deployment.predict(USUAL);
    assertThat(deployment.status().servedChampion()).isEqualTo(1);
    assertThat(registry.get("endolith.version.served").gauge().value()).isEqualTo(1);
    assertThat(deployment.status().problem()).isEmpty();
    holder.close();
    assertThat(deployment.status().problem())
        .hasValueSatisfying(why -> assertThat(why).contains("closed"));
  }

  @Test
  void lostRecords_areCountedOverAllLoads() {
    versions(0.75);
    PredictionLog broken =
        new GatedLog() {
          @Override
          public void append(List<PredictionRecord> records) {
            throw new IllegalStateException("no log today");
          }
        };
    Deployment<Ask, Boolean> deployment = holder.declare(builder().log(broken));
    for (int i = 1; i <= 3; i++) {
      deployment.predict(USUAL);
      assertThatThrownBy(deployment::flush).isInstanceOf(StorageException.class);
      deployment.close();
      assertThat(deployment.status().lostRecords()).isEqualTo(i);
    }
  }

  @Test
  void batchesThatMeetEvictions_readTheirRowsOnce_andAreAnsweredWhole() {
    versions(0.75);
    Deployment<Ask, Boolean> deployment = holder.declare(builder().contract(CONTRACT));
    AtomicBoolean done = new AtomicBoolean();
    Contenders.race(
        2,
        t -> {
          while (t == 1 && !done.get()) {
            deployment.close();
          }
          for (int i = 0; t == 0 && i < 2_000; i++) {
            try (var results = deployment.predictAll(Stream.of(USUAL, USUAL), CallContext.NONE)) {
              assertThat(results.filter(r -> r instanceof RowResult.Answered).count()).isEqualTo(2);
            } catch (RuntimeException | AssertionError e) {
              done.set(true);
              throw e;
            }
          }
          done.set(true);
          return t;
        });
    assertThat(holder.holding().loads()).isGreaterThan(1);
    holder.close();
    assertThatThrownBy(() -> deployment.predictAll(List.of(USUAL), CallContext.NONE))
        .isInstanceOf(PredictionException.class);
  }
}
