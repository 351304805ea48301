package dev.endolith.registry.sql;

import dev.endolith.WorkspaceSettings;
import dev.endolith.registry.CommitRules;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A workspace in a PostgreSQL server. */
class PostgresContractsTest extends SqlContracts {
  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @TempDir private static Path folders;

  private static int last;

  @Override
  SqlStorage fresh(CommitRules rules) {
    last++;
    SERVER.createSchema("w" + last);
    return again(rules);
  }

  @Override
  SqlStorage again(CommitRules rules) {
    return SqlStorage.open(
        SERVER.connections("w" + last),
        null,
        new WorkspaceSettings(folders.resolve("w" + last), null, null, null, rules));
  }
}
