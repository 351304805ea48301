package dev.endolith.registry;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.error.IntegrityException;
import dev.endolith.query.Page;
import dev.endolith.query.Query;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
      Verified verified = verify(model);
      // a record that was written meanwhile explains what seemed to differ
      for (int i = 0; i < ATTEMPTS && !verified.problems.isEmpty() && isNewer(verified); i++) {
        verified = verify(model);
      }
      records += verified.records;
      problems.addAll(verified.problems);
    }
    return problems.isEmpty()
        ? new AuditVerification.Verified(records)
        : new AuditVerification.Broken(problems);
  }

  private boolean isNewer(Verified verified) {
    try {
      return !registry.audit(verified.model, verified.records, 1).isEmpty();
    } catch (IntegrityException e) {
      return false;
    }
  }

  private Verified verify(String model) {
    Verified verified = new Verified(model);
    try {
      verify(model, verified);
    } catch (IntegrityException e) {
      verified.problems.add(model + ": " + e.getMessage());
    }
    return verified;
  }

  private void verify(String model, Verified verified) {
    Replay replay = new Replay();
    Digest previous = AuditRecord.ORIGIN;
    for (AuditRecord record : records(model)) {
      long sequence = verified.records + 1;
      if (record.sequence() != sequence || !record.model().equals(model)) {
        verified.problems.add(model + ": record " + sequence + " is missing");
        return;
      }
      if (!record.previous().equals(previous) || !record.sealed()) {
        verified.problems.add(model + ": record " + sequence + " was changed after it was written");
        return;
      }
      verified.records = sequence;
      replay.apply(record);
      previous = record.digest();
    }
    compareVersions(model, replay, verified.problems);
    for (Alias alias : aliases(model)) {
      replay.aliases.putIfAbsent(alias.name(), List.of());
    }
    String recorded = replay.model;
    if (!(recorded == null ? RegisteredModel.fresh(model).digest().hex() : recorded)
        .equals(modelDigest(model))) {
      verified.problems.add(
          model + ": description, tags or rules are not those that were recorded");
    }
    replay.aliases.forEach(
        (alias, moves) -> {
          List<String> actual = registry.history(model, alias).stream().map(Replay::move).toList();
          if (!actual.equals(moves)
              || !registry.alias(model, alias).map(Replay::move).equals(last(moves))) {
            verified.problems.add(
                model + ": alias '" + alias + "' does not point where it was recorded to point");
          }
        });
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

  private String modelDigest(String model) {
    return registry.models(Query.where(ModelField.NAME.is(model))).items().stream()
        .findFirst()
        .map(found -> found.digest().hex())
        .orElse("");
  }

  private void compareVersions(String model, Replay replay, List<String> problems) {
    long before = Long.MAX_VALUE;
    long found = 0;
    while (true) {
      List<ModelVersion> page = registry.versions(model, before, PAGE);
      for (ModelVersion version : page) {
        found++;
        before = version.number();
        if (!version.manifestFits()
            || !version.manifest().hex().equals(replay.manifests.get(version.number()))) {
          problems.add(version.label() + ": its manifest is not the one that was recorded");
        }
        if (!version.facts().hex().equals(replay.facts.get(version.number()))) {
          problems.add(version.label() + ": its facts are not those that were recorded");
        }
        if (!version.state().name().equals(replay.states.get(version.number()))) {
          problems.add(version.label() + ": its state is not the one that was recorded");
        }
        String status = replay.statuses.get(version.number());
        if (status != null && !status.equals(version.status().digest().hex())) {
          problems.add(version.label() + ": its status is not the one that was recorded");
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
  }

  private static Optional<String> last(List<String> moves) {
    return moves.isEmpty() ? Optional.empty() : Optional.of(moves.get(moves.size() - 1));
  }

  /** How far one model was verified. */
  private static final class Verified {
    private final String model;
    private final List<String> problems = new ArrayList<>();
    private long records;

    Verified(String model) {
      this.model = model;
    }
  }

  /** What the records say the registry must look like. */
  private static final class Replay {
    private final Map<Long, String> manifests = new HashMap<>();
    private final Map<Long, String> facts = new HashMap<>();
    private final Map<Long, String> states = new HashMap<>();

    /** Digests; a version of a library that did not record them has none. */
    private final Map<Long, String> statuses = new HashMap<>();

    private @Nullable String model;
    private final Map<String, List<String>> aliases = new HashMap<>();

    void apply(AuditRecord record) {
      Map<String, String> recorded = record.facts();
      String status = recorded.get("status");
      if (status != null) {
        statuses.put(number(recorded), status);
      } else if (record.action().equals("change-state")) {
        statuses.remove(number(recorded)); // by an older library, which does not say
      }
      model = recorded.getOrDefault("model", model);
      switch (record.action()) {
        case "register" -> {
          manifests.put(number(recorded), recorded.getOrDefault("manifest", ""));
          facts.put(number(recorded), recorded.getOrDefault("facts", ""));
          states.put(number(recorded), VersionState.DRAFT.name());
        }
        case "change-state" -> states.put(number(recorded), recorded.getOrDefault("to", ""));
        case "move-alias" ->
            aliases
                .computeIfAbsent(recorded.getOrDefault("alias", ""), a -> new ArrayList<>())
                .add(
                    move(
                        recorded.getOrDefault("generation", ""),
                        recorded.getOrDefault("to", ""),
                        recorded.getOrDefault("at", ""),
                        record.actor(),
                        record.reason()));
        default -> {
          // an action of a newer library: its record is chained, its effect is not known here
        }
      }
    }

    /** One move as text that no other move has. */
    static String move(Alias alias) {
      return move(
          Long.toString(alias.generation()),
          Long.toString(alias.version()),
          alias.at().toString(),
          alias.actor(),
          alias.reason());
    }

    private static String move(String... parts) {
      return CanonicalJson.write(parts);
    }

    private static long number(Map<String, String> recorded) {
      return Long.parseLong(recorded.getOrDefault("version", "0"));
    }
  }
}
