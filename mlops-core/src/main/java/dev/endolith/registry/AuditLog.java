package dev.endolith.registry;

import dev.endolith.data.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The audit records of all models, and whether they are whole. Thread-safe. */
public final class AuditLog {
  private static final int PAGE = 1_000;

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
      records += verify(model, problems);
    }
    return problems.isEmpty()
        ? new AuditVerification.Verified(records)
        : new AuditVerification.Broken(problems);
  }

  private long verify(String model, List<String> problems) {
    Replay replay = new Replay();
    Digest previous = AuditRecord.ORIGIN;
    long sequence = 0;
    for (AuditRecord record : records(model)) {
      sequence++;
      if (record.sequence() != sequence || !record.model().equals(model)) {
        problems.add(model + ": record " + sequence + " is missing");
        return sequence;
      }
      if (!record.previous().equals(previous) || !record.sealed()) {
        problems.add(model + ": record " + sequence + " was changed after it was written");
        return sequence;
      }
      replay.apply(record);
      previous = record.digest();
    }
    compare(model, replay, problems);
    return sequence;
  }

  private void compare(String model, Replay replay, List<String> problems) {
    long before = Long.MAX_VALUE;
    long found = 0;
    while (true) {
      List<ModelVersion> page = registry.versions(model, before, PAGE);
      for (ModelVersion version : page) {
        found++;
        before = version.number();
        if (!version.manifest().hex().equals(replay.manifests.get(version.number()))) {
          problems.add(version.label() + ": its manifest is not the one that was recorded");
        }
        if (!version.state().name().equals(replay.states.get(version.number()))) {
          problems.add(version.label() + ": its state is not the one that was recorded");
        }
      }
      if (page.size() < PAGE) {
        break;
      }
    }
    if (found != replay.manifests.size()) {
      problems.add(
          model
              + ": "
              + replay.manifests.size()
              + " versions were recorded, "
              + found
              + " are there");
    }
    replay.aliases.forEach(
        (alias, expected) -> {
          String actual =
              registry
                  .alias(model, alias)
                  .map(a -> a.generation() + "@" + a.version())
                  .orElse("nothing");
          if (!actual.equals(expected)) {
            problems.add(
                model + ": alias '" + alias + "' does not point where it was recorded to point");
          }
        });
  }

  /** What the records say the registry must look like. */
  private static final class Replay {
    private final Map<Long, String> manifests = new HashMap<>();
    private final Map<Long, String> states = new HashMap<>();
    private final Map<String, String> aliases = new HashMap<>();

    void apply(AuditRecord record) {
      Map<String, String> facts = record.facts();
      switch (record.action()) {
        case "register" -> {
          manifests.put(number(facts), facts.getOrDefault("manifest", ""));
          states.put(number(facts), VersionState.DRAFT.name());
        }
        case "change-state" -> states.put(number(facts), facts.getOrDefault("to", ""));
        case "move-alias" ->
            aliases.put(
                facts.getOrDefault("alias", ""), facts.get("generation") + "@" + facts.get("to"));
        default -> {
          // an action of a newer library: its record is chained, its effect is not known here
        }
      }
    }

    private static long number(Map<String, String> facts) {
      return Long.parseLong(facts.getOrDefault("version", "0"));
    }
  }
}
