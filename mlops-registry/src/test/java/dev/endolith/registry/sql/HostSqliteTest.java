package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.ModelVersion;
import dev.endolith.tck.Contenders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** A workspace in a SQLite file of the host, through the host's own connections. */
class HostSqliteTest {
  private static final byte[] CONTENT = "model".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;

  private SQLiteDataSource host;

  @BeforeEach
  void database() throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setBusyTimeout(10_000);
    host = new SQLiteDataSource(config);
    host.setUrl("jdbc:sqlite:" + folder.resolve("host.db"));
    try (Connection connection = host.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE model (name TEXT)");
      statement.execute("CREATE TABLE price (amount INTEGER)");
    }
  }

  @Test
  void open_again_keepsEverythingBesideTheHostsTables() throws SQLException {
    try (Workspace workspace = workspace()) {
      assertThat(register(workspace).number()).isEqualTo(1);
    }
    try (Workspace workspace = workspace()) {
      assertThat(register(workspace).number()).isEqualTo(2);
      assertThat(workspace.verify().ok()).isTrue();
    }
    assertThat(count("model")).isZero();
  }

  /** Two scripts make the same schema, and are to go on doing so. */
  @Test
  void schema_sharedAndOwn_areTheSame() throws SQLException {
    workspace().close();
    Workspace.open(folder.resolve("own")).close();
    SQLiteDataSource own = new SQLiteDataSource();
    own.setUrl("jdbc:sqlite:" + folder.resolve("own").resolve("endolith.db"));

    List<String> shared = shape(host);
    assertThat(shared).hasSizeGreaterThan(100);
    assertThat(shared).isEqualTo(shape(own));
  }

  /** Columns, indexes, triggers and options of our tables, whatever text made them. */
  private static List<String> shape(SQLiteDataSource source) throws SQLException {
    List<String> shape = new ArrayList<>();
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      for (String query :
          List.of(
              "SELECT t.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk, l.wr, l.strict"
                  + " FROM sqlite_schema t JOIN pragma_table_info(t.name) c"
                  + " JOIN pragma_table_list(t.name) l WHERE t.type = 'table'"
                  + " AND t.name LIKE 'endolith%' AND t.name NOT LIKE '%history' ORDER BY 1, 2",
              "SELECT s.name, i.seqno, i.name, i.desc, l.\"unique\", l.partial FROM sqlite_schema s"
                  + " JOIN pragma_index_list(s.tbl_name) l ON l.name = s.name"
                  + " JOIN pragma_index_xinfo(s.name) i"
                  + " WHERE s.type = 'index' AND s.name LIKE 'endolith%'"
                  + " AND s.name NOT LIKE '%history%' ORDER BY 1, 2",
              "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY 1",
              "SELECT t.name, f.\"from\", f.\"table\", f.\"to\" FROM sqlite_schema t"
                  + " JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table' ORDER BY 1, 2")) {
        try (ResultSet rows = statement.executeQuery(query)) {
          while (rows.next()) {
            StringBuilder line = new StringBuilder();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
              line.append(rows.getString(i)).append('|');
            }
            shape.add(line.toString());
          }
        }
      }
    }
    return shape;
  }

  @Test
  void register_manyThreads_numbersAreDense() {
    try (Workspace workspace = workspace()) {
      List<List<Long>> numbers =
          Contenders.race(
              4, t -> IntStream.range(0, 10).mapToObj(i -> register(workspace).number()).toList());

      assertThat(numbers.stream().flatMap(List::stream))
          .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 40).boxed().toList());
    }
  }

  @Test
  void together_failure_leavesNothing() {
    try (Workspace workspace = workspace()) {
      assertThatThrownBy(
              () ->
                  workspace.together(
                      tx -> {
                        register(tx);
                        throw new IllegalStateException("no");
                      }))
          .isInstanceOf(IllegalStateException.class);
      assertThat(workspace.models().names()).isEmpty();

      workspace.together(HostSqliteTest::register);
      assertThat(workspace.models().names()).hasSize(1);
    }
  }

  @Test
  void joined_hostRollsBackOrCommits_bothGoTogether() throws SQLException {
    try (Workspace workspace = workspace();
        Connection connection = host.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("INSERT INTO price VALUES (7)");
      register(workspace.joined(connection));
      connection.rollback();
      assertThat(workspace.models().names()).isEmpty();
      assertThat(count("price")).isZero();

      statement.execute("INSERT INTO price VALUES (7)");
      register(workspace.joined(connection));
      connection.commit();

      assertThat(workspace.models().names()).hasSize(1);
      assertThat(count("price")).isEqualTo(1);
      assertThat(workspace.verify().ok()).isTrue();
    }
  }

  private Workspace workspace() {
    return Workspace.builder().dataSource(host).folder(folder.resolve("blobs")).open();
  }

  private static ModelVersion register(Workspace workspace) {
    Attachment model =
        new Attachment(
            Attachment.MODEL,
            "application/octet-stream",
            CONTENT.length,
            workspace.artifacts().put(CONTENT));
    return workspace.models().commit("because", Samples.draft(model)).versions().get(0);
  }

  private long count(String table) throws SQLException {
    try (Connection connection = host.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
