package dev.endolith.tck;

import dev.endolith.query.Page;
import dev.endolith.query.Query;
import dev.endolith.registry.Alias;
import dev.endolith.registry.AliasField;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.Changes;
import dev.endolith.registry.Committed;
import dev.endolith.registry.ModelField;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.RegisteredModel;
import dev.endolith.registry.VersionField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A registry in whose audit table somebody has been: it gives the rows that are left. */
public final class EditedAudit implements ModelRegistry {
  private final ModelRegistry honest;
  private final String model;
  private final List<AuditRecord> rows;

  /**
   * Edits the records of a model, as they are now.
   *
   * @param honest the registry behind it, which stays as it is
   * @param model the model whose records are edited
   * @param edit changes the records, which are given in order
   */
  public EditedAudit(ModelRegistry honest, String model, Consumer<List<AuditRecord>> edit) {
    this.honest = honest;
    this.model = model;
    this.rows = new ArrayList<>(honest.audit(model, 0, Integer.MAX_VALUE));
    edit.accept(rows);
  }

  @Override
  public List<AuditRecord> audit(String of, long after, int limit) {
    return of.equals(model)
        ? rows.stream().filter(row -> row.sequence() > after).limit(limit).toList()
        : honest.audit(of, after, limit);
  }

  @Override
  public Committed commit(Changes changes) {
    return honest.commit(changes);
  }

  @Override
  public Optional<ModelVersion> version(String of, long number) {
    return honest.version(of, number);
  }

  @Override
  public Page<ModelVersion> versions(Query<VersionField> query) {
    return honest.versions(query);
  }

  @Override
  public Page<RegisteredModel> models(Query<ModelField> query) {
    return honest.models(query);
  }

  @Override
  public Page<Alias> aliases(Query<AliasField> query) {
    return honest.aliases(query);
  }

  @Override
  public List<ModelVersion> versions(String of, long before, int limit) {
    return honest.versions(of, before, limit);
  }

  @Override
  public Optional<Alias> alias(String of, String alias) {
    return honest.alias(of, alias);
  }

  @Override
  public List<Alias> history(String of, String alias) {
    return honest.history(of, alias);
  }

  @Override
  public List<String> models() {
    return honest.models();
  }

  @Override
  public Set<Capability> capabilities() {
    return honest.capabilities();
  }
}
