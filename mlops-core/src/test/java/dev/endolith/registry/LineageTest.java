package dev.endolith.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.Workspace;
import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.data.Field;
import dev.endolith.data.Id;
import dev.endolith.data.Schema;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LineageTest {
  private static final Digest ROWS = Digest.ofText("rows");
  private static final LineageNode DATA = new LineageNode.Data(ROWS);
  private static final LineageNode FIRST = new LineageNode.Version("fraud", 1);
  private static final LineageNode SECOND = new LineageNode.Version("fraud", 2);

  private final Workspace workspace = Workspace.inMemory();
  private Run search;
  private Run trial;

  @BeforeEach
  void history() {
    search = workspace.runs().start("search");
    trial = workspace.runs().startWithin(search, "trial");
    trial.input("training", ROWS).finish();
    version(trial.id(), 0);
    version("", 1);
    workspace.models().move("fraud", Alias.CHAMPION, 1, "first");
    workspace.models().move("fraud", Alias.CHAMPION, 2, "second");
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  @Test
  void up_prediction_reachesDataAndRuns() {
    LineageNode prediction = new LineageNode.Prediction("fraud", new Id(1, 2), 2, 2);
    LineageGraph graph = workspace.lineage().up(prediction, 100);

    assertThat(graph.nodes())
        .containsExactlyInAnyOrder(
            prediction,
            new LineageNode.Period("fraud", Alias.CHAMPION, 2),
            SECOND,
            FIRST,
            DATA,
            new LineageNode.RunOf(trial.id()),
            new LineageNode.RunOf(search.id()));
    assertThat(graph.nodes().get(0)).isEqualTo(prediction);
    assertThat(graph.edges())
        .contains(
            new LineageGraph.Edge(
                SECOND, new LineageNode.Period("fraud", Alias.CHAMPION, 2), "served as champion"));
    assertThat(graph.complete()).isTrue();
  }

  @Test
  void down_data_reachesEverythingMadeOfIt() {
    LineageGraph graph = workspace.lineage().down(DATA, 100);

    assertThat(graph.nodes())
        .containsExactlyInAnyOrder(
            DATA,
            new LineageNode.RunOf(trial.id()),
            FIRST,
            SECOND,
            new LineageNode.Period("fraud", Alias.CHAMPION, 1),
            new LineageNode.Period("fraud", Alias.CHAMPION, 2));
  }

  @Test
  void up_limit_saysThatThereIsMore() {
    LineageGraph graph = workspace.lineage().up(SECOND, 2);

    assertThat(graph.nodes()).hasSize(2);
    assertThat(graph.complete()).isFalse();
    assertThat(workspace.lineage().up(new LineageNode.Version("nobody", 1), 9).nodes()).hasSize(1);
  }

  @Test
  void openLineage_finishedRun_namesWhatItReadAndMade() {
    RunRecord run = workspace.runs().find(trial.id()).orElseThrow();
    String json =
        new OpenLineage("my-service").event(run, List.of(workspace.models().get("fraud", 1)));

    Map<?, ?> event = CanonicalJson.read(json, Map.class);
    assertThat(event.get("eventType")).isEqualTo("COMPLETE");
    assertThat(((Map<?, ?>) event.get("run")).get("runId").toString())
        .matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(json).contains("sha256:" + ROWS.hex(), "models/fraud/1", "\"parent\"");
  }

  private void version(String run, long parent) {
    Candidate candidate =
        Candidate.of("tribuo-protobuf", Schema.of(Field.number("a")), new byte[] {1})
            .withRun(run)
            .withParent(parent)
            .withDataset("training", ROWS);
    long number = workspace.models().register("fraud", candidate).number();
    workspace.models().transition("fraud", number, VersionState.VALIDATED, "gates");
    workspace.models().transition("fraud", number, VersionState.APPROVED, "people");
  }
}
