package dev.endolith.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.error.DataException;
import dev.endolith.error.StorageException;
import java.io.StringReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.Function;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;

class ReadersTest {
  record Loan(double income, String purpose, @Nullable Integer years) {}

  private static final Task<Loan, Boolean> TASK =
      Task.classify(Loan.class, Boolean.class).label("paid").map("y", true).map("n", false).build();

  private static final DataOrigin LOANS = DataOrigin.named("loans");

  @TempDir Path folder;

  private SQLiteDataSource database(String... statements) throws SQLException {
    SQLiteDataSource database = new SQLiteDataSource();
    database.setUrl("jdbc:sqlite:" + folder.resolve("loans.db"));
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
    return database;
  }

  private static final String TABLE =
      "create table loan (id integer, INCOME real, purpose text, years integer, paid text)";

  @Test
  void csv_badRows_areSetAsideWithLineAndReason() {
    String text =
        "income,purpose,years,paid\n"
            + "10,car,1,y\n"
            + "ten,car,2,y\n"
            + "20,car,,n\n"
            + "30,car\n"
            + "40,\"a\nhouse\",3,maybe\n"
            + "50,boat,4,y,more\n"
            + "60,,4,y\n"
            + "70,boat,4,n\n";
    Dataset<Loan, Boolean> rows =
        Csv.reader(TASK).badRows(BadRows.quarantine(10)).read(LOANS, new StringReader(text));
    assertThat(rows.examples()).extracting(e -> e.x().income()).containsExactly(10.0, 20.0, 70.0);
    ReadReport report = rows.reading().orElseThrow();
    assertThat(report.read()).isEqualTo(8);
    assertThat(report.kept()).isEqualTo(3);
    assertThat(report.quarantined())
        .extracting(BadRow::line, BadRow::column)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(3L, "income"),
            org.assertj.core.groups.Tuple.tuple(5L, ""),
            org.assertj.core.groups.Tuple.tuple(6L, "paid"),
            org.assertj.core.groups.Tuple.tuple(8L, ""),
            org.assertj.core.groups.Tuple.tuple(9L, "purpose"));
    assertThat(report.quarantined().get(0).reason())
        .isEqualTo("loans, line 3, column 'income': the cell is not a number");
    // a part remembers the reading
    assertThat(rows.splitRandomly(0.5, 1).first().reading()).contains(report);
    // without a quarantine the first ends the reading
    assertThatThrownBy(() -> Csv.reader(TASK).read(LOANS, new StringReader(text)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("line 3, column 'income'");
    // and a full quarantine too
    assertThatThrownBy(
            () ->
                Csv.reader(TASK).badRows(BadRows.quarantine(4)).read(LOANS, new StringReader(text)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("more than 4 bad rows")
        .hasMessageContaining("line 3")
        .hasMessageContaining("line 9");
  }

  @Test
  void csv_countsAddUp_andWhatCannotBeReadOnEndsTheReading() {
    String text = "income,purpose,years,paid\n1,a,1,y\n1,a,1,y\n2,b,1,n\nx,b,1,n\n3,c,1,n\n";
    ReadReport report =
        Csv.reader(TASK)
            .distinct()
            .where(raw -> !"b".equals(raw.text("purpose")) || "x".equals(raw.text("income")))
            .badRows(BadRows.quarantine(5))
            .read(LOANS, new StringReader(text))
            .reading()
            .orElseThrow();
    assertThat(report).extracting(ReadReport::read, ReadReport::kept).containsExactly(5L, 2L);
    assertThat(report.filtered()).isEqualTo(1);
    assertThat(report.repeated()).isEqualTo(1);
    assertThat(report.quarantined()).hasSize(1);
    assertThatThrownBy(
            () ->
                Csv.reader(TASK)
                    .badRows(BadRows.quarantine(5))
                    .read(LOANS, new StringReader(text + "4,\"open,1,y\n")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a quote that does not close");
    assertThatThrownBy(
            () ->
                Csv.reader(TASK)
                    .badRows(BadRows.quarantine(5))
                    .read(LOANS, new StringReader("income,purpose,years,paid\nx,a,1,y\n")))
        .hasMessageContaining("holds no good row; 1 were set aside");
    assertThatThrownBy(
            () -> Csv.reader(TASK).read(LOANS, new StringReader("income,paid,income\n1,y,2\n")))
        .hasMessageContaining("names column 'income' twice");
    assertThatThrownBy(() -> BadRows.quarantine(0)).hasMessageContaining("at least 1");
  }

  @Test
  void jsonLines_badRows_areSetAside() {
    String text =
        "{\"income\":1,\"purpose\":\"a\",\"years\":null,\"paid\":\"y\"}\n"
            + "{\"income\":1,\n"
            + "[1]\n"
            + "\n"
            + "{\"income\":\"x\",\"purpose\":\"a\",\"years\":1,\"paid\":\"y\"}\n"
            + "{\"income\":2,\"purpose\":\"a\",\"paid\":\"y\"}\n"
            + "{\"income\":2,\"purpose\":\"a\",\"years\":1.0,\"paid\":\"n\"}\n";
    Dataset<Loan, Boolean> rows =
        JsonLines.reader(TASK).badRows(BadRows.quarantine(9)).read(LOANS, new StringReader(text));
    assertThat(rows.size()).isEqualTo(2);
    assertThat(rows.reading().orElseThrow().quarantined())
        .extracting(BadRow::line)
        .containsExactly(2L, 3L, 5L, 6L);
  }

  @Test
  void jdbc_query_readsTypesToTheBit_withBoundParameters() throws SQLException {
    SQLiteDataSource database = database(TABLE);
    double income = 0.1 + 0.2; // 17 digits
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("insert into loan values (?, ?, ?, ?, ?)")) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 2_500; i++) {
        insert.setInt(1, i);
        insert.setDouble(2, income * i);
        insert.setString(3, i % 7 == 0 ? "o'brien; drop table loan" : "car");
        insert.setObject(4, i % 3 == 0 ? null : i);
        insert.setString(5, i % 2 == 0 ? "y" : "n");
        insert.execute();
      }
      connection.commit();
    }
    String sql =
        "select income, purpose, years, paid from loan where id >= ? and purpose = ? order by id";
    Dataset<Loan, Boolean> rows = Jdbc.read(database, TASK, sql, 10, "o'brien; drop table loan");
    assertThat(rows.size()).isEqualTo(356);
    assertThat(rows.examples().get(0).x())
        .isEqualTo(new Loan(income * 14, "o'brien; drop table loan", 14));
    assertThat(rows.examples().get(1).x().years()).isNull();
    assertThat(rows.origin().name()).isEqualTo("query");
    try (Connection connection = database.getConnection()) {
      assertThat(
              Jdbc.reader(TASK)
                  .fetchSize(3)
                  .origin(LOANS)
                  .read(connection, sql, 10, "o'brien; drop table loan")
                  .fingerprint())
          .isEqualTo(rows.fingerprint());
      assertThat(connection.isClosed()).isFalse();
    }
  }

  @Test
  void jdbc_badRows_areSetAsideByTheirNumber() throws SQLException {
    SQLiteDataSource database =
        database(
            TABLE,
            "insert into loan values (1, 5, 'car', 1, 'y'), (2, null, 'car', 1, 'y'),"
                + " (3, 5, 'car', 1.5, 'y'), (4, 6, 'car', null, 'n')");
    Dataset<Loan, Boolean> rows =
        Jdbc.reader(TASK)
            .badRows(BadRows.quarantine(2))
            .origin(LOANS)
            .read(database, "select * from loan order by id");
    assertThat(rows.size()).isEqualTo(2);
    assertThat(rows.reading().orElseThrow().quarantined())
        .extracting(BadRow::line, BadRow::column)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(2L, "income"),
            org.assertj.core.groups.Tuple.tuple(3L, "years"));
  }

  @Test
  void jdbc_faults_nameNoQueryAndNoValue() throws SQLException {
    SQLiteDataSource database = database(TABLE);
    assertThatThrownBy(() -> Jdbc.read(database, TASK, "select secret from nowhere"))
        .isInstanceOf(StorageException.class)
        .hasMessageNotContaining("secret")
        .hasMessageContaining("SQL state");
    assertThatThrownBy(() -> Jdbc.read(database, TASK, "select * from loan"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("holds no row");
    assertThatThrownBy(() -> Jdbc.reader(TASK).fetchSize(0)).hasMessageContaining("fetchSize");
  }

  /** Counts the rows that the database has computed. */
  private static SQLiteDataSource counting(SQLiteDataSource database, AtomicLong computed) {
    SQLiteDataSource counting =
        new SQLiteDataSource() {
          @Override
          public SQLiteConnection getConnection(String user, String password) throws SQLException {
            SQLiteConnection connection = super.getConnection(user, password);
            Function.create(
                connection,
                "computed",
                new Function() {
                  @Override
                  protected void xFunc() throws SQLException {
                    result(computed.incrementAndGet());
                  }
                });
            return connection;
          }
        };
    counting.setUrl(database.getUrl());
    return counting;
  }

  private static final String MANY =
      "with recursive n(i) as (select 1 union all select i + 1 from n limit ?)"
          + " select computed() as income, 'car' as purpose, i as years, 'y' as paid from n";

  @Test
  void jdbc_forEach_holdsOneRowAtATime() throws SQLException {
    AtomicLong computed = new AtomicLong();
    AtomicLong seen = new AtomicLong();
    AtomicLong most = new AtomicLong();
    SQLiteDataSource database = counting(database(), computed);

    ReadReport report =
        Jdbc.reader(TASK)
            .forEach(
                database,
                example -> {
                  assertThat(example.x().years()).isEqualTo((int) seen.incrementAndGet());
                  most.accumulateAndGet(computed.get() - seen.get(), Math::max);
                },
                MANY,
                200_000);

    assertThat(report.kept()).isEqualTo(200_000);
    assertThat(seen).hasValue(200_000);
    assertThat(most.get()).isLessThanOrEqualTo(1);
  }

  @Test
  void jdbc_forEachThatThrows_endsTheReadingAndFreesTheDatabase() throws SQLException {
    SQLiteDataSource database =
        database(TABLE, "insert into loan values (1, 2, 'car', 3, 'y'), (2, 2, 'car', 3, 'y')");
    IllegalStateException enough = new IllegalStateException("enough");
    assertThatThrownBy(
            () ->
                Jdbc.reader(TASK)
                    .forEach(
                        database,
                        example -> {
                          throw enough;
                        },
                        "select * from loan"))
        .isSameAs(enough);
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("drop table loan"); // would be locked by an open reading
    }
    // an error in the middle of the result is of the database, and the rows before it were seen
    AtomicLong seen = new AtomicLong();
    assertThatThrownBy(
            () ->
                Jdbc.reader(TASK)
                    .forEach(
                        database,
                        example -> seen.incrementAndGet(),
                        "select 1 as income, 'car' as purpose, 2 as years,"
                            + " case when value < 3 then 'y' else abs(-9223372036854775808) end"
                            + " as paid from json_each('[1, 2, 3, 4]')"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("SQL state");
    assertThat(seen).hasValue(2);
  }

  @Test
  void jdbc_forEachInAConnection_needsATransactionAndLeavesItOpen() throws SQLException {
    SQLiteDataSource database = database(TABLE);
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> Jdbc.reader(TASK).forEach(connection, e -> {}, "select * from loan"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("auto-commit");
      connection.setAutoCommit(false);
      statement.execute("insert into loan values (1, 2, 'car', 3, 'y')");
      List<Example<Loan, Boolean>> rows = new ArrayList<>();
      ReadReport report = Jdbc.reader(TASK).forEach(connection, rows::add, "select * from loan");
      connection.commit();
      assertThat(report.kept()).isEqualTo(1);
      assertThat(rows).extracting(Example::y).containsExactly(true);
    }
    assertThat(Jdbc.read(database, TASK, "select * from loan").size()).isEqualTo(1);
  }

  @Test
  void jdbc_rowsKnownAtRunTime_andTimes_areRead() throws SQLException {
    SQLiteDataSource database =
        database(
            "create table t (a real, b text, day text, y real)",
            "insert into t values (1, 'u', '2020-01-02', 3), (2, null, '2020-01-03', 4)");
    Schema schema =
        Schema.of(
            Field.number("a"),
            new Field("b", FieldType.CATEGORY, true, Sensitivity.PUBLIC, List.of()),
            new Field("day", FieldType.DATE, false, Sensitivity.PUBLIC, List.of()));
    Regression<Row> task =
        Task.regress(Features.rows(schema))
            .label("y")
            .time(row -> Instant.ofEpochSecond(Math.round(row.number(2) * 86_400)))
            .build();
    Dataset<Row, Double> rows = Jdbc.read(database, task, "select * from t order by a");
    assertThat(rows.examples().get(1).x().isMissing(1)).isTrue();
    assertThat(task.time(rows.examples().get(0).x()))
        .contains(Instant.parse("2020-01-02T00:00:00Z"));
    assertThat(rows.examples().get(1).y()).isEqualTo(4);
  }
}
