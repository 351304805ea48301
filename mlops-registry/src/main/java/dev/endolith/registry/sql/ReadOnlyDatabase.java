package dev.endolith.registry.sql;

import dev.endolith.error.StorageException;
import java.util.Collection;
import java.util.List;

/** A database that a newer program changed so that this one may read it and no more. */
record ReadOnlyDatabase(SqlDatabase database) implements SqlDatabase {
  @Override
  public Dialect dialect() {
    return database.dialect();
  }

  @Override
  public <R> R read(String operation, Work<R> work) {
    return database.read(operation, work);
  }

  @Override
  public <R> R write(String operation, Collection<String> locks, Work<R> work) {
    throw new StorageException(
        operation,
        "the workspace was changed by a newer Endolith, and this one may only read it; update the"
            + " library to write");
  }

  @Override
  public List<String> check() {
    return database.check();
  }

  @Override
  public void close() {
    database.close();
  }
}
