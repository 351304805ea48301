package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.WorkspaceBuilder;
import dev.endolith.data.Digest;
import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.ConflictException;
import dev.endolith.event.Event;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import dev.endolith.registry.Actor;
import dev.endolith.registry.Alias;
import dev.endolith.registry.ApprovalPolicy;
import dev.endolith.registry.Attestation;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.Governance;
import dev.endolith.registry.ModelHistory;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Run;
import dev.endolith.registry.RunRecord;
import dev.endolith.registry.VersionState;
import dev.endolith.registry.signing.EcCurve;
import dev.endolith.registry.signing.EcKeys;
import dev.endolith.registry.signing.ModelArchive;
import dev.endolith.registry.signing.ModelSigner;
import dev.endolith.registry.signing.SignaturePolicy;
import dev.endolith.registry.signing.TrustedKey;
import dev.endolith.registry.signing.TrustedKeys;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A model leaves one workspace and comes into another, of the same kind or not. */
class ArchivedModelTest {
  enum Kind {
    MEMORY,
    SQLITE,
    POSTGRES
  }

  private static final Schema SCHEMA = Schema.of(Field.number("a"));
  private static final Task<dev.endolith.data.Row, Double> TASK =
      Task.regress(Features.rows(SCHEMA)).label("y").build();
  private static final ModelSigner ANN = ModelSigner.of(EcKeys.generate(EcCurve.P256));
  private static final ModelSigner BOB = ModelSigner.of(EcKeys.generate(EcCurve.P384));
  private static final TrustedKeys KEYS =
      TrustedKeys.of(
          TrustedKey.of(
              "ann's", "ann", ANN.publicKey(), Attestation.Kind.TRAINING, Attestation.Kind.EXPORT),
          TrustedKey.of("bob's", "bob", BOB.publicKey(), Attestation.Kind.APPROVAL));

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static int last;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "MEMORY, MEMORY",
    "MEMORY, SQLITE",
    "SQLITE, POSTGRES",
    "POSTGRES, SQLITE",
    "SQLITE, MEMORY"
  })
  void importInto_another_isTheSameModel(Kind from, Kind to) throws IOException {
    try (Workspace source = open(from);
        Workspace target = open(to)) {
      Instant between = live(source);
      target.models().register("other", candidate("other"));
      Path file = export(source);
      List<Event> told = new CopyOnWriteArrayList<>(); // the workspace relays by itself as well
      target.relay().subscribe("test", (id, event) -> told.add(event));

      ModelArchive archive = ModelArchive.open(file, KEYS);
      archive.importInto(target.as(new Actor("cleo")), "moved");

      ModelHistory history = source.models().history("fraud");
      assertThat(archive.history()).isEqualTo(history);
      assertThat(target.models().history("fraud")).isEqualTo(history);
      assertThat(target.verify().ok()).isTrue();
      assertThat(target.models().aliasAt("fraud", Alias.CHAMPION, between).orElseThrow().version())
          .isEqualTo(1);
      assertThat(target.models().alias("fraud", Alias.CHAMPION).orElseThrow().version())
          .isEqualTo(2);
      assertThat(target.models().searchModels(dev.endolith.query.Query.all()).items()).hasSize(2);
      ModelVersion champion = target.models().get("fraud", 2);
      assertThat(target.models().load(champion, TASK).predict(null).value()).isEqualTo(7);
      assertThatThrownBy(() -> target.models().load(target.models().get("fraud", 1), TASK))
          .isInstanceOf(ArtifactRefusedException.class); // nobody has signed it
      assertThat(target.models().get("fraud", 3).status().deleted()).isTrue();
      RunRecord run = source.runs().find(champion.run()).orElseThrow();
      assertThat(target.runs().find(run.id()).orElseThrow())
          .usingRecursiveComparison()
          .ignoringFields("startedAt", "endedAt", "aliveUntil") // SQL keeps microseconds
          .isEqualTo(run);
      assertThat(target.artifacts().size(Digest.ofText("made by the run"))).isPresent();
      target.relay().run();
      assertThat(told).filteredOn(event -> event.model().equals("fraud")).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void importInto_lifeGoesOn_asItWouldHaveBeforeIt(Kind to) throws IOException {
    try (Workspace source = open(Kind.MEMORY);
        Workspace target = open(to)) {
      live(source);
      ModelArchive.open(export(source), KEYS).importInto(target, "moved");

      assertThat(target.models().register("fraud", candidate("four")).number()).isEqualTo(4);
      assertThat(target.models().register("fraud", candidate("1").withKey("key 1")).number())
          .isEqualTo(1);
      assertThatThrownBy(
              () -> target.models().move("fraud", Alias.CHAMPION, 1, "not by a stranger"))
          .isInstanceOf(IllegalStateException.class);
      Alias moved =
          target
              .as(new Actor("bob", List.of("ops")))
              .models()
              .rollback("fraud", Alias.CHAMPION, "back");

      assertThat(moved.version()).isEqualTo(1);
      assertThat(moved.generation()).isEqualTo(3);
      assertThat(target.verify().ok()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void importInto_again_changesNothing(Kind to) throws IOException {
    try (Workspace source = open(Kind.MEMORY);
        Workspace target = open(to)) {
      live(source);
      ModelArchive archive = ModelArchive.open(export(source), KEYS);
      archive.importInto(target, "moved");

      archive.importInto(target, "moved again");
      archive.importInto(source, "back home");

      assertThat(target.models().history("fraud")).isEqualTo(source.models().history("fraud"));
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void importInto_otherHistoryIsThere_isRefused(Kind to) throws IOException {
    try (Workspace source = open(Kind.MEMORY);
        Workspace target = open(to)) {
      live(source);
      ModelArchive archive = ModelArchive.open(export(source), KEYS);
      target.models().register("fraud", candidate("own"));
      ModelHistory before = target.models().history("fraud");

      assertThatThrownBy(() -> archive.importInto(target, "moved"))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("fraud");
      assertThatThrownBy(
              () ->
                  target
                      .models()
                      .commit("by hand", new dev.endolith.registry.Change.Adopt(archive.history())))
          .isInstanceOf(RuntimeException.class);

      assertThat(target.models().history("fraud")).isEqualTo(before);
      assertThat(target.runs().find(archive.runs().get(0).id())).isEmpty();
      assertThat(target.verify().ok()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void importInto_eightAtOnce_isTakenInOnce(Kind to) throws IOException {
    try (Workspace source = open(Kind.MEMORY);
        Workspace target = open(to)) {
      live(source);
      ModelArchive archive = ModelArchive.open(export(source), KEYS);

      dev.endolith.tck.Contenders.race(
          8,
          t -> {
            archive.importInto(target, "moved");
            return t;
          });

      assertThat(target.models().history("fraud")).isEqualTo(source.models().history("fraud"));
      assertThat(target.verify().ok()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void export_whileOthersWrite_isWholeAsOfOneMoment(Kind from) throws Exception {
    try (Workspace source = open(from);
        Workspace target = open(Kind.MEMORY)) {
      source.models().register("fraud", candidate("first"));
      Thread writer =
          new Thread(
              () -> {
                for (int i = 0; i < 20; i++) {
                  source.models().tag("fraud", 1, Map.of("i", Integer.toString(i)));
                  source.models().register("fraud", candidate("n" + i));
                }
              });
      writer.start();
      Path file = export(source);
      writer.join();

      ModelArchive.open(file, KEYS).importInto(target, "moved");

      assertThat(target.verify().ok()).isTrue();
    }
  }

  @org.junit.jupiter.api.Test
  void export_file_isAZipThatOthersUnpack() throws IOException {
    try (Workspace source = open(Kind.MEMORY)) {
      live(source);
      try (ZipFile zip = new ZipFile(export(source).toFile())) {
        assertThat(zip.stream().map(java.util.zip.ZipEntry::getName))
            .startsWith("signature.json", "index.jsonl", "model.json", "versions.jsonl")
            .contains("blobs/" + Digest.ofText("two").hex());
        assertThat(
                zip.getInputStream(zip.getEntry("blobs/" + Digest.ofText("two").hex()))
                    .readAllBytes())
            .isEqualTo("two".getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /**
   * Governed, approved, signed, promoted twice, deleted, tagged.
   *
   * @return a time between the promotions
   */
  private static Instant live(Workspace root) {
    Workspace ann = root.as(new Actor("ann", List.of("science")));
    Workspace bob = root.as(new Actor("bob", List.of("ops")));
    ann.models()
        .govern(
            "fraud",
            Governance.NONE
                .approvals(ApprovalPolicy.of(1, "ops").validFor(Duration.ofDays(3_650)))
                .protect(Alias.CHAMPION, "ops")
                .ownedBy("ops"),
            "rules");
    try (Run run = ann.runs().start("night")) {
      run.params(Map.of("trees", "20")).input("training", Digest.ofText("rows"));
      run.output(
          "model", ann.artifacts().put("made by the run".getBytes(StandardCharsets.UTF_8)).hex());
      for (String content : List.of("one", "two", "three")) {
        ModelVersion version =
            ann.models()
                .register(
                    "fraud",
                    candidate(content)
                        .withKey(content.equals("one") ? "key 1" : content)
                        .withRun(run.id())
                        .withTags(Map.of("ä \"quoted\"", "für Menschen 🙂 \n"))
                        .withMetrics(Map.of("auc", 0.1 + 0.2, "lift", Double.NaN))
                        .withDataset("training", Digest.ofText("rows"))
                        .withAttachment(
                            "notes", "text/plain", content.getBytes(StandardCharsets.UTF_8)));
        if (!content.equals("three")) {
          ann.models().transition("fraud", version.number(), VersionState.VALIDATED, "gates");
          bob.models()
              .approve(
                  "fraud",
                  version.number(),
                  "seen",
                  Map.of("minutes", "we met".getBytes(StandardCharsets.UTF_8)));
          bob.models().transition("fraud", version.number(), VersionState.APPROVED, "people");
        }
      }
      run.finish();
    }
    ModelVersion two = ann.models().get("fraud", 2);
    ann.models().attest("fraud", 2, Attestation.Kind.TRAINING, ANN.sign(two), "signed");
    bob.models()
        .attest(
            "fraud",
            2,
            Attestation.Kind.APPROVAL,
            BOB.approve(two, new Actor("bob"), "good", Instant.parse("2026-03-01T10:00:00Z")),
            "signed");
    Instant between = bob.models().move("fraud", Alias.CHAMPION, 1, "first").at();
    bob.models().move("fraud", Alias.CHAMPION, 2, "better");
    ann.models().move("fraud", "candidate", 1, "to look at");
    ann.models().remove("fraud", "candidate", "seen");
    ann.models().delete("fraud", 3, "no use");
    ann.models().describe("fraud", 2, "the one");
    return between;
  }

  private static Candidate candidate(String content) {
    return Candidate.of("constant", SCHEMA, content.getBytes(StandardCharsets.UTF_8));
  }

  private Path export(Workspace source) throws IOException {
    Path file = folder.resolve("fraud.zip");
    try (OutputStream out = Files.newOutputStream(file)) {
      ModelArchive.export(source, "fraud", ANN, out);
    }
    return file;
  }

  private Workspace open(Kind kind) {
    last++;
    WorkspaceBuilder builder =
        Workspace.builder().format(new Constant()).loadPolicy(SignaturePolicy.of(KEYS));
    return switch (kind) {
      case MEMORY -> builder.open();
      case SQLITE -> builder.folder(folder.resolve("w" + last)).open();
      case POSTGRES -> {
        SERVER.createSchema("archive" + last);
        yield builder
            .dataSource(SERVER.connections("archive" + last))
            .folder(folder.resolve("blobs" + last))
            .open();
      }
    };
  }

  /** A model that answers seven, whatever its bytes are. */
  private static final class Constant implements ModelFormat {
    @Override
    public String name() {
      return "constant";
    }

    @Override
    @SuppressWarnings("unchecked") // the task of this test is a regression
    public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
      return x -> (Prediction<Y>) new Regressed(7);
    }
  }
}
