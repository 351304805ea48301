package dev.endolith.registry.sql;

import dev.endolith.registry.Actor;
import dev.endolith.registry.Change;
import dev.endolith.registry.Changes;
import dev.endolith.registry.Document;
import dev.endolith.registry.Names;
import dev.endolith.registry.StateStore;
import java.util.List;
import java.util.Optional;

/** Documents in SQL; they are written by the registry, with its rules. */
final class SqlStateStore implements StateStore {
  private final SqlDatabase database;
  private final SqlModelRegistry registry;

  SqlStateStore(SqlDatabase database, SqlModelRegistry registry) {
    this.database = database;
    this.registry = registry;
  }

  @Override
  public Optional<Document> get(String name) {
    return database.read("get", handle -> Rows.document(handle, name));
  }

  @Override
  public Document put(String name, long expectedRevision, String json) {
    Names.check("document", name);
    Change change = new Change.PutDocument(name, expectedRevision, json);
    return registry.commit(Changes.of(Actor.SYSTEM, "document", change)).documents().get(0);
  }

  @Override
  public List<String> names(String prefix) {
    return database.read("names", handle -> Rows.documentNames(handle, prefix));
  }
}
