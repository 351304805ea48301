package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Jdbc;
import dev.endolith.data.Task;
import java.math.BigDecimal;
import java.sql.Connection;
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

  private static Dataset<Loan, Boolean> read(DataSource database) {
    return Jdbc.read(
        database,
        TASK,
        "SELECT income, rate, days, purpose, secured, since, asked, years, paid FROM loan"
            + " ORDER BY days");
  }
}
