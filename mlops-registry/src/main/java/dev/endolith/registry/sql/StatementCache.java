package dev.endolith.registry.sql;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * A connection that keeps its prepared statements. SQLite's driver compiles a statement each time it
 * is prepared, which costs more than most of ours take to run. A statement that is closed is reset
 * and kept for the next who prepares the same text and binds all its parameters; while it is in use,
 * another is prepared. The texts are those of this package, so they are few; what is used least is
 * closed beyond the cap.
 */
final class StatementCache implements InvocationHandler, KeptStatements {
  private static final int KEPT = 64;

  private final Connection connection;
  private final LinkedHashMap<String, PreparedStatement> idle =
      new LinkedHashMap<>(KEPT, 0.75f, true);

  private StatementCache(Connection connection) {
    this.connection = connection;
  }

  static Connection over(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            StatementCache.class.getClassLoader(),
            new Class<?>[] {Connection.class, KeptStatements.class},
            new StatementCache(connection));
  }

  @Override
  public @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    if (method.getDeclaringClass().equals(KeptStatements.class)) {
      return call(this, method, arguments);
    }
    if (method.getName().equals("prepareStatement")
        && arguments != null
        && arguments[0] instanceof String sql) {
      return prepare(sql); // SQLite has one kind of result set, whatever else is asked for
    }
    if (method.getName().equals("close")) {
      closeIdle();
    }
    return call(connection, method, arguments);
  }

  @Override
  public PreparedStatement take(String sql) throws SQLException {
    PreparedStatement kept = idle.remove(sql);
    return kept == null ? connection.prepareStatement(sql) : kept;
  }

  @Override
  public void giveBack(String sql, PreparedStatement statement) throws SQLException {
    if (statement.isClosed() || idle.containsKey(sql)) {
      statement.close();
    } else {
      keep(sql, statement);
    }
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    return (PreparedStatement)
        Proxy.newProxyInstance(
            StatementCache.class.getClassLoader(),
            new Class<?>[] {PreparedStatement.class},
            new Use(sql, take(sql)));
  }

  /** One use of a statement, from its preparation until it is closed. */
  private final class Use implements InvocationHandler {
    private final String sql;
    private final PreparedStatement statement;
    private @Nullable ResultSet rows;
    private boolean unread;
    private boolean batched;
    private boolean limited;
    private boolean ended;

    Use(String sql, PreparedStatement statement) {
      this.sql = sql;
      this.statement = statement;
    }

    @Override
    public @Nullable Object invoke(
        Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
      switch (method.getName()) {
        case "close" -> {
          if (!ended) {
            ended = true;
            giveBack();
          }
          return null;
        }
        case "isClosed" -> {
          return ended || statement.isClosed();
        }
        case "addBatch" -> batched = true;
        case "setMaxRows" -> limited = true;
        default -> {
          // nothing that the next user would see
        }
      }
      Object result = call(statement, method, arguments);
      if (result instanceof ResultSet read) {
        rows = read;
        unread = false;
      } else if (method.getName().equals("execute")) {
        unread = Boolean.TRUE.equals(result);
      }
      return result;
    }

    /** Reset at once: a statement that still reads would keep its transaction from ending. */
    private void giveBack() throws SQLException {
      if (statement.isClosed()) {
        return;
      }
      try {
        if (unread) {
          rows = statement.getResultSet();
        }
        if (rows != null) {
          rows.close();
        }
        // what was bound stays until it is bound anew: clearing it makes SQLite compile again
        if (batched) {
          statement.clearBatch();
        }
        if (limited) {
          statement.setMaxRows(0);
        }
      } catch (SQLException e) {
        statement.close();
        return;
      }
      StatementCache.this.giveBack(sql, statement);
    }
  }

  private void keep(String sql, PreparedStatement statement) throws SQLException {
    idle.put(sql, statement);
    if (idle.size() > KEPT) {
      Map.Entry<String, PreparedStatement> oldest = idle.entrySet().iterator().next();
      idle.remove(oldest.getKey());
      oldest.getValue().close();
    }
  }

  private void closeIdle() throws SQLException {
    for (PreparedStatement statement : idle.values()) {
      statement.close();
    }
    idle.clear();
  }

  private static @Nullable Object call(
      Object target, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
