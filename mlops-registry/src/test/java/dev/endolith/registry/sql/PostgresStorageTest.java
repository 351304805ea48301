package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.WorkspaceSettings;
import dev.endolith.error.StorageException;
import dev.endolith.event.Event;
import dev.endolith.registry.Actor;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.Change;
import dev.endolith.registry.Changes;
import dev.endolith.registry.CommitRules;
import dev.endolith.registry.VersionState;
import dev.endolith.tck.Contenders;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class PostgresStorageTest {
  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static final byte[] CONTENT = "model".getBytes(StandardCharsets.UTF_8);

  private static int last;

  @TempDir private Path blobs;

  private DataSource host;

  @BeforeEach
  void schema() throws SQLException {
    last++;
    SERVER.createSchema("host" + last);
    host = SERVER.connections("host" + last);
    sql("CREATE TABLE model (name TEXT)", "CREATE TABLE price (amount INT)");
  }

  @Test
  void open_databaseOfTheHost_leavesItsTablesAlone() throws SQLException {
    try (Workspace workspace = workspace()) {
      register(workspace, 1);
      assertThat(workspace.verify().ok()).isTrue();
    }
    sql("INSERT INTO model VALUES ('the host''s own')");
    try (Connection connection = host.getConnection();
        ResultSet tables =
            connection.getMetaData().getTables(null, "host" + last, "%", new String[] {"TABLE"})) {
      List<String> names = new ArrayList<>();
      while (tables.next()) {
        names.add(tables.getString("TABLE_NAME"));
      }
      assertThat(names).contains("model", "price", "endolith_model");
      assertThat(names).filteredOn(name -> !name.startsWith("endolith_")).hasSize(2);
    }
    try (Workspace workspace = workspace()) {
      assertThat(workspace.models().names()).containsExactly("fraud");
    }
  }

  @Test
  void joined_hostCommits_everythingIsThereTogether() throws SQLException {
    try (Workspace workspace = workspace();
        Connection connection = host.getConnection()) {
      long version = approved(workspace);
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("INSERT INTO price VALUES (7)");
        workspace.joined(connection).models().move("fraud", Alias.CHAMPION, version, "with price");
        assertThat(workspace.models().alias("fraud", Alias.CHAMPION)).isEmpty();
        connection.commit();
      }

      assertThat(workspace.models().alias("fraud", Alias.CHAMPION)).isPresent();
      assertThat(prices()).isEqualTo(1);
      assertThat(workspace.verify().ok()).isTrue();
    }
  }

  @Test
  void joined_hostRollsBack_nothingIsThere() throws SQLException {
    try (Workspace workspace = workspace();
        Connection connection = host.getConnection()) {
      long version = approved(workspace);
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("INSERT INTO price VALUES (7)");
        workspace.joined(connection).models().move("fraud", Alias.CHAMPION, version, "with price");
        connection.rollback();
      }

      assertThat(workspace.models().alias("fraud", Alias.CHAMPION)).isEmpty();
      assertThat(workspace.models().history("fraud", Alias.CHAMPION)).isEmpty();
      assertThat(prices()).isZero();
      assertThat(workspace.verify().ok()).isTrue();
    }
  }

  @Test
  void joined_refusedChange_leavesTheHostsTransactionUsable() throws SQLException {
    try (Workspace workspace = workspace();
        Connection connection = host.getConnection()) {
      register(workspace, 1);
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("INSERT INTO price VALUES (7)");
        assertThatThrownBy(
                () ->
                    workspace
                        .joined(connection)
                        .models()
                        .move("fraud", Alias.CHAMPION, 1, "it is a draft"))
            .isInstanceOf(IllegalStateException.class);
        connection.commit();
      }

      assertThat(prices()).isEqualTo(1);
    }
  }

  @Test
  void joined_events_reachSubscribersAfterTheCommitOnly() throws SQLException {
    try (Workspace workspace = workspace();
        Connection connection = host.getConnection()) {
      List<Event> told = Collections.synchronizedList(new ArrayList<>());
      long version = approved(workspace);
      workspace.relay().subscribe("test", (id, event) -> told.add(event));
      workspace.relay().run();
      int before = told.size();
      connection.setAutoCommit(false);
      workspace.joined(connection).models().move("fraud", Alias.CHAMPION, version, "joined");
      workspace.relay().run();
      assertThat(told).hasSize(before);
      connection.commit();

      workspace.relay().run();

      assertThat(told.subList(before, told.size()))
          .singleElement()
          .isInstanceOf(Event.AliasMoved.class);
    }
  }

  @Test
  void open_byUri_findsTheProvider() {
    URI uri =
        URI.create(
            "postgresql://postgres:x@localhost:"
                + SERVER.port()
                + "/postgres?currentSchema=host"
                + last);
    try (Workspace workspace = Workspace.open(uri, blobs)) {
      assertThat(register(workspace, 1)).containsExactly(1L);
    }
  }

  @Test
  void open_nobodyThere_saysSoWithoutThePassword() {
    URI uri = URI.create("postgresql://postgres:secret-word@localhost:1/postgres");

    assertThatThrownBy(() -> Workspace.open(uri, blobs))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot be reached")
        .hasMessageNotContaining("secret-word");
  }

  @Test
  void open_eightAtOnce_migrateOnce() {
    List<Long> opened =
        Contenders.race(
            8,
            t -> {
              try (Workspace workspace = workspace()) {
                return register(workspace, 1).get(0);
              }
            });

    assertThat(opened).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
  }

  @Test
  void register_manyNodesAndThreads_numbersAreDense() {
    try (SqlStorage one = storage();
        SqlStorage two = storage()) {
      List<List<Long>> numbers =
          Contenders.race(
              16,
              t ->
                  IntStream.range(0, 20)
                      .mapToObj(i -> Samples.register(t % 2 == 0 ? one : two, CONTENT).number())
                      .toList());

      assertThat(numbers.stream().flatMap(List::stream))
          .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 320).boxed().toList());
    }
  }

  @Test
  void together_deadlock_isToldAsRetryable() {
    try (SqlStorage one = storage()) {
      List<Boolean> ended =
          Contenders.race(
              2,
              t -> {
                try {
                  one.together(
                      stores -> {
                        for (int i = 0; i < 20; i++) {
                          String name = (t == 0) == (i % 2 == 0) ? "a" : "b";
                          stores.state().put(name + "." + t + "." + i, 0, "{}");
                          stores
                              .registry()
                              .commit(
                                  Changes.of(
                                      new Actor("t" + t),
                                      "because",
                                      new Change.PutDocument(name + t + "." + i, 0, "{}")));
                        }
                        return t;
                      });
                  return true;
                } catch (StorageException e) {
                  return e.retryable();
                }
              });

      assertThat(ended).containsOnly(true);
    }
  }

  private Workspace workspace() {
    return Workspace.builder().dataSource(host).folder(blobs).open();
  }

  private SqlStorage storage() {
    return SqlStorage.open(
        host,
        null,
        new WorkspaceSettings(blobs, null, null, null, CommitRules.of(Clock.systemUTC())));
  }

  private static long approved(Workspace workspace) {
    long version = register(workspace, 1).get(0);
    workspace.models().transition("fraud", version, VersionState.VALIDATED, "gates");
    workspace.models().transition("fraud", version, VersionState.APPROVED, "people");
    return version;
  }

  private static List<Long> register(Workspace workspace, int times) {
    return IntStream.range(0, times)
        .mapToObj(
            i ->
                workspace
                    .models()
                    .commit(
                        "because",
                        Samples.draft(
                            new Attachment(
                                Attachment.MODEL,
                                "application/octet-stream",
                                CONTENT.length,
                                workspace.artifacts().put(CONTENT))))
                    .versions()
                    .get(0)
                    .number())
        .toList();
  }

  private long prices() throws SQLException {
    try (Connection connection = host.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM price")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private void sql(String... statements) throws SQLException {
    try (Connection connection = host.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
