package dev.endolith.registry.sql;

import dev.endolith.data.Digest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/** What SQLite and PostgreSQL do not say alike. */
enum Dialect {
  /** One writer at a time: its transactions need no further locks. */
  SQLITE("sqlite") {
    @Override
    void lock(Handle handle, Collection<String> locks) {}

    @Override
    void requireDurableCommit(Handle handle) {}

    @Override
    String beginSnapshot() {
      return "BEGIN"; // what follows sees what the first statement has seen
    }

    @Override
    String eachText(String json, String member) {
      return "json_each(" + json + ", '$." + member + "') j";
    }

    @Override
    String eachNumber() {
      return "CASE WHEN j.type IN ('real', 'integer') THEN j.value"
          + " WHEN j.value = 'Infinity' THEN 9e999 WHEN j.value = '-Infinity' THEN -9e999 END";
    }

    @Override
    String number(String value) {
      return value; // a NaN is kept as NULL
    }

    @Override
    String like(String value, String parameter) {
      return value + " GLOB " + parameter;
    }

    @Override
    String pattern(String like) {
      StringBuilder glob = new StringBuilder();
      for (int i = 0; i < like.length(); i++) {
        char c = like.charAt(i);
        if (c == '%') {
          glob.append('*');
        } else if (c == '_') {
          glob.append('?');
        } else {
          if (c == '\\' && i + 1 < like.length()) {
            i++;
            c = like.charAt(i);
          }
          if (c == '*' || c == '?' || c == '[') {
            glob.append('[').append(c).append(']');
          } else {
            glob.append(c);
          }
        }
      }
      return glob.toString();
    }

    @Override
    String outboxAfter() {
      return "SELECT position AS high, 0 AS low, event FROM endolith_outbox"
          + " WHERE position > :high AND :low = 0 ORDER BY position LIMIT :limit";
    }

    @Override
    String outboxForget() {
      return "DELETE FROM endolith_outbox WHERE position <= :high AND :low = 0";
    }
  },

  /** Many writers: locks by name end with the transaction. */
  POSTGRESQL("postgresql") {
    @Override
    void lock(Handle handle, Collection<String> locks) throws SQLException {
      try (var statement =
          handle.getConnection().prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
        for (String lock : new TreeSet<>(locks)) { // in one order: no two wait for each other
          // from a digest: the server knows numbers, and any name gives one
          statement.setLong(
              1, Long.parseUnsignedLong(Digest.ofText("endolith/" + lock).hex(), 0, 16, 16));
          statement.execute();
        }
      }
    }

    @Override
    String beginSnapshot() {
      return "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    }

    /** Acknowledged means durable, also on a server that was told to be faster. */
    @Override
    void requireDurableCommit(Handle handle) throws SQLException {
      try (var statement =
          handle
              .getConnection()
              .prepareStatement(
                  "SELECT set_config('synchronous_commit', 'on', true)"
                      + " WHERE current_setting('synchronous_commit') = 'off'")) {
        statement.execute();
      }
    }

    @Override
    String eachText(String json, String member) {
      return "jsonb_each_text(" + json + "::jsonb -> '" + member + "') AS j (key, value)";
    }

    @Override
    String eachNumber() {
      return "CASE WHEN j.value <> 'NaN' THEN j.value::double precision END";
    }

    @Override
    String number(String value) {
      return "nullif(" + value + ", 'NaN'::double precision)";
    }

    @Override
    String like(String value, String parameter) {
      return value + " LIKE " + parameter;
    }

    @Override
    String pattern(String like) {
      return like.endsWith("\\") && !like.endsWith("\\\\") ? like + "\\" : like;
    }

    @Override
    String outboxAfter() {
      return "SELECT tx::text::bigint AS high, position AS low, event FROM endolith_outbox"
          + " WHERE (tx, position) > (CAST(CAST(:high AS text) AS xid8), :low)"
          + " AND tx < pg_snapshot_xmin(pg_current_snapshot())"
          + " ORDER BY tx, position LIMIT :limit";
    }

    @Override
    String outboxForget() {
      return "DELETE FROM endolith_outbox"
          + " WHERE (tx, position) <= (CAST(CAST(:high AS text) AS xid8), :low)";
    }
  };

  private final String folder;

  Dialect(String folder) {
    this.folder = folder;
  }

  /**
   * Where the migrations are.
   *
   * @param shared whether the database may hold a host's tables: the first schema of a SQLite file
   *     of our own had tables without a prefix, which could collide with them
   */
  String migrations(boolean shared) {
    return "classpath:db/endolith/" + folder + (shared && this == SQLITE ? "-shared" : "");
  }

  static Dialect of(String product) {
    return switch (product) {
      case "SQLite" -> SQLITE;
      case "PostgreSQL" -> POSTGRESQL;
      default ->
          throw new IllegalArgumentException(
              "a workspace is kept in SQLite or PostgreSQL; the data source is one of another"
                  + " database");
    };
  }

  /** Lets this transaction, if it commits, be on the disk when it says so. */
  abstract void requireDurableCommit(Handle handle) throws SQLException;

  /** Begins a transaction that sees one committed state. */
  abstract String beginSnapshot();

  /** Reads in a transaction that sees one committed state, begun and ended by statements. */
  <R> R snapshot(Handle handle, SqlDatabase.Work<R> work) throws SQLException {
    Connection connection = handle.getConnection();
    boolean auto = connection.getAutoCommit();
    if (!auto) {
      connection.setAutoCommit(true); // a host's connections may begin transactions by themselves
    }
    try {
      handle.execute(beginSnapshot());
      try {
        return work.apply(handle);
      } finally {
        handle.execute("ROLLBACK");
      }
    } finally {
      if (!auto) {
        connection.setAutoCommit(false);
      }
    }
  }

  /** Takes locks by name until the end of the transaction. */
  abstract void lock(Handle handle, Collection<String> locks) throws SQLException;

  /** The members of an object within a JSON text, as rows j of key and value. */
  abstract String eachText(String json, String member);

  /** The value of such a row as a number; NULL for what is none, as for a NaN. */
  abstract String eachNumber();

  /** A number, NULL for a NaN. */
  abstract String number(String value);

  /** Whether a text has a form. */
  abstract String like(String value, String parameter);

  /** The form as this database writes it, from what {@code Term.like} takes. */
  abstract String pattern(String like);

  /** Events after a place that every reader sees in the same order. */
  abstract String outboxAfter();

  /** Deletes events up to a place. */
  abstract String outboxForget();
}
