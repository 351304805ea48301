package dev.endolith.registry;

import dev.endolith.data.Digest;
import dev.endolith.error.ConflictException;
import dev.endolith.error.NotFoundException;
import dev.endolith.event.Event;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The rules of a registry, written once for every store: numbers are dense and never reused, keys
 * are idempotent, aliases and documents move by compare-and-set, every state change leaves one
 * audit record. A store opens an exclusive transaction, calls {@link #apply}, and commits.
 */
public final class CommitRules {
  private final RegistryTransaction tx;
  private final Changes changes;
  private final Instant now;
  private final List<ModelVersion> versions = new ArrayList<>();
  private final List<Alias> aliases = new ArrayList<>();
  private final List<Document> documents = new ArrayList<>();
  private final List<AuditRecord> audit = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();

  private CommitRules(RegistryTransaction tx, Changes changes, Instant now) {
    this.tx = tx;
    this.changes = changes;
    this.now = now;
  }

  /**
   * Checks changes against the current rows and writes what follows from them. After an exception
   * the store must roll back.
   *
   * @param changes the changes
   * @param tx an exclusive transaction: nobody else commits between its reads and its end
   * @param clock gives the time of the changes, which are kept to the microsecond
   * @return what was written
   * @throws ConflictException if an alias or document is not at the expected generation
   * @throws NotFoundException if a version does not exist
   * @throws IllegalArgumentException if the name of a model, alias or document breaks the rule of
   *     {@link Names}
   * @throws IllegalStateException if a rule of states forbids a change
   */
  public static Committed apply(Changes changes, RegistryTransaction tx, Clock clock) {
    CommitRules rules =
        new CommitRules(tx, changes, clock.instant().truncatedTo(ChronoUnit.MICROS));
    for (Change change : changes.changes()) {
      if (change instanceof Change.Register register) {
        rules.register(register);
      } else if (change instanceof Change.MoveAlias move) {
        rules.move(move);
      } else if (change instanceof Change.Transition transition) {
        rules.transition(transition);
      } else if (change instanceof Change.PutDocument put) {
        rules.put(put);
      }
    }
    return new Committed(rules.versions, rules.aliases, rules.documents, rules.audit, rules.events);
  }

  private void register(Change.Register change) {
    Names.check("model", change.model());
    if (!change.key().isEmpty()) {
      var known = tx.versionOfKey(change.model(), change.key());
      if (known.isPresent()) {
        versions.add(known.get());
        return;
      }
    }
    long number = tx.lastNumber(change.model()) + 1;
    if (change.parent() != 0) {
      existing(change.model(), change.parent());
    }
    List<Attachment> attachments =
        change.attachments().stream().sorted(Comparator.comparing(Attachment::name)).toList();
    Digest manifest = ModelVersion.manifest(change.format(), change.schema(), attachments);
    ModelVersion version =
        new ModelVersion(
            change.model(),
            number,
            change.key(),
            VersionState.DRAFT,
            manifest,
            change.format(),
            change.schema(),
            attachments,
            change.metrics(),
            change.parameters(),
            change.datasets(),
            change.run(),
            change.parent(),
            change.description(),
            changes.actor().name(),
            now);
    tx.insert(version);
    versions.add(version);
    record(
        change.model(),
        "register",
        Map.of(
            "version",
            Long.toString(number),
            "manifest",
            manifest.hex(),
            "facts",
            version.facts().hex()));
    events.add(
        new Event.VersionRegistered(
            change.model(), number, manifest.hex(), now, changes.actor().name()));
  }

  private void move(Change.MoveAlias change) {
    Names.check("alias", change.alias());
    Alias before = tx.alias(change.model(), change.alias()).orElse(null);
    long generation = before == null ? 0 : before.generation();
    if (generation != change.expectedGeneration()) {
      throw new ConflictException(
          change.model() + "/" + change.alias(),
          change.expectedGeneration(),
          generation,
          "alias '"
              + change.alias()
              + "' of model '"
              + change.model()
              + "' is at generation "
              + generation
              + ", expected "
              + change.expectedGeneration()
              + "; read it again and decide anew");
    }
    if (change.version() != 0) {
      ModelVersion target = existing(change.model(), change.version());
      if (!target.state().mayCarry(change.alias())) {
        throw new IllegalStateException(
            "alias '"
                + change.alias()
                + "' cannot point to "
                + target.label()
                + ", which is "
                + target.state()
                + "; approve it first");
      }
    } else if (before == null || !before.present()) {
      throw new NotFoundException(
          "alias",
          change.alias(),
          "model '" + change.model() + "' has no alias '" + change.alias() + "' to remove");
    }
    Instant at = now;
    if (before != null && !at.isAfter(before.at())) {
      at = before.at().plus(1, ChronoUnit.MICROS); // order comes from sequences, never from clocks
    }
    Alias after =
        new Alias(
            change.model(),
            change.alias(),
            change.version(),
            generation + 1,
            at,
            changes.actor().name(),
            changes.reason());
    tx.insert(after);
    aliases.add(after);
    long from = before == null ? 0 : before.version();
    record(
        change.model(),
        "move-alias",
        Map.of(
            "alias",
            change.alias(),
            "from",
            Long.toString(from),
            "to",
            Long.toString(change.version()),
            "generation",
            Long.toString(generation + 1),
            "at",
            at.toString()));
    events.add(
        new Event.AliasMoved(
            change.model(),
            change.alias(),
            from,
            change.version(),
            generation + 1,
            at,
            changes.actor().name()));
  }

  private void transition(Change.Transition change) {
    ModelVersion before = existing(change.model(), change.version());
    if (before.state() == change.to()) {
      versions.add(before);
      return;
    }
    if (!before.state().canBecome(change.to())) {
      throw new IllegalStateException(
          before.label()
              + " is "
              + before.state()
              + " and cannot become "
              + change.to()
              + "; it may become "
              + before.state().successors());
    }
    if (change.to() == VersionState.RETIRED || change.to() == VersionState.SUSPENDED) {
      for (Alias alias : tx.aliases(change.model())) {
        if (alias.version() == change.version()) {
          throw new IllegalStateException(
              before.label()
                  + " cannot become "
                  + change.to()
                  + " while alias '"
                  + alias.name()
                  + "' points to it; move the alias first");
        }
      }
    }
    ModelVersion after = before.in(change.to());
    tx.update(after);
    versions.add(after);
    record(
        change.model(),
        "change-state",
        Map.of(
            "version",
            Long.toString(change.version()),
            "from",
            before.state().name(),
            "to",
            change.to().name()));
    events.add(
        new Event.StateChanged(
            change.model(),
            change.version(),
            before.state().name(),
            change.to().name(),
            now,
            changes.actor().name()));
  }

  private void put(Change.PutDocument change) {
    Names.check("document", change.name());
    long revision = tx.document(change.name()).map(Document::revision).orElse(0L);
    if (revision != change.expectedRevision()) {
      throw new ConflictException(
          change.name(),
          change.expectedRevision(),
          revision,
          "document '"
              + change.name()
              + "' is at revision "
              + revision
              + ", expected "
              + change.expectedRevision()
              + "; read it again and decide anew");
    }
    Document after = new Document(change.name(), revision + 1, change.json());
    tx.put(after);
    documents.add(after);
  }

  private ModelVersion existing(String model, long number) {
    return tx.version(model, number)
        .orElseThrow(
            () ->
                new NotFoundException(
                    "version",
                    model + " v" + number,
                    "model '"
                        + model
                        + "' has no version "
                        + number
                        + "; its last version is "
                        + tx.lastNumber(model)));
  }

  private void record(String model, String action, Map<String, String> facts) {
    AuditRecord record =
        AuditRecord.after(tx.auditHead(model).orElse(null), model, now, changes, action, facts);
    tx.insert(record);
    audit.add(record);
  }
}
