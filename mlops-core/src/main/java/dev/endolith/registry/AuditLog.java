package dev.endolith.registry;

import dev.endolith.error.IntegrityException;
import dev.endolith.query.Page;
import dev.endolith.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The audit records of all models, and whether they are whole. Thread-safe. */
public final class AuditLog {
  private static final int PAGE = 1_000;

  /** How often a model is looked at again that others write to at the same time. */
  private static final int ATTEMPTS = 10;

  private final ModelRegistry registry;

  /**
   * Creates the log of a registry.
   *
   * @param registry the registry
   */
  public AuditLog(ModelRegistry registry) {
    this.registry = registry;
  }

  /**
   * A model's records.
   *
   * @param model the model's name
   * @return all of them, oldest first
   */
  public List<AuditRecord> records(String model) {
    List<AuditRecord> all = new ArrayList<>();
    long after = 0;
    while (true) {
      List<AuditRecord> page = registry.audit(model, after, PAGE);
      all.addAll(page);
      if (page.size() < PAGE) {
        return all;
      }
      after = page.get(page.size() - 1).sequence();
    }
  }

  /**
   * Checks every record of every model against the chain, and every version, state and alias
   * against the records. O(all records).
   *
   * @return verified, or what is wrong where
   */
  public AuditVerification verify() {
    long records = 0;
    List<String> problems = new ArrayList<>();
    for (String model : registry.models()) {
      AuditReplay verified = verify(model);
      // a record that was written meanwhile explains what seemed to differ
      for (int i = 0; i < ATTEMPTS && !verified.problems().isEmpty() && isNewer(verified); i++) {
        verified = verify(model);
      }
      records += verified.records();
      problems.addAll(verified.problems());
    }
    return problems.isEmpty()
        ? new AuditVerification.Verified(records)
        : new AuditVerification.Broken(problems);
  }

  private boolean isNewer(AuditReplay verified) {
    try {
      return !registry.audit(verified.model(), verified.records(), 1).isEmpty();
    } catch (IntegrityException e) {
      return false;
    }
  }

  private AuditReplay verify(String model) {
    AuditReplay replay = new AuditReplay(model);
    try {
      verify(model, replay);
    } catch (IntegrityException e) {
      replay.problem(model + ": " + e.getMessage());
    }
    return replay;
  }

  private void verify(String model, AuditReplay replay) {
    for (AuditRecord record : records(model)) {
      if (!replay.follow(record)) {
        return;
      }
    }
    long before = Long.MAX_VALUE;
    while (true) {
      List<ModelVersion> page = registry.versions(model, before, PAGE);
      for (ModelVersion version : page) {
        replay.compare(version);
        before = version.number();
      }
      if (page.size() < PAGE) {
        break;
      }
    }
    replay.compareCount();
    replay.compare(
        registry.models(Query.where(ModelField.NAME.is(model))).items().stream()
            .findFirst()
            .orElse(null));
    Set<String> aliases = new TreeSet<>(replay.aliases());
    aliases(model).forEach(alias -> aliases.add(alias.name()));
    for (String alias : aliases) {
      replay.compare(alias, registry.history(model, alias), registry.alias(model, alias));
    }
  }

  private List<Alias> aliases(String model) {
    List<Alias> all = new ArrayList<>();
    Query<AliasField> query = Query.where(AliasField.MODEL.is(model)).limit(PAGE);
    while (true) {
      Page<Alias> page = registry.aliases(query);
      all.addAll(page.items());
      if (page.next().isEmpty()) {
        return all;
      }
      query = query.after(page.next());
    }
  }
}
