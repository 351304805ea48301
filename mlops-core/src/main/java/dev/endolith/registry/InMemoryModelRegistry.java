package dev.endolith.registry;

import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/*
 * Rows in maps under one lock. A transaction collects its writes and reads through them, so that a
 * rule that refuses the last of several changes leaves nothing of the first.
 */
final class InMemoryModelRegistry implements ModelRegistry, StateStore {
  private final Clock clock;
  private final Map<String, Model> models = new TreeMap<>();
  private final TreeMap<String, Document> documents = new TreeMap<>();

  InMemoryModelRegistry(Clock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized Committed commit(Changes changes) {
    Transaction tx = new Transaction();
    Committed committed = CommitRules.apply(changes, tx, clock);
    tx.writes.forEach(Runnable::run);
    return committed;
  }

  @Override
  public synchronized Optional<ModelVersion> version(String model, long number) {
    return model(model).version(number);
  }

  @Override
  public synchronized List<ModelVersion> versions(String model, long before, int limit) {
    List<ModelVersion> all = model(model).versions;
    List<ModelVersion> page = new ArrayList<>();
    for (long i = Math.min(before - 1, all.size()); i >= 1 && page.size() < limit; i--) {
      page.add(all.get((int) (i - 1)));
    }
    return List.copyOf(page);
  }

  @Override
  public synchronized Optional<Alias> alias(String model, String alias) {
    return model(model).alias(alias);
  }

  @Override
  public synchronized List<Alias> history(String model, String alias) {
    return List.copyOf(model(model).aliases.getOrDefault(alias, List.of()));
  }

  @Override
  public synchronized List<AuditRecord> audit(String model, long after, int limit) {
    List<AuditRecord> all = model(model).audit;
    int from = (int) Math.min(after, all.size());
    return List.copyOf(all.subList(from, from + Math.min(limit, all.size() - from)));
  }

  @Override
  public synchronized List<String> models() {
    return List.copyOf(models.keySet());
  }

  @Override
  public Set<Capability> capabilities() {
    return EnumSet.noneOf(Capability.class);
  }

  @Override
  public synchronized Optional<Document> get(String name) {
    return Optional.ofNullable(documents.get(name));
  }

  @Override
  public Document put(String name, long expectedRevision, String json) {
    Names.check("document", name);
    return commit(
            Changes.of(
                Actor.SYSTEM, "document", new Change.PutDocument(name, expectedRevision, json)))
        .documents()
        .get(0);
  }

  @Override
  public synchronized List<String> names(String prefix) {
    return documents.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
  }

  private Model row(String name) {
    return models.computeIfAbsent(name, m -> new Model());
  }

  private Model model(String name) {
    return models.getOrDefault(name, new Model());
  }

  /** One model's rows. */
  private static final class Model {
    private final List<ModelVersion> versions = new ArrayList<>();
    private final Map<String, Long> keys = new HashMap<>();
    private final Map<String, List<Alias>> aliases = new TreeMap<>();
    private final List<AuditRecord> audit = new ArrayList<>();

    Optional<ModelVersion> version(long number) {
      return number < 1 || number > versions.size()
          ? Optional.empty()
          : Optional.of(versions.get((int) (number - 1)));
    }

    Optional<Alias> alias(String alias) {
      List<Alias> moves = aliases.get(alias);
      return moves == null ? Optional.empty() : Optional.of(moves.get(moves.size() - 1));
    }
  }

  /** Reads what was written in it before; its writes are carried out at the end. */
  private final class Transaction implements RegistryTransaction {
    private final List<Runnable> writes = new ArrayList<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<List<Object>, ModelVersion> versions = new HashMap<>();
    private final Map<List<String>, Alias> aliases = new HashMap<>();
    private final Map<String, AuditRecord> heads = new HashMap<>();
    private final Map<String, Document> puts = new HashMap<>();

    @Override
    public long lastNumber(String model) {
      return numbers.getOrDefault(model, (long) model(model).versions.size());
    }

    @Override
    public Optional<ModelVersion> version(String model, long number) {
      ModelVersion written = versions.get(List.<Object>of(model, number));
      return written == null ? model(model).version(number) : Optional.of(written);
    }

    @Override
    public Optional<ModelVersion> versionOfKey(String model, String key) {
      return versions.values().stream()
          .filter(v -> v.model().equals(model) && v.key().equals(key))
          .findFirst()
          .or(
              () ->
                  Optional.ofNullable(model(model).keys.get(key))
                      .flatMap(number -> version(model, number)));
    }

    @Override
    public Optional<Alias> alias(String model, String alias) {
      Alias written = aliases.get(List.of(model, alias));
      return written == null ? model(model).alias(alias) : Optional.of(written);
    }

    @Override
    public List<Alias> aliases(String model) {
      Map<String, Alias> now = new TreeMap<>();
      model(model).aliases.forEach((name, moves) -> now.put(name, moves.get(moves.size() - 1)));
      aliases.values().stream()
          .filter(a -> a.model().equals(model))
          .forEach(a -> now.put(a.name(), a));
      return List.copyOf(now.values());
    }

    @Override
    public Optional<AuditRecord> auditHead(String model) {
      AuditRecord written = heads.get(model);
      if (written != null) {
        return Optional.of(written);
      }
      List<AuditRecord> records = model(model).audit;
      return records.isEmpty() ? Optional.empty() : Optional.of(records.get(records.size() - 1));
    }

    @Override
    public Optional<Document> document(String name) {
      Document written = puts.get(name);
      return written == null ? Optional.ofNullable(documents.get(name)) : Optional.of(written);
    }

    @Override
    public void insert(ModelVersion version) {
      numbers.put(version.model(), version.number());
      versions.put(List.of(version.model(), version.number()), version);
      writes.add(
          () -> {
            Model model = row(version.model());
            model.versions.add(version);
            if (!version.key().isEmpty()) {
              model.keys.put(version.key(), version.number());
            }
          });
    }

    @Override
    public void update(ModelVersion version) {
      versions.put(List.of(version.model(), version.number()), version);
      writes.add(() -> row(version.model()).versions.set((int) version.number() - 1, version));
    }

    @Override
    public void insert(Alias alias) {
      aliases.put(List.of(alias.model(), alias.name()), alias);
      writes.add(
          () ->
              row(alias.model())
                  .aliases
                  .computeIfAbsent(alias.name(), a -> new ArrayList<>())
                  .add(alias));
    }

    @Override
    public void insert(AuditRecord record) {
      heads.put(record.model(), record);
      writes.add(() -> row(record.model()).audit.add(record));
    }

    @Override
    public void put(Document document) {
      puts.put(document.name(), document);
      writes.add(() -> documents.put(document.name(), document));
    }
  }
}
