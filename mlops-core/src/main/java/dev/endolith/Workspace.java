package dev.endolith;

import dev.endolith.data.IdGenerator;
import dev.endolith.event.Event;
import dev.endolith.event.Events;
import dev.endolith.model.ModelFormats;
import dev.endolith.pipeline.Pipelines;
import dev.endolith.pipeline.Schedules;
import dev.endolith.pipeline.StepCache;
import dev.endolith.registry.Actor;
import dev.endolith.registry.ArtifactCollector;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.AuditLog;
import dev.endolith.registry.Heartbeat;
import dev.endolith.registry.Leases;
import dev.endolith.registry.Lineage;
import dev.endolith.registry.LoadPolicy;
import dev.endolith.registry.Models;
import dev.endolith.registry.Relay;
import dev.endolith.registry.Runs;
import dev.endolith.registry.StateStore;
import dev.endolith.serving.PredictionLog;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a host keeps: models, runs, artifacts, pipelines, predictions, audit. Opened and
 * closed as one; thread-safe.
 *
 * <pre>{@code
 * try (Workspace workspace = Workspace.open(Path.of("mlops"))) {
 *   ModelVersion version = workspace.models().register("fraud", candidate);
 * }
 * }</pre>
 */
public final class Workspace implements AutoCloseable {
  /** How long a process that died on another machine blocks the work that it did. */
  private static final Duration LEASE = Duration.ofSeconds(60);

  private final Shared shared;
  private final Actor actor;

  private Workspace(Shared shared, Actor actor) {
    this.shared = shared;
    this.actor = actor;
  }

  /**
   * Opens the workspace in a folder, with SQLite and files; creates it where there is none. Several
   * processes may open one workspace.
   *
   * @param folder the folder, on a local disk
   * @return the workspace, acting as {@link Actor#SYSTEM}
   * @throws dev.endolith.error.StorageException if the folder cannot be used; the message says why
   * @throws dev.endolith.error.MissingDependencyException if {@code mlops-registry} is absent
   */
  public static Workspace open(Path folder) {
    return builder().folder(folder).open();
  }

  /**
   * Opens a workspace that is lost with the process; for tests and for trying things out.
   *
   * @return the workspace, acting as {@link Actor#SYSTEM}
   */
  public static Workspace inMemory() {
    return builder().open();
  }

  /**
   * Starts a workspace with options.
   *
   * @return a builder
   */
  public static WorkspaceBuilder builder() {
    return new WorkspaceBuilder();
  }

  /**
   * Opens the workspace at an address.
   *
   * @param address the address, for example {@code postgresql://user:password@host/database}; its
   *     scheme names the provider
   * @param blobs the folder where blobs are kept, the same for every machine
   * @return the workspace, acting as {@link Actor#SYSTEM}
   * @throws dev.endolith.error.StorageException if it cannot be used; the message says why
   * @throws dev.endolith.error.MissingDependencyException if no jar has a provider of the name
   */
  public static Workspace open(URI address, Path blobs) {
    return builder().uri(address).folder(blobs).open();
  }

  static Workspace over(
      WorkspaceStorage storage,
      ModelFormats formats,
      Clock clock,
      RandomGenerator random,
      LoadPolicy policy,
      Map<String, Integer> resources,
      Role role,
      @Nullable ScheduledExecutorService scheduler) {
    Leases leases = new Leases(storage.state(), Clock.systemUTC(), LEASE);
    Relay relay = new Relay(storage.outbox(), storage.state(), leases, Clock.systemUTC());
    Housekeeping housekeeping = new Housekeeping(new Heartbeat(), relay, scheduler);
    Pipelines pipelines = pipelinesOver(storage, clock).resources(resources).build();
    Schedules schedules =
        new Schedules(
            pipelines,
            storage.state(),
            leases,
            housekeeping::relay,
            clock,
            housekeeping::scheduler,
            role == Role.TRAIN);
    Shared shared =
        new Shared(
            storage,
            formats,
            policy,
            clock,
            new IdGenerator(clock, random),
            new Events(),
            leases,
            housekeeping,
            housekeeping::heartbeat,
            new Environment(storage.artifacts()),
            pipelines,
            schedules,
            Collections.synchronizedList(new ArrayList<>()));
    return new Workspace(shared, Actor.SYSTEM);
  }

  /**
   * The same workspace in another's name: changes made through the view are recorded as the
   * actor's.
   *
   * @param principal who acts
   * @return a view; closing it closes the workspace
   */
  public Workspace as(Actor principal) {
    return new Workspace(shared, principal);
  }

  /**
   * Models, versions, aliases.
   *
   * @return the registry in this actor's name
   */
  public Models models() {
    return new Models(
        shared.storage().registry(),
        shared.storage().artifacts(),
        shared.formats(),
        shared.events(),
        shared.policy(),
        actor);
  }

  /**
   * Experiments.
   *
   * @return the tracker in this actor's name
   */
  public Runs runs() {
    return new Runs(
        shared.storage().runs(),
        shared.clock(),
        shared.ids(),
        actor,
        shared.environment(),
        shared.heartbeat().get());
  }

  /**
   * Blobs.
   *
   * @return the artifact store
   */
  public ArtifactStore artifacts() {
    return shared.storage().artifacts();
  }

  /**
   * Pipeline runs.
   *
   * @return the runner in this actor's name, closed with the workspace
   */
  public Pipelines pipelines() {
    return shared.pipelines().as(actor);
  }

  /**
   * Pipelines that run when they are due.
   *
   * @return the schedules of this process, closed with the workspace
   */
  public Schedules schedules() {
    return shared.schedules();
  }

  /**
   * Predictions and labels.
   *
   * @return the prediction log
   */
  public PredictionLog predictions() {
    return shared.storage().predictions();
  }

  /**
   * The audit records of all models.
   *
   * @return the audit log
   */
  public AuditLog audit() {
    return new AuditLog(shared.storage().registry());
  }

  /**
   * From data to predictions, and back.
   *
   * @return the lineage
   */
  public Lineage lineage() {
    return new Lineage(shared.storage().registry(), shared.storage().runs());
  }

  /**
   * Small documents with compare-and-set.
   *
   * @return the state store
   */
  public StateStore state() {
    return shared.storage().state();
  }

  /**
   * The right to do work that one process does at a time.
   *
   * @return the leases of this process
   */
  public Leases leases() {
    return shared.leases();
  }

  /**
   * Tells what happens in this process.
   *
   * @return the dispatcher
   */
  public Events events() {
    return shared.events();
  }

  /**
   * Delivers events at least once, also after a crash.
   *
   * @return the relay of the outbox, which runs every second from now on
   */
  public Relay relay() {
    return shared.housekeeping().relay();
  }

  /**
   * Does several things in one transaction: versions, aliases, documents, runs, journals and
   * predictions become visible together, or none does. In-process listeners are told after it.
   *
   * <pre>{@code
   * workspace.together(tx -> {
   *   ModelVersion version = tx.models().register("fraud", candidate);
   *   return tx.state().put("fraud.newest", 0, Long.toString(version.number()));
   * });
   * }</pre>
   *
   * @param work what to do with the workspace it is given, on this thread; it keeps neither the
   *     workspace nor a run of it, and is done again if the database ends the transaction because
   *     of another
   * @param <R> what it answers
   * @return what the work answers, once it is durable
   */
  public <R> R together(Function<Workspace, R> work) {
    Events later = new Events();
    List<Event> told = new ArrayList<>();
    AutoCloseable unused = later.listen(told::add);
    R result =
        shared
            .storage()
            .together(
                stores -> {
                  told.clear(); // of an attempt that the database ended because of another
                  return work.apply(new Workspace(shared.within(stores, later), actor));
                });
    told.forEach(shared.events()::publish);
    return result;
  }

  /**
   * This workspace within a transaction of the host: what is done through the view becomes visible
   * when the host commits, and is gone if it rolls back. Events reach the subscribers of {@link
   * #relay} after the commit; in-process listeners are not told.
   *
   * @param transaction the host's connection to the database of this workspace, with auto-commit
   *     off
   * @return a view for the thread of the transaction
   * @throws UnsupportedOperationException if this workspace is not in a database
   */
  public Workspace joined(Connection transaction) {
    return new Workspace(shared.within(shared.storage().joined(transaction), new Events()), actor);
  }

  /**
   * Collects blobs that nothing refers to: after a grace period they are set aside, and deleted
   * after another. A blob that a registration needs meanwhile is never taken.
   *
   * @return a builder of the collector, whose {@code preview()} changes nothing
   */
  public ArtifactCollector.Builder collector() {
    return ArtifactCollector.builder(artifacts(), shared.storage()::referenced);
  }

  /**
   * Copies this workspace into a folder while it is used. The copy is a workspace of its own: to
   * restore it, open it with {@link #open(Path)}.
   *
   * @param folder the folder, which does not exist yet
   * @throws UnsupportedOperationException if the database is on a server, which has its own means
   * @throws dev.endolith.error.StorageException if the folder exists or cannot be written
   */
  public void backup(Path folder) {
    shared.storage().backup(folder);
  }

  /**
   * Checks everything: the database, every audit record, every version, state and alias against the
   * records, and every blob against its digest. Reads all of it.
   *
   * @return sound, or what is wrong where
   */
  public WorkspaceVerification verify() {
    return new Verifier(shared.storage()).verify();
  }

  /**
   * What can be loaded.
   *
   * @return the model formats
   */
  public ModelFormats formats() {
    return shared.formats();
  }

  /**
   * The time.
   *
   * @return the clock
   */
  public Clock clock() {
    return shared.clock();
  }

  /**
   * Makes ids.
   *
   * @return the generator
   */
  public IdGenerator ids() {
    return shared.ids();
  }

  /**
   * Ties something to this workspace: it is closed before the workspace's stores.
   *
   * @param child what to close
   */
  public void closeWith(AutoCloseable child) {
    shared.children().add(child);
  }

  /** Closes what was opened on the workspace, last first, then the workspace itself. */
  @Override
  public void close() {
    List<AutoCloseable> children = new ArrayList<>(shared.children());
    shared.children().clear();
    Collections.reverse(children);
    RuntimeException failure = null;
    for (AutoCloseable child : children) {
      try {
        child.close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("closing " + child.getClass().getName() + " failed");
        }
        failure.addSuppressed(e);
      }
    }
    shared.schedules().close();
    shared.pipelines().close();
    shared.housekeeping().close();
    shared.storage().close();
    if (failure != null) {
      throw failure;
    }
  }

  private static Pipelines.Builder pipelinesOver(WorkspaceStorage storage, Clock clock) {
    return Pipelines.builder(storage.journal(), storage.artifacts())
        .clock(clock)
        .cache(StepCache.of(storage.state(), storage.artifacts(), clock));
  }

  /** What all views of a workspace share. */
  private record Shared(
      WorkspaceStorage storage,
      ModelFormats formats,
      LoadPolicy policy,
      Clock clock,
      IdGenerator ids,
      Events events,
      Leases leases,
      Housekeeping housekeeping,
      Supplier<Heartbeat> heartbeat,
      Environment environment,
      Pipelines pipelines,
      Schedules schedules,
      List<AutoCloseable> children) {
    /**
     * The same with stores of a transaction, whose events are told elsewhere. Its runs have no
     * heartbeat: that comes from another thread, and later, when the connection is somebody else's.
     */
    Shared within(WorkspaceStorage stores, Events told) {
      return new Shared(
          stores,
          formats,
          policy,
          clock,
          ids,
          told,
          new Leases(stores.state(), Clock.systemUTC(), LEASE),
          housekeeping,
          Heartbeat::new,
          environment,
          // a transaction belongs to the thread that began it
          pipelinesOver(stores, clock).executor(Runnable::run).parallelism(1).build(),
          schedules,
          new ArrayList<>());
    }
  }
}
