package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Jdbc;
import dev.endolith.data.ReadReport;
import dev.endolith.data.Task;
import dev.endolith.error.StorageException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Training rows read from PostgreSQL, whose types are its own. */
class PostgresRowsTest {
  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static final int ROWS = 5_000;

  enum Purpose {
    CAR,
    HOUSE
  }

  record Loan(
      BigDecimal income,
      double rate,
      long days,
      Purpose purpose,
      boolean secured,
      LocalDate since,
      Instant asked,
      @Nullable Integer years) {}

  private static final Task<Loan, Boolean> TASK =
      Task.classify(Loan.class, Boolean.class).label("paid").build();

  @BeforeAll
  static void fill() throws SQLException {
    SERVER.createSchema("loans");
    try (Connection connection = SERVER.connections("loans").getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE loan (id uuid, income numeric(12,2), rate double precision, days bigint,"
              + " purpose text, secured boolean, since date, asked timestamptz, years int,"
              + " paid boolean)");
      statement.execute(
          "INSERT INTO loan SELECT gen_random_uuid(), i + 0.25, i / 8.0, 9007199254740993 + i,"
              + " CASE WHEN i % 2 = 0 THEN 'CAR' ELSE 'HOUSE' END, i % 3 = 0,"
              + " date '2024-02-28' + i % 2, timestamptz '2024-03-31 01:30:00+02' + i * interval"
              + " '1 hour', CASE WHEN i % 5 = 0 THEN NULL ELSE i END, i % 7 = 0"
              + " FROM generate_series(0, "
              + (ROWS - 1)
              + ") i");
    }
  }

  @Test
  void read_everyType_isWhatTheServerHolds() {
    Dataset<Loan, Boolean> rows = read(SERVER.connections("loans"));
    assertThat(rows.size()).isEqualTo(ROWS);
    assertThat(rows.examples().get(0))
        .isEqualTo(
            new Example<>(
                new Loan(
                    new BigDecimal("0.25"),
                    0,
                    9_007_199_254_740_993L,
                    Purpose.CAR,
                    true,
                    LocalDate.of(2024, 2, 28),
                    Instant.parse("2024-03-30T23:30:00Z"),
                    null),
                true));
    assertThat(rows.examples().get(1).x())
        .isEqualTo(
            new Loan(
                new BigDecimal("1.25"),
                0.125,
                9_007_199_254_740_994L,
                Purpose.HOUSE,
                false,
                LocalDate.of(2024, 2, 29),
                Instant.parse("2024-03-31T00:30:00Z"),
                1));
  }

  @Test
  void read_again_hasTheSameFingerprint_alsoByAnotherQuery() {
    Dataset<Loan, Boolean> rows = read(SERVER.connections("loans"));
    assertThat(read(SERVER.connections("loans")).fingerprint()).isEqualTo(rows.fingerprint());
    assertThat(
            Jdbc.read(
                    SERVER.connections("loans"),
                    TASK,
                    "SELECT * FROM loan WHERE days >= ? ORDER BY days",
                    9_007_199_254_740_993L)
                .fingerprint())
        .isEqualTo(rows.fingerprint());
  }

  /** A row's number stands in a sequence as soon as the server has computed the row. */
  private static final String COUNTED =
      "SELECT nextval('%s') AS number, 'CAR' AS purpose, repeat('x', 2000) AS text,"
          + " i %% 2 = 0 AS paid FROM generate_series(1, ?) i";

  record Numbered(long number, Purpose purpose, String text) {}

  private static final Task<Numbered, Boolean> NUMBERED =
      Task.classify(Numbered.class, Boolean.class).label("paid").build();

  private static long ask(String sql) {
    try (Connection connection = SERVER.connections("loans").getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      assertThat(result.next()).isTrue();
      return result.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void run(String sql) throws SQLException {
    try (Connection connection = SERVER.connections("loans").getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long openReadings() {
    return ask(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%repeat(%'"
            + " AND query NOT LIKE '%pg_stat_activity%'");
  }

  @Test
  void forEach_moreRowsThanFit_areHeldAPageAtATime() throws SQLException {
    run("CREATE SEQUENCE ahead");
    int rows = 700_000; // 2 000 characters each: more than the heap, and than 1 GiB
    long[] seen = {0, 0};

    ReadReport report =
        Jdbc.reader(NUMBERED)
            .fetchSize(500)
            .forEach(
                SERVER.connections("loans"),
                example -> {
                  assertThat(example.x().number()).isEqualTo(++seen[0]);
                  if (seen[0] % 50_000 == 1) {
                    seen[1] = Math.max(seen[1], ask("SELECT last_value FROM ahead") - seen[0]);
                  }
                },
                String.format(COUNTED, "ahead"),
                rows);

    assertThat(report.kept()).isEqualTo(rows);
    assertThat(seen[1]).isLessThanOrEqualTo(500);
  }

  @Test
  void forEach_consumerThrowsHalfWay_leavesNoTransaction() throws SQLException {
    run("CREATE SEQUENCE thrown");
    IllegalStateException enough = new IllegalStateException("enough");

    assertThatThrownBy(
            () ->
                Jdbc.reader(NUMBERED)
                    .forEach(
                        SERVER.connections("loans"),
                        example -> {
                          if (example.x().number() == 1_500) {
                            throw enough;
                          }
                        },
                        String.format(COUNTED, "thrown"),
                        100_000))
        .isSameAs(enough);
    assertThat(ask("SELECT last_value FROM thrown")).isBetween(1_500L, 3_000L);
    await().until(() -> openReadings() == 0);
  }

  @Test
  void forEach_serverGoesHalfWay_isToldAsSuch() throws SQLException {
    run("CREATE SEQUENCE gone");
    long[] seen = {0};

    assertThatThrownBy(
            () ->
                Jdbc.reader(NUMBERED)
                    .fetchSize(100)
                    .forEach(
                        SERVER.connections("loans"),
                        example -> {
                          if (++seen[0] == 1_050) {
                            ask(
                                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                    + " WHERE query LIKE '%''gone''%' AND pid <> pg_backend_pid()");
                          }
                        },
                        String.format(COUNTED, "gone"),
                        100_000))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("SQL state")
        .hasMessageNotContaining("repeat");
    assertThat(seen[0]).isBetween(1_050L, 1_200L);
    await().until(() -> openReadings() == 0);
  }

  @Test
  void forEach_inAConnectionOfTheHost_goesOnInItsTransaction() throws SQLException {
    run("CREATE SEQUENCE hosted");
    try (Connection connection = SERVER.connections("loans").getConnection()) {
      assertThatThrownBy(
              () ->
                  Jdbc.reader(NUMBERED)
                      .forEach(connection, e -> {}, String.format(COUNTED, "hosted"), 10))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("auto-commit");
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("CREATE TEMP TABLE mine ON COMMIT DROP AS SELECT 7 AS number");
      }
      long[] sum = {0};
      ReadReport report =
          Jdbc.reader(NUMBERED)
              .forEach(
                  connection,
                  example -> sum[0] += example.x().number(),
                  "SELECT number, 'CAR' AS purpose, 'x' AS text, true AS paid FROM mine");
      assertThat(report.kept()).isEqualTo(1);
      assertThat(sum[0]).isEqualTo(7);
      assertThat(connection.getAutoCommit()).isFalse();
    }
  }

  private static Dataset<Loan, Boolean> read(DataSource database) {
    return Jdbc.read(
        database,
        TASK,
        "SELECT income, rate, days, purpose, secured, since, asked, years, paid FROM loan"
            + " ORDER BY days");
  }
}
