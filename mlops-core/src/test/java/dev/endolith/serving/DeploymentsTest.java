package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.error.PredictionException;
import dev.endolith.registry.Models;
import dev.endolith.serving.Constants.Ask;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeploymentsTest {
  private static final long ONE = ManyModels.WEIGHTS * 8L;

  private final ManyModels.Heavy format = new ManyModels.Heavy();
  private final Workspace workspace = Workspace.builder().format(format).open();
  private final Models models = workspace.models();

  @AfterEach
  void close() {
    workspace.close();
    assertThat(format.open).hasValue(0);
    assertThat(format.askedAfterClose).hasValue(0);
  }

  private void champion(String name, double score) {
    long version = Constants.approved(models, name, score).number();
    Constants.champion(models, name, version);
  }

  @Test
  void isLoadedWhenAsked_once_andWeighedByWhatItHolds() throws Exception {
    champion("a", 0.25);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try (Deployments holder = Deployments.of(models, 10 * ONE)) {
      Deployment<Ask, Boolean> deployment = holder.declare("a", Constants.TASK);
      assertThat(holder.holding().loaded()).isZero();
      assertThat(deployment.serving()).isEmpty();
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Served<Boolean>>> callers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        callers.add(
            pool.submit(
                () -> {
                  start.await();
                  return deployment.predict(Constants.ask("x"));
                }));
      }
      start.countDown();
      for (Future<Served<Boolean>> caller : callers) {
        assertThat(caller.get(30, TimeUnit.SECONDS).version()).isEqualTo(1);
      }
      Deployments.Holding holding = holder.holding();
      assertThat(holding.loads()).isEqualTo(1);
      assertThat(holding.bytes()).isBetween(ONE, ONE + ONE / 10);
      assertThat(deployment.predictAsync(Constants.ask("x")).get(30, TimeUnit.SECONDS).version())
          .isEqualTo(1);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void whatDoesNotFit_isEvicted_pinnedStays_andAliasesAreFollowed() {
    Deployment<Ask, Boolean> closed;
    try (Deployments holder = Deployments.of(models, 3 * ONE, workspace.events())) {
      List<Deployment<Ask, Boolean>> all = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        champion("m" + i, i / 10.0);
        all.add(holder.declare("m" + i, Constants.TASK));
      }
      holder.pin("m3");
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 10; i++) {
          assertThat(all.get(i).predict(Constants.ask("x")).value()).isEqualTo(i > 5);
        }
      }
      assertThat(holder.holding().loaded()).isBetween(2, 4);
      assertThat(all.get(3).serving()).containsExactly(1L);
      champion("m3", 0.9);
      assertThat(all.get(3).serving()).containsExactly(2L);
      holder.unpin("m3");
      all.get(3).close();
      assertThat(all.get(3).predict(Constants.ask("x")).version()).isEqualTo(2);
      assertThatThrownBy(() -> holder.pin("m99")).hasMessageContaining("declare it first");
      assertThatThrownBy(() -> holder.declare("m1", Constants.TASK))
          .hasMessageContaining("declared already");
      closed = all.get(1);
    }
    assertThatThrownBy(() -> closed.predict(Constants.ask("x")))
        .isInstanceOf(PredictionException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void modelLargerThanTheBound_stillAnswers() {
    champion("a", 0.75);
    try (Deployments holder = Deployments.of(models, ONE / 2)) {
      Deployment<Ask, Boolean> deployment = holder.declare("a", Constants.TASK);
      for (int i = 0; i < 3; i++) {
        assertThat(deployment.predict(Constants.ask("x")).value()).isTrue();
      }
      assertThat(holder.holding().loaded()).isZero();
      assertThat(holder.holding().loads()).isEqualTo(3);
    }
  }

  @Test
  void retainedSize_ofModels_isWhatTheHeapSays() {
    List<Object> kept = new ArrayList<>();
    long before = used();
    for (int i = 0; i < 200; i++) {
      kept.add(format.load("0.5".getBytes(StandardCharsets.UTF_8), Constants.TASK));
    }
    long heap = (used() - before) / 200;
    assertThat((double) RetainedSize.of(kept.get(7), Constants.TASK))
        .isBetween(0.8 * heap, 1.2 * heap);
    format.open.addAndGet(-kept.size());
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** 5 000 models of 64 KiB in a heap that they would fill three times over; 500 may be loaded. */
  @Test
  void manyMoreModelsThanTheHeapHolds_allAnswerCorrectly() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx112m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ManyModels.class.getName(),
                "5000",
                "500",
                "60000")
            .redirectErrorStream(true)
            .start();
    String output;
    try (var in = process.getInputStream()) {
      output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(process.waitFor()).as(output).isZero();
    Matcher figures =
        Pattern.compile(
                "wrong=0 loaded=(\\d+) bytes=(\\d+) loads=(\\d+) evictions=(\\d+) pinned=true"
                    + " open=(\\d+) askedAfterClose=0\\s+left=0")
            .matcher(output);
    assertThat(figures.find()).as(output).isTrue();
    assertThat(Integer.parseInt(figures.group(1))).isBetween(400, 501);
    assertThat(figures.group(5)).as("what is not loaded is closed").isEqualTo(figures.group(1));
    assertThat(Long.parseLong(figures.group(2))).isLessThanOrEqualTo(501 * (ONE + ONE / 10));
    assertThat(Long.parseLong(figures.group(4))).isGreaterThan(4_000);
  }
}
