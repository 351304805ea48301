package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.error.PredictionException;
import dev.endolith.error.StorageException;
import dev.endolith.event.Events;
import dev.endolith.model.ModelFormats;
import dev.endolith.registry.Actor;
import dev.endolith.registry.Alias;
import dev.endolith.registry.InMemoryStores;
import dev.endolith.registry.LastKnownGood;
import dev.endolith.registry.LoadDecision;
import dev.endolith.registry.LoadPolicy;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.Models;
import dev.endolith.serving.Constants.Ask;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastKnownGoodTest {
  private static final byte[] KEY = new byte[32];

  @TempDir Path folder;
  private final Constants.Format format = new Constants.Format();
  private final AtomicBoolean down = new AtomicBoolean();
  private final AtomicBoolean refused = new AtomicBoolean();
  private final Models models = models();

  private Models models() {
    InMemoryStores stores = InMemoryStores.create(Clock.systemUTC());
    LoadPolicy policy =
        request ->
            refused.get()
                ? new LoadDecision.Refused(List.of("it is not signed"))
                : new LoadDecision.Allowed();
    return new Models(
        unreliable(stores.registry()),
        stores.artifacts(),
        ModelFormats.discover(List.of(format)),
        new Events(),
        policy,
        Actor.SYSTEM);
  }

  /** The registry, which cannot be reached while {@code down}. */
  private ModelRegistry unreliable(ModelRegistry registry) {
    return (ModelRegistry)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ModelRegistry.class},
            (proxy, method, arguments) -> {
              if (down.get()) {
                throw new StorageException(method.getName(), "the database is gone");
              }
              try {
                return method.invoke(registry, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @BeforeEach
  void register() {
    Constants.approved(models, "m", 0.7);
    Constants.approved(models, "m", 0.2);
    Constants.champion(models, "m", 1);
  }

  private LastKnownGood copies() {
    return LastKnownGood.in(folder, KEY);
  }

  private Deployment<Ask, Boolean> deploy() {
    return Deployment.of("m", Constants.TASK, models).lastKnownGood(copies()).build();
  }

  private Deployment<Ask, Boolean> offline(LastKnownGood copies) {
    return Deployment.offline("m", Constants.TASK, copies, format).build();
  }

  @Test
  void workspaceGoesDown_servingGoesOn_andStatusSaysSo() {
    try (Deployment<Ask, Boolean> deployment = deploy()) {
      assertThat(deployment.status().problem()).isEmpty();
      down.set(true);
      deployment.refresh();
      assertThat(deployment.predict(Constants.ask("a")).version()).isEqualTo(1);
      DeploymentStatus status = deployment.status();
      assertThat(status.desiredChampion()).isEqualTo(1);
      assertThat(status.problem().orElseThrow()).contains("the database is gone");
      assertThat(status.loaded().get(0).lastKnownGood()).isFalse();
    }
  }

  @Test
  void restartWhileDown_servesTheCopy_andFollowsAgainWhenUp() {
    deploy().close();
    down.set(true);
    try (Deployment<Ask, Boolean> deployment = deploy()) {
      Served<Boolean> served = deployment.predict(Constants.ask("a"));
      assertThat(served.version()).isEqualTo(1);
      assertThat(served.generation()).isEqualTo(1);
      assertThat(deployment.status().loaded().get(0).lastKnownGood()).isTrue();
      deployment.refresh();
      assertThat(deployment.status().problem().orElseThrow()).contains("last known good copy");
      down.set(false);
      deployment.refresh();
      assertThat(deployment.predict(Constants.ask("a")).version()).isEqualTo(1);
      assertThat(deployment.status().loaded().get(0).lastKnownGood()).isFalse();
      assertThat(deployment.status().problem()).isEmpty();
    }
    assertThat(format.open).hasValue(0);
    assertThat(format.askedAfterClose).hasValue(0);
  }

  @Test
  void restartWithoutAnyWorkspace_servesTheCopyOfTheLastChampion() {
    try (Deployment<Ask, Boolean> deployment = deploy()) {
      Constants.champion(models, "m", 2);
      deployment.refresh();
    }
    try (Deployment<Ask, Boolean> deployment = offline(copies())) {
      assertThat(deployment.predict(Constants.ask("a")).version()).isEqualTo(2);
      assertThat(deployment.status().problem().orElseThrow())
          .contains("there is no workspace")
          .contains("last known good copy");
    }
  }

  @Test
  void anyByteOfTheCopyThatIsAltered_isRefused() throws IOException {
    deploy().close();
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    assertThat(files).hasSize(2);
    for (Path file : files) {
      byte[] content = Files.readAllBytes(file);
      for (int i = 0; i < content.length; i++) {
        byte[] altered = content.clone();
        altered[i] ^= 1;
        Files.write(file, altered);
        assertRefused(copies());
      }
      Files.write(file, Arrays.copyOf(content, content.length - 1));
      assertRefused(copies());
      Files.write(file, Arrays.copyOf(content, content.length + 1));
      assertRefused(copies());
      Files.write(file, new byte[0]);
      assertRefused(copies());
      Files.write(file, content);
    }
    offline(copies()).close();
    byte[] other = KEY.clone();
    other[0] = 1;
    assertRefused(LastKnownGood.in(folder, other));
  }

  private void assertRefused(LastKnownGood copies) {
    int open = format.open.get();
    try (Deployment<Ask, Boolean> deployment = offline(copies)) {
      assertThatThrownBy(() -> deployment.predict(Constants.ask("a")))
          .isInstanceOf(PredictionException.class)
          .hasMessageContaining("last known good copy of 'm' is refused");
      assertThat(format.open).hasValue(open);
    }
  }

  @Test
  void copyOfAnotherModel_isRefused() throws IOException {
    deploy().close();
    Files.move(folder.resolve("m"), folder.resolve("n"));
    try (Deployment<Ask, Boolean> deployment =
        Deployment.offline("n", Constants.TASK, copies(), format).build()) {
      assertThat(deployment.status().problem().orElseThrow()).contains("it is another model's");
    }
  }

  @Test
  void versionThatThePolicyRefuses_isNotKept_andItsCopyIsForgotten() {
    deploy().close();
    refused.set(true);
    deploy().close();
    try (Deployment<Ask, Boolean> deployment = offline(copies())) {
      assertThat(deployment.status().problem().orElseThrow()).contains("no copy was kept");
    }
  }

  @Test
  void championThatIsRemoved_isForgotten() {
    try (Deployment<Ask, Boolean> deployment = deploy()) {
      models.remove("m", Alias.CHAMPION, "withdrawn");
      deployment.refresh();
    }
    try (Deployment<Ask, Boolean> deployment = offline(copies())) {
      assertThat(deployment.status().servedChampion()).isZero();
    }
  }

  @Test
  void shortKey_isRefused() {
    assertThatThrownBy(() -> LastKnownGood.in(folder, new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 32 bytes, had 31");
  }

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  private Deployment<Ask, Boolean> offlineAt(Instant now) {
    return Deployment.offline("m", Constants.TASK, copies(), format)
        .lastKnownGood(copies(), HOUR)
        .clock(Clock.fixed(now, ZoneOffset.UTC))
        .build();
  }

  private DeploymentBuilder<Ask, Boolean> deployAt(Clock clock) {
    return Deployment.of("m", Constants.TASK, models).lastKnownGood(copies(), HOUR).clock(clock);
  }

  private static Map<Path, byte[]> contents(Path folder) throws IOException {
    Map<Path, byte[]> contents = new HashMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        contents.put(file, Files.readAllBytes(file));
      }
    }
    return contents;
  }

  @Test
  void copyOlderThanAllowed_isRefused_andTheStatusOfAYoungerOneSaysWhenItWasMade() {
    deployAt(Clock.fixed(NOON, ZoneOffset.UTC)).build().close();
    try (Deployment<Ask, Boolean> deployment = offlineAt(NOON.plus(HOUR))) {
      assertThat(deployment.predict(Constants.ask("a")).version()).isEqualTo(1);
      assertThat(deployment.status().loaded().get(0).keptAt()).contains(NOON);
    }
    for (Instant wrong : List.of(NOON.plus(HOUR).plusNanos(1), NOON.minus(HOUR).minusNanos(1))) {
      try (Deployment<Ask, Boolean> deployment = offlineAt(wrong)) {
        assertThatThrownBy(() -> deployment.predict(Constants.ask("a")))
            .isInstanceOf(PredictionException.class);
        assertThat(deployment.status().problem().orElseThrow())
            .contains("is refused: it was made at " + NOON)
            .contains("none older than PT1H");
      }
    }
    assertThat(format.open).hasValue(0);
  }

  @Test
  void workspaceThatAnswers_makesTheCopyAnewAtHalfItsAge_soThatOldOnesPutBackAreRefused()
      throws IOException {
    AtomicReference<Instant> now = new AtomicReference<>(NOON);
    Clock clock =
        new Clock() {
          @Override
          public Instant instant() {
            return now.get();
          }

          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
          }
        };
    try (Deployment<Ask, Boolean> deployment = deployAt(clock).build()) {
      Map<Path, byte[]> first = contents(folder);
      now.set(NOON.plus(HOUR.dividedBy(2)).minusNanos(1));
      deployment.refresh();
      assertThat(contents(folder)).containsExactlyInAnyOrderEntriesOf(first);
      now.set(NOON.plus(HOUR.dividedBy(2)));
      deployment.refresh();
      try (Deployment<Ask, Boolean> restarted = offlineAt(NOON.plus(HOUR).plusSeconds(1))) {
        assertThat(restarted.predict(Constants.ask("a")).version()).isEqualTo(1);
      }
      for (Map.Entry<Path, byte[]> old : first.entrySet()) {
        Files.write(old.getKey(), old.getValue());
      }
      try (Deployment<Ask, Boolean> restarted = offlineAt(NOON.plus(HOUR).plusSeconds(1))) {
        assertThat(restarted.status().problem().orElseThrow()).contains("made at " + NOON);
      }
      // and what a wrong clock kept is made anew when it is right again
      now.set(NOON.plus(HOUR.multipliedBy(9)));
      deployment.refresh();
      now.set(NOON.plus(HOUR));
      deployment.refresh();
      try (Deployment<Ask, Boolean> restarted = offlineAt(NOON.plus(HOUR))) {
        assertThat(restarted.predict(Constants.ask("a")).version()).isEqualTo(1);
      }
    }
  }

  @Test
  void greatestAgeThatIsNotPositive_isRefused() {
    assertThatThrownBy(
            () -> Deployment.of("m", Constants.TASK, models).lastKnownGood(copies(), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be positive, was PT0S");
  }
}
