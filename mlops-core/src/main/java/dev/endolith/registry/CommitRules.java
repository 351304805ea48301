package dev.endolith.registry;

import dev.endolith.data.Digest;
import dev.endolith.data.Texts;
import dev.endolith.error.ConflictException;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.event.Event;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The rules of a registry, written once for every store: numbers are dense and never reused, keys
 * are idempotent, aliases and documents move by compare-and-set, who may do what, every state
 * change leaves one audit record and one event. A store opens an exclusive transaction, calls
 * {@link #apply}, and commits. Immutable.
 */
public final class CommitRules {
  private static final int MAX_TAGS = 100;
  private static final int MAX_TAG_NAME = 250;
  private static final int MAX_TEXT = 10_000;

  private final Clock clock;
  private final VersionStates states;

  private CommitRules(Clock clock, VersionStates states) {
    this.clock = clock;
    this.states = states;
  }

  /**
   * The rules with {@link VersionStates#standard()}.
   *
   * @param clock gives the time of the changes, which are kept to the microsecond
   * @return the rules
   */
  public static CommitRules of(Clock clock) {
    return new CommitRules(clock, VersionStates.standard());
  }

  /**
   * The rules with other states.
   *
   * @param versionStates the states
   * @return the rules
   */
  public CommitRules with(VersionStates versionStates) {
    return new CommitRules(clock, versionStates);
  }

  /**
   * What gives the time of changes.
   *
   * @return the clock
   */
  public Clock clock() {
    return clock;
  }

  /**
   * Checks changes against the current rows and writes what follows from them. After an exception
   * the store must roll back.
   *
   * @param changes the changes
   * @param tx an exclusive transaction: nobody else commits to the models and documents of the
   *     changes between its reads and its end
   * @return what was written
   * @throws ConflictException if an alias or document is not at the expected generation
   * @throws NotFoundException if a version does not exist
   * @throws IntegrityException if a history that is to be adopted does not fit its audit records
   * @throws IllegalArgumentException if the name of a model, alias or document breaks the rule of
   *     {@link Names}
   * @throws IllegalStateException if a rule of states or of governance forbids a change
   */
  public Committed apply(Changes changes, RegistryTransaction tx) {
    Commit commit = new Commit(changes, tx, states, clock.instant().truncatedTo(ChronoUnit.MICROS));
    changes.changes().forEach(commit::apply);
    return commit.done();
  }

  /** One commit under way. */
  private static final class Commit {
    private final RegistryTransaction tx;
    private final Changes changes;
    private final VersionStates states;
    private final Instant now;
    private final List<RegisteredModel> models = new ArrayList<>();
    private final List<ModelVersion> versions = new ArrayList<>();
    private final List<Alias> aliases = new ArrayList<>();
    private final List<Document> documents = new ArrayList<>();
    private final List<AuditRecord> audit = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();

    /** The last record of each model, so that several changes read it once. */
    private final Map<String, AuditHead> heads = new HashMap<>();

    Commit(Changes changes, RegistryTransaction tx, VersionStates states, Instant now) {
      this.changes = changes;
      this.tx = tx;
      this.states = states;
      this.now = now;
    }

    Committed done() {
      return new Committed(models, versions, aliases, documents, audit, events);
    }

    void apply(Change change) {
      if (change instanceof Change.Register register) {
        register(register);
      } else if (change instanceof Change.MoveAlias move) {
        move(move);
      } else if (change instanceof Change.Transition transition) {
        transition(transition);
      } else if (change instanceof Change.PutDocument put) {
        put(put);
      } else if (change instanceof Change.RaiseAlert raise) {
        Names.check("model", raise.alert().model());
        tell(new Event.AlertRaised(raise.alert()));
      } else if (change instanceof Change.Resolve resolve) {
        resolve(resolve);
      } else if (change instanceof Change.Annotate annotate) {
        annotate(annotate);
      } else if (change instanceof Change.Approve approve) {
        approve(approve);
      } else if (change instanceof Change.Attest attest) {
        attest(attest);
      } else if (change instanceof Change.Delete delete) {
        delete(delete);
      } else if (change instanceof Change.Govern govern) {
        govern(govern);
      } else if (change instanceof Change.Adopt adopt) {
        adopt(adopt.history());
      }
    }

    private void register(Change.Register change) {
      Names.check("model", change.model());
      Texts.check("an idempotency key", change.key());
      Texts.check("a description", change.description());
      Texts.check("a run's id", change.run());
      Texts.check("a parameter", change.parameters());
      change.metrics().keySet().forEach(name -> Texts.check("a metric's name", name));
      change.datasets().keySet().forEach(role -> Texts.check("a role", role));
      if (!change.key().isEmpty()) {
        Optional<ModelVersion> known = tx.versionOfKey(change.model(), change.key());
        if (known.isPresent()) {
          versions.add(known.get());
          return;
        }
      }
      RegisteredModel model =
          tx.model(change.model()).orElseGet(() -> RegisteredModel.fresh(change.model()));
      if (model.deleted()) {
        throw new IllegalStateException(
            "model '" + change.model() + "' was deleted; restore it before registering versions");
      }
      if (change.parent() != 0) {
        existing(change.model(), change.parent());
      }
      List<Attachment> attachments =
          change.attachments().stream().sorted(Comparator.comparing(Attachment::name)).toList();
      Digest manifest = ModelVersion.manifest(change.format(), change.schema(), attachments);
      VersionStatus status =
          VersionStatus.DRAFT.annotated(null, tagged(Map.of(), change.tags(), Set.of()));
      ModelVersion version =
          new ModelVersion(
              change.model(),
              model.lastNumber() + 1,
              change.key(),
              change.pending() ? status.resolved(Readiness.PENDING, "") : status,
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
      tx.put(model.counted());
      tx.insert(version);
      versions.add(version);
      record(
          change.model(),
          "register",
          Map.of(
              "version",
              Long.toString(version.number()),
              "manifest",
              manifest.hex(),
              "facts",
              version.facts().hex(),
              "status",
              version.status().digest().hex()));
      tell(
          new Event.VersionRegistered(
              change.model(), version.number(), manifest.hex(), now, changes.actor().name()));
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
      Governance governance = governance(change.model());
      List<String> movers = governance.protectedAliases().get(change.alias());
      if (movers != null && changes.actor().roles().stream().noneMatch(movers::contains)) {
        throw new IllegalStateException(
            "alias '"
                + change.alias()
                + "' of model '"
                + change.model()
                + "' is protected: '"
                + changes.actor().name()
                + "' has none of the roles "
                + movers
                + "; act as someone who has");
      }
      if (change.version() != 0) {
        requireTarget(change, governance);
      } else if (before == null || !before.present()) {
        throw new NotFoundException(
            "alias",
            change.alias(),
            "model '" + change.model() + "' has no alias '" + change.alias() + "' to remove");
      }
      Instant at = now;
      if (before != null && !at.isAfter(before.at())) {
        at = before.at().plus(1, ChronoUnit.MICROS); // order comes from sequences, not from clocks
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
      tell(
          new Event.AliasMoved(
              change.model(),
              change.alias(),
              from,
              change.version(),
              generation + 1,
              at,
              changes.actor().name()));
    }

    private void requireTarget(Change.MoveAlias change, Governance governance) {
      ModelVersion target = usable(change.model(), change.version());
      String subject = "alias '" + change.alias() + "' cannot point to " + target.label();
      if (!states.mayCarry(target.state(), change.alias())) {
        throw new IllegalStateException(
            subject + ", which is " + target.state() + "; approve it first");
      }
      ApprovalPolicy approvals = governance.approvals();
      if (approvals != null && target.state().equals(VersionState.APPROVED)) {
        approvals
            .missing(target, now)
            .ifPresent(
                missing -> {
                  throw new IllegalStateException(subject + ": " + missing);
                });
      }
    }

    private void transition(Change.Transition change) {
      ModelVersion before = existing(change.model(), change.version());
      if (before.state().equals(change.to())) {
        versions.add(before);
        return;
      }
      states.refusal(before, change.to()).ifPresent(Commit::refuse);
      boolean out =
          change.to().equals(VersionState.RETIRED) || change.to().equals(VersionState.SUSPENDED);
      if (!out) {
        usable(change.model(), change.version());
      }
      for (Alias alias : tx.aliases(change.model())) {
        if (alias.version() == change.version() && !states.mayCarry(change.to(), alias.name())) {
          throw new IllegalStateException(
              before.label()
                  + " cannot become "
                  + change.to()
                  + " while alias '"
                  + alias.name()
                  + "' points to it; move the alias first");
        }
      }
      ApprovalPolicy approvals = governance(change.model()).approvals();
      if (approvals != null && change.to().equals(VersionState.APPROVED)) {
        approvals.missing(before, now).ifPresent(Commit::refuse);
      }
      update(
          before,
          before.status().in(change.to()),
          "change-state",
          Map.of("from", before.state().name(), "to", change.to().name()));
      tell(
          new Event.StateChanged(
              change.model(),
              change.version(),
              before.state().name(),
              change.to().name(),
              now,
              changes.actor().name()));
    }

    private void resolve(Change.Resolve change) {
      ModelVersion before = existing(change.model(), change.version());
      if (before.status().readiness() != Readiness.PENDING) {
        throw new IllegalStateException(
            before.label()
                + " is "
                + before.status().readiness()
                + " and not PENDING any more; register a new version to judge it anew");
      }
      if (change.ready() != change.why().isEmpty() || change.why().length() > MAX_TEXT) {
        throw new IllegalArgumentException(
            "a version that failed has a reason of at most "
                + MAX_TEXT
                + " characters, one that is ready has none");
      }
      Texts.check("a reason", change.why());
      update(
          before,
          before
              .status()
              .resolved(change.ready() ? Readiness.READY : Readiness.FAILED, change.why()),
          "resolve",
          Map.of("ready", Boolean.toString(change.ready())));
      tell(
          new Event.VersionResolved(
              change.model(),
              change.version(),
              change.ready(),
              change.why(),
              now,
              changes.actor().name()));
    }

    private void annotate(Change.Annotate change) {
      String text = change.description();
      if (text != null && text.length() > MAX_TEXT) {
        throw new IllegalArgumentException(
            "a description has at most " + MAX_TEXT + " characters, had " + text.length());
      }
      if (text != null) {
        Texts.check("a description", text);
      }
      if (change.version() == 0) {
        RegisteredModel before = existing(change.model());
        updateModel(
            before.annotated(
                text == null ? before.description() : text,
                tagged(before.tags(), change.set(), change.remove())),
            "annotate-model");
      } else {
        ModelVersion before = existing(change.model(), change.version());
        update(
            before,
            before
                .status()
                .annotated(text, tagged(before.status().tags(), change.set(), change.remove())),
            "annotate",
            Map.of());
      }
      tell(new Event.Annotated(change.model(), change.version(), now, changes.actor().name()));
    }

    private void approve(Change.Approve change) {
      ModelVersion before = usable(change.model(), change.version());
      ApprovalPolicy policy = governance(change.model()).approvals();
      Duration validFor = Duration.ZERO;
      if (policy != null) {
        policy
            .disqualified(before, changes.actor().name(), changes.actor().roles())
            .ifPresent(Commit::refuse);
        validFor = policy.validFor();
      }
      Approval approval =
          new Approval(
              changes.actor().name(),
              changes.actor().roles(),
              change.approved(),
              changes.reason(),
              now,
              validFor.isZero() ? null : now.plus(validFor),
              change.evidence());
      update(
          before,
          before.status().approved(approval),
          "approve",
          Map.of("approved", Boolean.toString(change.approved())));
      tell(
          new Event.ApprovalGiven(
              change.model(), change.version(), change.approved(), now, changes.actor().name()));
    }

    private void attest(Change.Attest change) {
      ModelVersion before = existing(change.model(), change.version());
      Attestation attestation =
          new Attestation(change.kind(), change.bundle(), changes.actor().name(), now);
      update(
          before,
          before.status().attested(attestation),
          "attest",
          Map.of("kind", change.kind().text(), "bundle", change.bundle().digest().hex()));
      tell(
          new Event.VersionAttested(
              change.model(), change.version(), change.kind().text(), now, changes.actor().name()));
    }

    private void delete(Change.Delete change) {
      String what;
      boolean already;
      if (change.version() == 0) {
        what = "model '" + change.model() + "'";
        already = existing(change.model()).deleted() == change.deleted();
      } else {
        ModelVersion version = existing(change.model(), change.version());
        what = version.label();
        already = version.status().deleted() == change.deleted();
      }
      if (already) {
        return;
      }
      if (change.deleted()) {
        for (Alias alias : tx.aliases(change.model())) {
          if (alias.present() && (change.version() == 0 || alias.version() == change.version())) {
            throw new IllegalStateException(
                what
                    + " cannot be deleted while alias '"
                    + alias.name()
                    + "' points to "
                    + (change.version() == 0 ? "a version of it" : "it")
                    + "; move or remove the alias first");
          }
        }
      }
      Map<String, String> facts = Map.of("deleted", Boolean.toString(change.deleted()));
      if (change.version() == 0) {
        updateModel(existing(change.model()).deleted(change.deleted()), "delete-model");
      } else {
        ModelVersion before = existing(change.model(), change.version());
        update(before, before.status().deleted(change.deleted()), "delete", facts);
      }
      tell(
          new Event.Deleted(
              change.model(), change.version(), change.deleted(), now, changes.actor().name()));
    }

    private void govern(Change.Govern change) {
      Names.check("model", change.model());
      RegisteredModel before =
          tx.model(change.model()).orElseGet(() -> RegisteredModel.fresh(change.model()));
      List<String> owners = before.governance().owners();
      if (!owners.isEmpty() && changes.actor().roles().stream().noneMatch(owners::contains)) {
        throw new IllegalStateException(
            "the rules of model '"
                + change.model()
                + "' are changed by "
                + owners
                + " only, and '"
                + changes.actor().name()
                + "' has none of these roles; act as someone who has");
      }
      updateModel(before.governed(change.governance()), "govern");
      tell(new Event.Governed(change.model(), now, changes.actor().name()));
    }

    private void adopt(ModelHistory history) {
      RegisteredModel model = history.model();
      List<String> problems = history.problems();
      if (!problems.isEmpty()) {
        throw new IntegrityException(
            model.name(), "a model's history does not fit its audit records: " + problems.get(0));
      }
      Optional<RegisteredModel> known = tx.model(model.name());
      if (known.isPresent()) {
        AuditHead head = tx.auditHead(model.name()).orElse(null);
        if (known.get().equals(model) && history.endsWith(head)) {
          models.add(model);
          return;
        }
        throw new ConflictException(
            model.name(),
            history.audit().size(),
            head == null ? 0 : head.sequence(),
            "model '"
                + model.name()
                + "' is here already with another history; a history is taken in only where there"
                + " is no model of its name");
      }
      history.versions().forEach(version -> states.requireKnown(version.state()));
      tx.put(model);
      history.versions().forEach(tx::insert);
      history.moves().forEach(tx::insert);
      history.audit().forEach(tx::insert);
      models.add(model);
      tell(
          new Event.ModelAdopted(
              model.name(),
              model.lastNumber(),
              history.audit().size(),
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

    private Governance governance(String model) {
      return tx.model(model).map(RegisteredModel::governance).orElse(Governance.NONE);
    }

    private RegisteredModel existing(String model) {
      return tx.model(model)
          .orElseThrow(
              () -> new NotFoundException("model", model, "there is no model '" + model + "'"));
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
                          + tx.model(model).map(RegisteredModel::lastNumber).orElse(0L)));
    }

    /** A version that is there, ready, and in sight. */
    private ModelVersion usable(String model, long number) {
      ModelVersion version = existing(model, number);
      if (version.status().deleted()) {
        throw new IllegalStateException(version.label() + " was deleted; restore it first");
      }
      if (version.status().readiness() != Readiness.READY) {
        throw new IllegalStateException(
            version.label()
                + " is "
                + version.status().readiness()
                + (version.status().failure().isEmpty() ? "" : ": " + version.status().failure())
                + "; it cannot be used before it is READY");
      }
      return version;
    }

    private static void refuse(String why) {
      throw new IllegalStateException(why);
    }

    private static Map<String, String> tagged(
        Map<String, String> before, Map<String, String> set, Set<String> remove) {
      Map<String, String> after = new TreeMap<>(before);
      after.keySet().removeAll(remove);
      after.putAll(set);
      Texts.check("a tag", set);
      set.forEach(
          (name, value) -> {
            if (name.isBlank()
                || name.length() > MAX_TAG_NAME
                || value.length() > MAX_TEXT
                || name.chars().anyMatch(Character::isISOControl)) {
              throw new IllegalArgumentException(
                  "a tag has a name of 1 to "
                      + MAX_TAG_NAME
                      + " printable characters and a value of at most "
                      + MAX_TEXT);
            }
          });
      if (after.size() > MAX_TAGS) {
        throw new IllegalArgumentException(
            "there are at most " + MAX_TAGS + " tags, were " + after.size());
      }
      return after;
    }

    private void update(
        ModelVersion before, VersionStatus status, String action, Map<String, String> facts) {
      ModelVersion after = before.with(status);
      tx.update(after);
      versions.add(after);
      Map<String, String> all = new TreeMap<>(facts);
      all.put("version", Long.toString(before.number()));
      all.put("status", status.digest().hex());
      record(before.model(), action, all);
    }

    private void updateModel(RegisteredModel after, String action) {
      tx.put(after);
      models.add(after);
      record(after.name(), action, Map.of("model", after.digest().hex()));
    }

    private void tell(Event event) {
      tx.insert(event);
      events.add(event);
    }

    private void record(String model, String action, Map<String, String> facts) {
      AuditHead head = heads.get(model);
      AuditRecord record =
          AuditRecord.after(
              head == null ? tx.auditHead(model).orElse(null) : head,
              model,
              now,
              changes,
              action,
              facts);
      tx.insert(record);
      audit.add(record);
      heads.put(model, record.head());
    }
  }
}
