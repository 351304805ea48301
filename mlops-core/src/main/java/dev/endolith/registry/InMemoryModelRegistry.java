package dev.endolith.registry;

import dev.endolith.event.Event;
import dev.endolith.query.Filter;
import dev.endolith.query.Page;
import dev.endolith.query.Query;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/* Rows in maps. What a transaction writes is taken back if one of its changes is refused. */
final class InMemoryModelRegistry implements ModelRegistry, StateStore, Outbox {
  private final CommitRules rules;
  private final InMemoryTransactions transactions;
  private final Map<String, Model> models = new TreeMap<>();
  private final TreeMap<String, Document> documents = new TreeMap<>();
  private final List<Entry> outbox = new ArrayList<>();
  private long told;

  InMemoryModelRegistry(CommitRules rules, InMemoryTransactions transactions) {
    this.rules = rules;
    this.transactions = transactions;
  }

  @Override
  public Committed commit(Changes changes) {
    return transactions.run(() -> rules.apply(changes, new Transaction()));
  }

  @Override
  public Optional<ModelVersion> version(String model, long number) {
    return transactions.run(() -> row(model).version(number));
  }

  @Override
  public Page<ModelVersion> versions(Query<VersionField> query) {
    return transactions.run(
        () -> {
          List<ModelVersion> newestFirst = new ArrayList<>();
          for (Model model : models.values()) {
            for (int i = model.versions.size() - 1; i >= 0; i--) {
              newestFirst.add(model.versions.get(i));
            }
          }
          return Page.of(query, newestFirst, v -> matches(query.where(), v), Positions::of);
        });
  }

  private boolean matches(Filter<VersionField> where, ModelVersion version) {
    return where.matches(
        term -> VersionField.values(term, version, row(version.model()).current()));
  }

  @Override
  public List<ModelVersion> versions(String model, long before, int limit) {
    return transactions.run(
        () -> {
          List<ModelVersion> all = row(model).versions;
          List<ModelVersion> page = new ArrayList<>();
          for (long i = Math.min(before - 1, all.size()); i >= 1 && page.size() < limit; i--) {
            page.add(all.get((int) (i - 1)));
          }
          return List.copyOf(page);
        });
  }

  @Override
  public Page<RegisteredModel> models(Query<ModelField> query) {
    return transactions.run(
        () ->
            Page.of(
                query,
                models.values().stream()
                    .flatMap(m -> Optional.ofNullable(m.model).stream())
                    .toList(),
                model -> query.where().matches(term -> ModelField.values(term, model)),
                RegisteredModel::name));
  }

  @Override
  public Page<Alias> aliases(Query<AliasField> query) {
    return transactions.run(
        () ->
            Page.of(
                query,
                models.values().stream().flatMap(model -> model.current().stream()).toList(),
                alias -> query.where().matches(term -> AliasField.values(term, alias)),
                Positions::of));
  }

  @Override
  public Optional<Alias> alias(String model, String alias) {
    return transactions.run(() -> row(model).alias(alias));
  }

  @Override
  public List<Alias> history(String model, String alias) {
    return transactions.run(() -> List.copyOf(row(model).aliases.getOrDefault(alias, List.of())));
  }

  @Override
  public List<AuditRecord> audit(String model, long after, int limit) {
    return transactions.run(
        () -> {
          List<AuditRecord> all = row(model).audit;
          int from = (int) Math.min(after, all.size());
          return List.copyOf(all.subList(from, from + Math.min(limit, all.size() - from)));
        });
  }

  @Override
  public ModelHistory history(String model) {
    return transactions.run(() -> ModelHistory.read(this, model));
  }

  @Override
  public Set<Capability> capabilities() {
    return EnumSet.noneOf(Capability.class);
  }

  @Override
  public Optional<Document> get(String name) {
    return transactions.run(() -> Optional.ofNullable(documents.get(name)));
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
  public List<String> names(String prefix) {
    return transactions.run(
        () -> documents.keySet().stream().filter(name -> name.startsWith(prefix)).toList());
  }

  @Override
  public List<Entry> after(String position, int limit) {
    return transactions.run(
        () ->
            outbox.stream()
                .filter(entry -> entry.position().compareTo(position) > 0)
                .limit(limit)
                .toList());
  }

  @Override
  public void forget(String position) {
    transactions.run(() -> outbox.removeIf(entry -> entry.position().compareTo(position) <= 0));
  }

  /** An empty row for a model that nobody named yet; it is not kept. */
  private Model row(String name) {
    return models.getOrDefault(name, new Model());
  }

  /** One model's rows. */
  private static final class Model {
    private @org.jspecify.annotations.Nullable RegisteredModel model;
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
      List<Alias> moves = aliases.getOrDefault(alias, List.of());
      return moves.isEmpty() ? Optional.empty() : Optional.of(moves.get(moves.size() - 1));
    }

    List<Alias> current() {
      return aliases.keySet().stream().flatMap(name -> alias(name).stream()).toList();
    }
  }

  /** Writes at once, and says how to take it back. */
  private final class Transaction implements RegistryTransaction {
    @Override
    public Optional<RegisteredModel> model(String name) {
      return Optional.ofNullable(row(name).model);
    }

    @Override
    public Optional<ModelVersion> version(String model, long number) {
      return row(model).version(number);
    }

    @Override
    public Optional<ModelVersion> versionOfKey(String model, String key) {
      return Optional.ofNullable(row(model).keys.get(key)).flatMap(row(model)::version);
    }

    @Override
    public Optional<Alias> alias(String model, String alias) {
      return row(model).alias(alias);
    }

    @Override
    public List<Alias> aliases(String model) {
      return row(model).current();
    }

    @Override
    public Optional<AuditHead> auditHead(String model) {
      List<AuditRecord> records = row(model).audit;
      return records.isEmpty()
          ? Optional.empty()
          : Optional.of(records.get(records.size() - 1).head());
    }

    @Override
    public Optional<Document> document(String name) {
      return Optional.ofNullable(documents.get(name));
    }

    @Override
    public void put(RegisteredModel model) {
      Model known = models.get(model.name());
      Model row = known == null ? new Model() : known;
      RegisteredModel before = row.model;
      row.model = model;
      models.put(model.name(), row);
      transactions.onFailure(
          () -> {
            row.model = before;
            if (known == null) {
              models.remove(model.name());
            }
          });
    }

    @Override
    public void insert(ModelVersion version) {
      Model row = row(version.model());
      row.versions.add(version);
      if (!version.key().isEmpty()) {
        row.keys.put(version.key(), version.number());
      }
      transactions.onFailure(
          () -> {
            row.versions.remove(row.versions.size() - 1);
            row.keys.remove(version.key());
          });
    }

    @Override
    public void update(ModelVersion version) {
      List<ModelVersion> versions = row(version.model()).versions;
      int index = (int) version.number() - 1;
      ModelVersion before = versions.set(index, version);
      transactions.onFailure(() -> versions.set(index, before));
    }

    @Override
    public void insert(Alias alias) {
      List<Alias> moves =
          row(alias.model()).aliases.computeIfAbsent(alias.name(), a -> new ArrayList<>());
      moves.add(alias);
      transactions.onFailure(() -> moves.remove(moves.size() - 1));
    }

    @Override
    public void insert(AuditRecord record) {
      List<AuditRecord> records = row(record.model()).audit;
      records.add(record);
      transactions.onFailure(() -> records.remove(records.size() - 1));
    }

    @Override
    public void put(Document document) {
      Document before = documents.put(document.name(), document);
      transactions.onFailure(
          () -> {
            if (before == null) {
              documents.remove(document.name());
            } else {
              documents.put(document.name(), before);
            }
          });
    }

    @Override
    public void insert(Event event) {
      told++;
      outbox.add(new Entry(String.format(Locale.ROOT, "%019d", told), event));
      transactions.onFailure(() -> outbox.remove(outbox.size() - 1));
    }
  }
}
