package dev.endolith.registry;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * Follows one model's audit records in their order: whether they are chained, and what they say the
 * model must look like. Then compares that with what is there. Confined to one thread.
 */
final class AuditReplay {
  private final String model;
  private final List<String> problems = new ArrayList<>();
  private final Map<Long, String> manifests = new HashMap<>();
  private final Map<Long, String> facts = new HashMap<>();
  private final Map<Long, String> states = new HashMap<>();

  /** Digests; a version of a library that did not record them has none. */
  private final Map<Long, String> statuses = new HashMap<>();

  private final Map<String, List<String>> aliases = new HashMap<>();
  private @Nullable String description;
  private Digest head = AuditRecord.ORIGIN;
  private long records;
  private long versions;

  AuditReplay(String model) {
    this.model = model;
  }

  String model() {
    return model;
  }

  /** How many records were chained. */
  long records() {
    return records;
  }

  List<String> problems() {
    return problems;
  }

  void problem(String what) {
    problems.add(what);
  }

  /** Goes on with a record; false where the chain is broken, and nothing after it can be known. */
  boolean follow(AuditRecord record) {
    long sequence = records + 1;
    if (record.sequence() != sequence || !record.model().equals(model)) {
      problems.add(model + ": record " + sequence + " is missing");
      return false;
    }
    if (!record.previous().equals(head) || !record.sealed()) {
      problems.add(model + ": record " + sequence + " was changed after it was written");
      return false;
    }
    records = sequence;
    head = record.digest();
    apply(record);
    return true;
  }

  private void apply(AuditRecord record) {
    Map<String, String> recorded = record.facts();
    String status = recorded.get("status");
    if (status != null) {
      statuses.put(number(recorded), status);
    } else if (record.action().equals("change-state")) {
      statuses.remove(number(recorded)); // by an older library, which does not say
    }
    description = recorded.getOrDefault("model", description);
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

  void compare(ModelVersion version) {
    versions++;
    if (!version.manifestFits()
        || !version.manifest().hex().equals(manifests.get(version.number()))) {
      problems.add(version.label() + ": its manifest is not the one that was recorded");
    }
    if (!version.facts().hex().equals(facts.get(version.number()))) {
      problems.add(version.label() + ": its facts are not those that were recorded");
    }
    if (!version.state().name().equals(states.get(version.number()))) {
      problems.add(version.label() + ": its state is not the one that was recorded");
    }
    String status = statuses.get(version.number());
    if (status != null && !status.equals(version.status().digest().hex())) {
      problems.add(version.label() + ": its status is not the one that was recorded");
    }
  }

  /** After every version was compared. */
  void compareCount() {
    if (versions != manifests.size()) {
      problems.add(
          model + ": " + manifests.size() + " versions were recorded, " + versions + " are there");
    }
  }

  /**
   * @param found the model, null if there is none
   */
  void compare(@Nullable RegisteredModel found) {
    String recorded =
        description == null ? RegisteredModel.fresh(model).digest().hex() : description;
    if (found == null || !recorded.equals(found.digest().hex())) {
      problems.add(model + ": description, tags or rules are not those that were recorded");
    }
  }

  /** The aliases that were recorded. */
  Set<String> aliases() {
    return Set.copyOf(aliases.keySet());
  }

  /** All moves of an alias, and where it points now. */
  void compare(String alias, List<Alias> moves, Optional<Alias> now) {
    List<String> recorded = aliases.getOrDefault(alias, List.of());
    Optional<String> last =
        recorded.isEmpty() ? Optional.empty() : Optional.of(recorded.get(recorded.size() - 1));
    if (!moves.stream().map(AuditReplay::move).toList().equals(recorded)
        || !now.map(AuditReplay::move).equals(last)) {
      problems.add(model + ": alias '" + alias + "' does not point where it was recorded to point");
    }
  }

  /** One move as text that no other move has. */
  private static String move(Alias alias) {
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
    try {
      return Long.parseLong(recorded.getOrDefault("version", "0"));
    } catch (NumberFormatException e) {
      return -1; // no library wrote that, and no version has that number
    }
  }
}
