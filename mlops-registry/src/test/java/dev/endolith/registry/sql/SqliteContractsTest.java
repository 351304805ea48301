package dev.endolith.registry.sql;

import dev.endolith.registry.CommitRules;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A workspace in a folder. */
class SqliteContractsTest extends SqlContracts {
  @TempDir private static Path folders;

  private static int last;

  @Override
  SqlStorage fresh(CommitRules rules) {
    last++;
    return again(rules);
  }

  @Override
  SqlStorage again(CommitRules rules) {
    return SqlStorage.open(folders.resolve("w" + last), rules);
  }
}
