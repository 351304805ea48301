package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.Workspace;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process opens a new database while another one has come to any point of doing so. */
class MigrationRaceTest {
  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static final Set<String> POINTS =
      Set.of("createStatement", "prepareStatement", "getMetaData", "commit");

  private static int last;

  private final ExecutorService other = Executors.newSingleThreadExecutor();

  @TempDir private Path blobs;

  @AfterEach
  void end() {
    other.shutdownNow();
  }

  /** Between the look for a history and the lock: what was made there was taken for a host's. */
  @ParameterizedTest
  @ValueSource(ints = {1, 10, 22, 23, 24, 25, 26, 27})
  void open_anotherOpensAtSomePoint_bothSucceed(int point) throws Exception {
    assertThat(open(point)).as("points of an opening").isGreaterThanOrEqualTo(point);
  }

  @Test
  @Tag("long")
  void open_anotherOpensAtEveryPoint_bothSucceed() throws Exception {
    int points = 1;
    for (int point = 1; point <= points; point++) {
      points = open(point);
    }
    assertThat(points).isGreaterThan(27);
  }

  /** Opens a new database, and once more at a point of that; answers how many points there are. */
  private int open(int point) throws Exception {
    String schema = "race" + ++last;
    SERVER.createSchema(schema);
    DataSource plain = SERVER.connections(schema);
    AtomicInteger seen = new AtomicInteger();
    Future<?>[] second = new Future<?>[1];
    Runnable step =
        () -> {
          if (seen.incrementAndGet() == point) {
            second[0] = other.submit(() -> workspace(plain).close());
            try {
              second[0].get(1, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
              // it waits for the first one, which holds the lock
            } catch (InterruptedException | ExecutionException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    workspace(stepped(plain, step)).close();
    if (second[0] != null) {
      second[0].get(60, TimeUnit.SECONDS);
    }
    return seen.get();
  }

  private Workspace workspace(DataSource source) {
    return Workspace.builder().dataSource(source).folder(blobs).open();
  }

  private static DataSource stepped(DataSource source, Runnable step) {
    return proxy(
        DataSource.class,
        (method, arguments) -> {
          Object result = method.invoke(source, arguments);
          return result instanceof Connection connection
              ? proxy(
                  Connection.class,
                  (call, given) -> {
                    if (POINTS.contains(call.getName())) {
                      step.run();
                    }
                    return call.invoke(connection, given);
                  })
              : result;
        });
  }

  /** A call that is handed on. */
  private interface Call {
    Object run(Method method, Object[] arguments) throws Exception;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            MigrationRaceTest.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return call.run(method, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
