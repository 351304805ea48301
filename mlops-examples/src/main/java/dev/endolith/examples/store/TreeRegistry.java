package dev.endolith.examples.store;

import dev.endolith.query.Page;
import dev.endolith.query.Query;
import dev.endolith.registry.Alias;
import dev.endolith.registry.AliasField;
import dev.endolith.registry.AuditHead;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.Changes;
import dev.endolith.registry.CommitRules;
import dev.endolith.registry.Committed;
import dev.endolith.registry.Document;
import dev.endolith.registry.ModelField;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Positions;
import dev.endolith.registry.RegisteredModel;
import dev.endolith.registry.RegistryTransaction;
import dev.endolith.registry.VersionField;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A registry in one sorted map of paths and rows. A commit works on a copy of the map and puts it
 * in place at the end, so that a reader sees all of a commit or nothing. The rules are the
 * library's: a store brings transactions, and keeps rows.
 */
public final class TreeRegistry implements ModelRegistry {
  private final CommitRules rules;
  private volatile Rows rows = new Rows(new TreeMap<>());

  /**
   * Creates an empty registry.
   *
   * @param rules the rules of commits
   */
  public TreeRegistry(CommitRules rules) {
    this.rules = rules;
  }

  @Override
  public synchronized Committed commit(Changes changes) {
    Rows changed = new Rows(new TreeMap<>(rows.map));
    Committed committed = rules.apply(changes, changed);
    rows = changed;
    return committed;
  }

  @Override
  public Optional<ModelVersion> version(String model, long number) {
    return rows.version(model, number);
  }

  @Override
  public Page<ModelVersion> versions(Query<VersionField> query) {
    Rows now = rows;
    return Page.of(
        query,
        now.all("version/", ModelVersion.class),
        v -> query.where().matches(term -> VersionField.values(term, v, now.aliases(v.model()))),
        Positions::of);
  }

  @Override
  public Page<RegisteredModel> models(Query<ModelField> query) {
    return Page.of(
        query,
        rows.all("model/", RegisteredModel.class),
        m -> query.where().matches(term -> ModelField.values(term, m)),
        RegisteredModel::name);
  }

  @Override
  public Page<Alias> aliases(Query<AliasField> query) {
    return Page.of(
        query,
        rows.all("alias/", Alias.class),
        a -> query.where().matches(term -> AliasField.values(term, a)),
        Positions::of);
  }

  @Override
  public List<Alias> history(String model, String alias) {
    return List.copyOf(rows.all("move/" + model + "/" + alias + "/", Alias.class));
  }

  @Override
  public List<AuditRecord> audit(String model, long after, int limit) {
    return rows.all("audit/" + model + "/", AuditRecord.class).stream()
        .filter(record -> record.sequence() > after)
        .limit(limit)
        .toList();
  }

  private record Rows(TreeMap<String, Object> map) implements RegistryTransaction {
    <R> Collection<R> all(String prefix, Class<R> type) {
      return map.subMap(prefix, prefix + '\uffff').values().stream().map(type::cast).toList();
    }

    <R> Optional<R> one(String path, Class<R> type) {
      return Optional.ofNullable(map.get(path)).map(type::cast);
    }

    /** Sorts as the number does. */
    static String digits(long number) {
      return String.format(Locale.ROOT, "%019d", number);
    }

    /** Sorts newest first. */
    static String path(String model, long number) {
      return "version/" + model + "/" + digits(Long.MAX_VALUE - Math.max(0, number));
    }

    @Override
    public Optional<RegisteredModel> model(String name) {
      return one("model/" + name, RegisteredModel.class);
    }

    @Override
    public Optional<ModelVersion> version(String model, long number) {
      return one(path(model, number), ModelVersion.class);
    }

    @Override
    public Optional<ModelVersion> versionOfKey(String model, String key) {
      return one("key/" + model + "/" + key, Long.class).flatMap(n -> version(model, n));
    }

    @Override
    public List<Alias> aliases(String model) {
      return List.copyOf(all("alias/" + model + "/", Alias.class));
    }

    @Override
    public Optional<AuditHead> auditHead(String model) {
      return all("audit/" + model + "/", AuditRecord.class).stream()
          .reduce((a, b) -> b)
          .map(last -> new AuditHead(last.sequence(), last.digest()));
    }

    @Override
    public Optional<Document> document(String name) {
      return one("document/" + name, Document.class);
    }

    @Override
    public void put(RegisteredModel model) {
      map.put("model/" + model.name(), model);
    }

    @Override
    public void insert(ModelVersion version) {
      update(version);
      map.put("key/" + version.model() + "/" + version.key(), version.number());
    }

    @Override
    public void update(ModelVersion version) {
      map.put(path(version.model(), version.number()), version);
    }

    @Override
    public void insert(Alias alias) {
      map.put("alias/" + Positions.of(alias), alias);
      map.put("move/" + Positions.of(alias) + "/" + digits(alias.generation()), alias);
    }

    @Override
    public void insert(AuditRecord record) {
      map.put("audit/" + record.model() + "/" + digits(record.sequence()), record);
    }

    @Override
    public void put(Document document) {
      map.put("document/" + document.name(), document);
    }
  }
}
