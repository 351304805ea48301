package dev.endolith.registry;

import dev.endolith.contract.InputContract;
import dev.endolith.data.SchemaComparison;
import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.error.SchemaMismatchException;
import dev.endolith.error.StorageException;
import dev.endolith.event.Events;
import dev.endolith.model.ModelFormats;
import dev.endolith.model.Predictor;
import dev.endolith.query.Page;
import dev.endolith.query.Query;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The model registry as users call it: registers, finds, moves aliases, loads. Thread-safe. Every
 * change is made in the name of one {@link Actor} and leaves an audit record.
 */
public final class Models {
  /** Refuses a stored model beyond this before allocating; 2 GiB is what an array can hold. */
  private static final long MAX_BLOB_BYTES = Integer.MAX_VALUE - 8L;

  private final ModelRegistry registry;
  private final ArtifactStore artifacts;
  private final ModelFormats formats;
  private final Events events;
  private final LoadPolicy policy;
  private final Actor actor;

  /**
   * Creates the registry of an actor.
   *
   * @param registry where versions are kept
   * @param artifacts where blobs are kept
   * @param formats what can be loaded
   * @param events who is told of changes
   * @param policy what may be loaded
   * @param actor in whose name changes are made
   */
  public Models(
      ModelRegistry registry,
      ArtifactStore artifacts,
      ModelFormats formats,
      Events events,
      LoadPolicy policy,
      Actor actor) {
    this.registry = registry;
    this.artifacts = artifacts;
    this.formats = formats;
    this.events = events;
    this.policy = policy;
    this.actor = actor;
  }

  /**
   * Registers a version: stores its blobs, then writes it as a draft.
   *
   * @param model the model's name, of the form of {@link Names}
   * @param candidate what to register
   * @return the version; under a known idempotency key the one that was registered first
   */
  public ModelVersion register(String model, Candidate candidate) {
    Names.check("model", model);
    formats.get(candidate.format()); // refuse what nobody could load, before storing it
    return commit("register", candidate.stored(model, artifacts)).versions().get(0);
  }

  /**
   * Carries out changes in one transaction, and tells the listeners.
   *
   * @param reason why, for people and auditors
   * @param changes the changes
   * @return what was written
   * @throws dev.endolith.error.ConflictException if an alias or document is not at the expected
   *     generation
   * @throws NotFoundException if a version does not exist
   * @throws IllegalStateException if a rule of states forbids a change
   */
  public Committed commit(String reason, Change... changes) {
    Committed committed = registry.commit(Changes.of(actor, reason, changes));
    committed.events().forEach(events::publish);
    return committed;
  }

  /**
   * A version.
   *
   * @param model the model's name
   * @param number its number
   * @return the version, empty if there is none
   */
  public Optional<ModelVersion> find(String model, long number) {
    return registry.version(model, number);
  }

  /**
   * A version that must exist.
   *
   * @param model the model's name
   * @param number its number
   * @return the version
   * @throws NotFoundException if there is none; the message says what there is
   */
  public ModelVersion get(String model, long number) {
    return find(model, number)
        .orElseThrow(
            () -> {
              List<ModelVersion> newest = registry.versions(model, Long.MAX_VALUE, 1);
              String known =
                  newest.isEmpty()
                      ? "there is no model of that name; models are " + registry.models()
                      : "its last version is " + newest.get(0).number();
              return new NotFoundException(
                  "version",
                  model + " v" + number,
                  "model '" + model + "' has no version " + number + "; " + known);
            });
  }

  /**
   * The newest versions of a model.
   *
   * @param model the model's name
   * @param limit how many at most, from 1
   * @return the versions, newest first; empty for an unknown model
   */
  public List<ModelVersion> newest(String model, int limit) {
    return registry.versions(model, Long.MAX_VALUE, limit);
  }

  /**
   * A page of a model's versions.
   *
   * @param model the model's name
   * @param before only versions with a smaller number
   * @param limit how many at most, from 1
   * @return the versions, newest first
   */
  public List<ModelVersion> versions(String model, long before, int limit) {
    return registry.versions(model, before, limit);
  }

  /**
   * The names of all models.
   *
   * @return the names in alphabetical order
   */
  public List<String> names() {
    return registry.models();
  }

  /**
   * Where an alias points.
   *
   * @param model the model's name
   * @param alias the alias
   * @return the alias, empty if it does not exist or was removed
   */
  public Optional<Alias> alias(String model, String alias) {
    return registry.alias(model, alias).filter(Alias::present);
  }

  /**
   * The generation of an alias, which counts on when it is removed.
   *
   * @param model the model's name
   * @param alias the alias
   * @return the generation, 0 if it never existed
   */
  public long generation(String model, String alias) {
    return registry.alias(model, alias).map(Alias::generation).orElse(0L);
  }

  /**
   * All moves of an alias.
   *
   * @param model the model's name
   * @param alias the alias
   * @return its moves, oldest first
   */
  public List<Alias> history(String model, String alias) {
    return registry.history(model, alias);
  }

  /**
   * A model and all that ever happened to it, for {@link Change.Adopt} elsewhere.
   *
   * @param model the model's name
   * @return its history, which agrees with its audit records; O(all of its rows)
   * @throws NotFoundException if there is no such model
   * @throws IntegrityException if the registry does not agree with its audit records
   */
  public ModelHistory history(String model) {
    return registry.history(model);
  }

  /**
   * Where an alias pointed at an instant.
   *
   * @param model the model's name
   * @param alias the alias
   * @param instant the instant
   * @return the alias as it stood then, empty if it did not exist
   */
  public Optional<Alias> aliasAt(String model, String alias, Instant instant) {
    Alias last = null;
    for (Alias move : registry.history(model, alias)) {
      if (!move.at().isAfter(instant)) {
        last = move;
      }
    }
    return Optional.ofNullable(last).filter(Alias::present);
  }

  /**
   * Points an alias to a version, if nobody moved it in between.
   *
   * @param model the model's name
   * @param alias the alias, of the form of {@link Names}
   * @param expectedGeneration the generation that the caller has seen, 0 if it never existed
   * @param number the version
   * @param reason why
   * @return the alias as it stands now
   * @throws dev.endolith.error.ConflictException if the alias is at another generation
   * @throws NotFoundException if the version does not exist
   * @throws IllegalStateException if the version's state does not allow it
   */
  public Alias move(
      String model, String alias, long expectedGeneration, long number, String reason) {
    return commit(reason, new Change.MoveAlias(model, alias, expectedGeneration, number))
        .aliases()
        .get(0);
  }

  /**
   * Points an alias to a version, from wherever it points now.
   *
   * @param model the model's name
   * @param alias the alias, of the form of {@link Names}
   * @param number the version
   * @param reason why
   * @return the alias as it stands now
   * @throws dev.endolith.error.ConflictException if someone else moved it at the same time
   * @throws NotFoundException if the version does not exist
   * @throws IllegalStateException if the version's state does not allow it
   */
  public Alias move(String model, String alias, long number, String reason) {
    return move(model, alias, generation(model, alias), number, reason);
  }

  /**
   * Points an alias back to the version it pointed to before.
   *
   * @param model the model's name
   * @param alias the alias
   * @param reason why
   * @return the alias as it stands now
   * @throws NotFoundException if it never pointed to another version
   * @throws dev.endolith.error.ConflictException if someone else moved it at the same time
   * @throws IllegalStateException if that version may not serve any more
   */
  public Alias rollback(String model, String alias, String reason) {
    List<Alias> moves = registry.history(model, alias);
    if (!moves.isEmpty()) {
      Alias now = moves.get(moves.size() - 1);
      for (int i = moves.size() - 2; i >= 0; i--) {
        if (moves.get(i).present() && moves.get(i).version() != now.version()) {
          return move(model, alias, now.generation(), moves.get(i).version(), reason);
        }
      }
    }
    throw new NotFoundException(
        "alias",
        alias,
        "alias '"
            + alias
            + "' of model '"
            + model
            + "' never pointed to another version, so there is nothing to roll back to");
  }

  /**
   * Removes an alias; its history stays.
   *
   * @param model the model's name
   * @param alias the alias
   * @param reason why
   * @return the last move
   * @throws NotFoundException if it does not exist
   */
  public Alias remove(String model, String alias, String reason) {
    return move(model, alias, generation(model, alias), 0, reason);
  }

  /**
   * Moves a version to another state; to its own state is no change.
   *
   * @param model the model's name
   * @param number the version
   * @param to the state
   * @param reason why
   * @return the version as it is now
   * @throws NotFoundException if the version does not exist
   * @throws IllegalStateException if its state does not allow it
   */
  public ModelVersion transition(String model, long number, VersionState to, String reason) {
    return commit(reason, new Change.Transition(model, number, to)).versions().get(0);
  }

  /**
   * Loads a version: verifies its bytes, compares its schema with the task's, and reads it.
   *
   * @param version the version
   * @param task what it will be asked
   * @param <X> what it is asked
   * @param <Y> what it answers
   * @return the model, to be closed by the caller
   * @throws dev.endolith.error.IntegrityException if the bytes are not those that were registered
   * @throws SchemaMismatchException if the model needs what the task lacks
   * @throws ArtifactRefusedException if it is not ready, was deleted, the {@link LoadPolicy} does
   *     not allow it, or the format refuses the bytes
   */
  public <X, Y> Predictor<X, Y> load(ModelVersion version, Task<X, Y> task) {
    requireAllowed(version);
    return read(version, attachment(version, Attachment.MODEL), task);
  }

  private <X, Y> Predictor<X, Y> read(ModelVersion version, byte[] content, Task<X, Y> task) {
    if (version.schema().compare(task.features().schema())
        instanceof SchemaComparison.Refused refused) {
      String difference = String.join("; ", refused.differences());
      throw new SchemaMismatchException(
          version.label(),
          difference,
          version.label()
              + " does not fit the task: "
              + difference
              + "; retrain it, or add the field to the row");
    }
    return formats.get(version.format()).load(content, task);
  }

  /**
   * The registry of a node that cannot open a workspace: every question ends in a {@link
   * StorageException}, so that a deployment serves its {@link LastKnownGood} copy.
   *
   * @param formats what can be loaded
   * @return a registry without versions
   */
  public static Models unreachable(ModelFormats formats) {
    return new Models(
        new UnreachableStores.Registry(),
        new UnreachableStores.Artifacts(),
        formats,
        new Events(),
        LoadPolicy.anything(),
        Actor.SYSTEM);
  }

  /**
   * Copies a version that may be loaded, for a restart while the workspace cannot be reached.
   *
   * @param version the version
   * @param generation the generation of the alias under which it serves
   * @param at when
   * @param copies where to
   * @throws ArtifactRefusedException if it may not be loaded
   * @throws StorageException if it cannot be read or written
   */
  public void keep(ModelVersion version, long generation, Instant at, LastKnownGood copies) {
    requireAllowed(version);
    Map<String, byte[]> blobs = new TreeMap<>();
    blobs.put(Attachment.MODEL, attachment(version, Attachment.MODEL));
    for (String name : List.of(Attachment.SAMPLES, InputContract.ATTACHMENT)) {
      if (version.attachment(name).isPresent()) {
        blobs.put(name, attachment(version, name));
      }
    }
    copies.keep(version, generation, at, blobs);
  }

  /**
   * Loads the version that was kept last. The load policy allowed it when it was kept; it cannot be
   * asked again without the workspace.
   *
   * @param model the model's name
   * @param copies where it was kept
   * @param task what it will be asked
   * @param <X> what it is asked
   * @param <Y> what it answers
   * @return the model, empty if none was kept
   * @throws IntegrityException if it is not as it was kept
   * @throws SchemaMismatchException if the model needs what the task lacks
   * @throws ArtifactRefusedException if the format refuses the bytes
   */
  public <X, Y> Optional<KeptModel<X, Y>> loadKept(
      String model, LastKnownGood copies, Task<X, Y> task) {
    Names.check("model", model);
    return copies
        .read(model)
        .map(
            kept -> {
              Optional<byte[]> contract = contract(kept);
              return new KeptModel<>(
                  kept.version(),
                  kept.generation(),
                  kept.at(),
                  read(kept.version(), blob(kept, Attachment.MODEL), task),
                  Optional.ofNullable(kept.blobs().get(Attachment.SAMPLES)),
                  contract);
            });
  }

  /** A copy that an earlier release made lacks it: such a version must not answer unchecked. */
  private static Optional<byte[]> contract(LastKnownGood.Kept kept) {
    return kept.version().attachment(InputContract.ATTACHMENT).map(a -> blob(kept, a.name()));
  }

  private static byte[] blob(LastKnownGood.Kept kept, String name) {
    byte[] content = kept.blobs().get(name);
    if (content == null) {
      throw new IntegrityException(
          kept.version().label(), kept.version().label() + " was kept without its '" + name + "'");
    }
    return content;
  }

  /**
   * Removes the copy of a model, because no version may serve any more, or another one.
   *
   * @param model the model's name
   * @param copies where it was kept
   * @throws StorageException if it cannot be removed
   */
  public void forget(String model, LastKnownGood copies) {
    copies.forget(Names.check("model", model));
  }

  /** Before a parser sees a byte of it. */
  private void requireAllowed(ModelVersion version) {
    if (!version.manifestFits()) {
      throw new IntegrityException(
          version.label(),
          version.label()
              + " is not what was registered: its format, schema or attachments were changed; see"
              + " workspace.verify()");
    }
    if (version.status().deleted() || version.status().readiness() != Readiness.READY) {
      throw refused(
          version,
          version.status().deleted() ? "it was deleted" : "it is " + version.status().readiness());
    }
    if (policy.decide(new LoadRequest(version, version.status().attestations(), artifacts))
        instanceof LoadDecision.Refused refused) {
      throw refused(version, String.join("; ", refused.reasons()));
    }
  }

  private static ArtifactRefusedException refused(ModelVersion version, String why) {
    return new ArtifactRefusedException(
        version.label(), why, version.label() + " may not be loaded: " + why);
  }

  /**
   * Reads a blob of a version, verified.
   *
   * @param version the version
   * @param name the attachment's name
   * @return its content
   * @throws NotFoundException if there is none of that name
   * @throws dev.endolith.error.IntegrityException if the bytes are not those that were registered
   */
  public byte[] attachment(ModelVersion version, String name) {
    Attachment attachment =
        version
            .attachment(name)
            .orElseThrow(
                () ->
                    new NotFoundException(
                        "attachment",
                        name,
                        version.label()
                            + " has no attachment '"
                            + name
                            + "'; it has "
                            + version.attachments().stream().map(Attachment::name).toList()));
    return artifacts.read(attachment.digest(), MAX_BLOB_BYTES);
  }

  /**
   * Searches versions.
   *
   * @param query which
   * @return a page, by model and newest first
   */
  public Page<ModelVersion> search(Query<VersionField> query) {
    return registry.versions(query);
  }

  /**
   * Searches models.
   *
   * @param query which
   * @return a page, in alphabetical order
   */
  public Page<RegisteredModel> searchModels(Query<ModelField> query) {
    return registry.models(query);
  }

  /**
   * Searches aliases as they stand now.
   *
   * @param query which
   * @return a page, by model and name
   */
  public Page<Alias> searchAliases(Query<AliasField> query) {
    return registry.aliases(query);
  }

  /**
   * A model.
   *
   * @param model its name
   * @return the model, empty if there is none
   */
  public Optional<RegisteredModel> model(String model) {
    return registry.models(Query.where(ModelField.NAME.is(model))).items().stream().findFirst();
  }

  /**
   * Says that the gates of a pending version passed.
   *
   * @param model the model's name
   * @param number the version
   * @param reason why
   * @return the version as it is now
   * @throws IllegalStateException if it is not pending
   */
  public ModelVersion ready(String model, long number, String reason) {
    return commit(reason, new Change.Resolve(model, number, true, "")).versions().get(0);
  }

  /**
   * Says that a pending version is refused.
   *
   * @param model the model's name
   * @param number the version
   * @param why what is wrong with it
   * @return the version as it is now
   * @throws IllegalStateException if it is not pending
   */
  public ModelVersion failed(String model, long number, String why) {
    return commit("refused", new Change.Resolve(model, number, false, why)).versions().get(0);
  }

  /**
   * Decides, in this actor's name, that a version may serve.
   *
   * @param model the model's name
   * @param number the version
   * @param reason why
   * @param evidence what the decision rests on, by name
   * @return the version with the decision
   * @throws IllegalStateException if the actor's decision would not count, see {@link
   *     ApprovalPolicy}
   */
  public ModelVersion approve(
      String model, long number, String reason, Map<String, byte[]> evidence) {
    return decide(model, number, true, reason, evidence);
  }

  /**
   * Decides, in this actor's name, that a version may not serve.
   *
   * @param model the model's name
   * @param number the version
   * @param reason why
   * @param evidence what the decision rests on, by name
   * @return the version with the decision
   * @throws IllegalStateException if the actor's decision would not count, see {@link
   *     ApprovalPolicy}
   */
  public ModelVersion reject(
      String model, long number, String reason, Map<String, byte[]> evidence) {
    return decide(model, number, false, reason, evidence);
  }

  private ModelVersion decide(
      String model, long number, boolean approved, String reason, Map<String, byte[]> evidence) {
    List<Attachment> stored =
        new TreeMap<>(evidence)
            .entrySet().stream()
                .map(
                    e ->
                        new Attachment(
                            e.getKey(),
                            "application/octet-stream",
                            e.getValue().length,
                            artifacts.put(e.getValue())))
                .toList();
    return commit(reason, new Change.Approve(model, number, approved, stored)).versions().get(0);
  }

  /**
   * Adds a signed statement to a version.
   *
   * @param model the model's name
   * @param number the version
   * @param kind what it is about
   * @param bundle the signed bundle
   * @param reason why
   * @return the version with the statement
   */
  public ModelVersion attest(
      String model, long number, Attestation.Kind kind, byte[] bundle, String reason) {
    Attachment stored =
        new Attachment(
            kind.text(),
            "application/vnd.dev.sigstore.bundle.v0.3+json",
            bundle.length,
            artifacts.put(bundle));
    return commit(reason, new Change.Attest(model, number, kind, stored)).versions().get(0);
  }

  /**
   * Says who may do what with a model.
   *
   * @param model the model's name; it is created where there is none
   * @param governance the rules
   * @param reason why
   * @return the model as it is now
   * @throws IllegalStateException if only its owners may change them, and the actor is none
   */
  public RegisteredModel govern(String model, Governance governance, String reason) {
    return commit(reason, new Change.Govern(model, governance)).models().get(0);
  }

  /**
   * Sets tags of a version.
   *
   * @param model the model's name
   * @param number the version
   * @param tags values by name
   * @return the version as it is now
   */
  public ModelVersion tag(String model, long number, Map<String, String> tags) {
    return commit("tagged", new Change.Annotate(model, number, null, tags, Set.of()))
        .versions()
        .get(0);
  }

  /**
   * Describes a version anew.
   *
   * @param model the model's name
   * @param number the version
   * @param text the text for people
   * @return the version as it is now
   */
  public ModelVersion describe(String model, long number, String text) {
    return commit("described", new Change.Annotate(model, number, text, Map.of(), Set.of()))
        .versions()
        .get(0);
  }

  /**
   * Takes a version out of sight. Nothing is lost, and its number is not used again.
   *
   * @param model the model's name
   * @param number the version, 0 for the whole model
   * @param reason why
   * @throws IllegalStateException if an alias points to it
   */
  public void delete(String model, long number, String reason) {
    commit(reason, new Change.Delete(model, number, true));
  }

  /**
   * Brings a version back into sight.
   *
   * @param model the model's name
   * @param number the version, 0 for the whole model
   * @param reason why
   */
  public void restore(String model, long number, String reason) {
    commit(reason, new Change.Delete(model, number, false));
  }

  /**
   * Copies a version into another registry, or under another name, as a draft. Copying it again
   * answers the copy that is there.
   *
   * @param version the version
   * @param target the other registry
   * @param name the model's name there
   * @return the copy
   */
  public ModelVersion copy(ModelVersion version, Models target, String name) {
    for (Attachment attachment : version.attachments()) {
      if (target.artifacts.pin(attachment.digest()).isEmpty()) {
        try (InputStream content = artifacts.stream(attachment.digest())) {
          target.artifacts.put(content);
        } catch (IOException e) {
          throw new StorageException("copy", "a blob could not be copied; try again", e);
        }
      }
    }
    Map<String, String> tags = new TreeMap<>(version.status().tags());
    tags.put("copied-from", version.label());
    return target
        .commit(
            "copied from " + version.label(),
            new Change.Register(
                name,
                "copy-" + version.model() + "-" + version.number() + "-" + version.manifest().hex(),
                version.format(),
                version.schema(),
                version.attachments(),
                version.metrics(),
                version.parameters(),
                version.datasets(),
                version.run(),
                0,
                version.description(),
                tags,
                false))
        .versions()
        .get(0);
  }
}
