package dev.endolith.examples.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A bare database with a workspace's own tables, indices and triggers, into which the rows that the
 * workspace wrote last are written again, with a new number: what a registration costs the database
 * alone. Confined to one thread.
 */
final class SameRows implements AutoCloseable {
  private final Connection database;
  private final List<Copy> copies = new ArrayList<>();
  private final PreparedStatement count;
  private long number;

  /**
   * Makes the tables and takes the rows.
   *
   * @param workspace the workspace's database, in which one version of one model is registered
   * @param file where the bare database is made
   */
  SameRows(Path workspace, Path file) throws SQLException {
    database =
        DriverManager.getConnection(
            "jdbc:sqlite:" + file + "?journal_mode=WAL&synchronous=FULL&foreign_keys=on");
    try (Connection source = DriverManager.getConnection("jdbc:sqlite:" + workspace)) {
      try (Statement read = source.createStatement();
          Statement create = database.createStatement();
          ResultSet parts =
              read.executeQuery(
                  "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN"
                      + " ('endolith_model', 'endolith_version', 'endolith_audit',"
                      + " 'endolith_outbox') ORDER BY type = 'table' DESC")) {
        while (parts.next()) {
          create.execute(parts.getString(1));
        }
      }
      Copy model = new Copy(source, "endolith_model", "none");
      model.write(0);
      model.insert.close();
      copies.add(new Copy(source, "endolith_version", "number"));
      copies.add(new Copy(source, "endolith_audit", "sequence"));
      copies.add(new Copy(source, "endolith_outbox", "position"));
    }
    count = database.prepareStatement("UPDATE endolith_model SET last_number = ?");
  }

  /** One transaction. */
  void write() throws SQLException {
    number++;
    try (Statement statement = database.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      count.setLong(1, number);
      count.executeUpdate();
      for (Copy copy : copies) {
        copy.write(number);
      }
      statement.execute("COMMIT");
    }
  }

  @Override
  public void close() throws SQLException {
    count.close();
    for (Copy copy : copies) {
      copy.insert.close();
    }
    database.close();
  }

  /** The last row of a table, to be inserted with another number. */
  private final class Copy {
    private final List<Object> values = new ArrayList<>();
    private final PreparedStatement insert;
    private int numbered = -1;

    Copy(Connection source, String table, String number) throws SQLException {
      List<String> columns = new ArrayList<>();
      try (Statement read = source.createStatement();
          ResultSet row = read.executeQuery("SELECT * FROM " + table + " LIMIT 1")) {
        row.next();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          String column = row.getMetaData().getColumnName(i);
          numbered = column.equals(number) ? columns.size() : numbered;
          columns.add(column);
          values.add(row.getObject(i));
        }
      }
      insert =
          database.prepareStatement(
              IntStream.range(0, columns.size())
                  .mapToObj(i -> "?")
                  .collect(
                      Collectors.joining(
                          ", ",
                          "INSERT INTO " + table + " (" + String.join(", ", columns) + ") VALUES (",
                          ")")));
    }

    void write(long as) throws SQLException {
      for (int i = 0; i < values.size(); i++) {
        insert.setObject(i + 1, i == numbered ? Long.valueOf(as) : values.get(i));
      }
      insert.executeUpdate();
    }
  }
}
