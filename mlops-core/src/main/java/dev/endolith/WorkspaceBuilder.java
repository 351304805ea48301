package dev.endolith;

import dev.endolith.error.MissingDependencyException;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.ModelFormats;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.CommitRules;
import dev.endolith.registry.LoadPolicy;
import dev.endolith.registry.VersionStates;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Opens a {@link Workspace} with options. Confined to one thread. */
public final class WorkspaceBuilder {
  private final List<ModelFormat> formats = new ArrayList<>();
  private final Map<String, Integer> resources = new TreeMap<>();
  private Role role = Role.TRAIN;
  private Clock clock = Clock.systemUTC();
  private RandomGenerator random = RandomGenerator.getDefault();
  private VersionStates states = VersionStates.standard();
  private LoadPolicy policy = LoadPolicy.anything();
  private @Nullable Path folder;
  private @Nullable URI uri;
  private @Nullable DataSource dataSource;
  private @Nullable ArtifactStore artifacts;
  private @Nullable ScheduledExecutorService scheduler;
  private @Nullable WorkspaceStorage storage;

  WorkspaceBuilder() {}

  /**
   * Keeps everything in a folder, with SQLite and files.
   *
   * @param directory the folder, on a local disk; created where there is none
   * @return this
   */
  public WorkspaceBuilder folder(Path directory) {
    this.folder = directory;
    return this;
  }

  /**
   * Keeps everything but blobs in the database at an address, for example {@code
   * postgresql://user:password@host/database}.
   *
   * @param address the address; its scheme names the provider
   * @return this
   */
  public WorkspaceBuilder uri(URI address) {
    this.uri = address;
    return this;
  }

  /**
   * Keeps everything but blobs in a database of the host, through its own connections. Tables are
   * in a schema {@code endolith} where the database knows schemas, and never collide with the
   * host's.
   *
   * @param connections the host's connections; not closed with the workspace
   * @return this
   */
  public WorkspaceBuilder dataSource(DataSource connections) {
    this.dataSource = connections;
    return this;
  }

  /**
   * Keeps blobs in a store of one's own.
   *
   * @param blobs the store; closed with the workspace
   * @return this
   */
  public WorkspaceBuilder artifacts(ArtifactStore blobs) {
    this.artifacts = blobs;
    return this;
  }

  /**
   * Says which states versions may be in.
   *
   * @param versionStates the states, the same for every process that opens the workspace
   * @return this
   */
  public WorkspaceBuilder states(VersionStates versionStates) {
    this.states = versionStates;
    return this;
  }

  /**
   * Says what may be loaded, for example only what trainer and approver have signed.
   *
   * @param loadPolicy the policy, by default {@link LoadPolicy#anything()}
   * @return this
   */
  public WorkspaceBuilder loadPolicy(LoadPolicy loadPolicy) {
    this.policy = loadPolicy;
    return this;
  }

  /**
   * Runs what the workspace does by itself on threads of the host.
   *
   * @param threads the threads; not shut down with the workspace
   * @return this
   */
  public WorkspaceBuilder scheduler(ScheduledExecutorService threads) {
    this.scheduler = threads;
    return this;
  }

  /**
   * Declares something of which steps of pipelines may use only so much at a time.
   *
   * @param name what it is called, as in {@link dev.endolith.pipeline.Step#uses}
   * @param units how many there are, from 1
   * @return this
   * @throws IllegalArgumentException if there are none
   */
  public WorkspaceBuilder pipelineResource(String name, int units) {
    if (units < 1) {
      throw new IllegalArgumentException(
          "resource '" + name + "' must have at least 1 unit, was " + units);
    }
    resources.put(name, units);
    return this;
  }

  /**
   * Says what this process is there for.
   *
   * @param processRole by default {@link Role#TRAIN}
   * @return this
   */
  public WorkspaceBuilder role(Role processRole) {
    this.role = processRole;
    return this;
  }

  /**
   * Keeps everything in stores of one's own.
   *
   * @param stores the stores; closed with the workspace
   * @return this
   */
  public WorkspaceBuilder storage(WorkspaceStorage stores) {
    this.storage = stores;
    return this;
  }

  /**
   * Adds a model format; those on the class path are found by themselves.
   *
   * @param format the format
   * @return this
   */
  public WorkspaceBuilder format(ModelFormat format) {
    formats.add(format);
    return this;
  }

  /**
   * Gives the time of changes and predictions.
   *
   * @param source the clock, by default the system's
   * @return this
   */
  public WorkspaceBuilder clock(Clock source) {
    this.clock = source;
    return this;
  }

  /**
   * Gives the chance in ids.
   *
   * @param source the generator
   * @return this
   */
  public WorkspaceBuilder random(RandomGenerator source) {
    this.random = source;
    return this;
  }

  /**
   * Opens the workspace; in memory, if it was not said where.
   *
   * @return the workspace
   * @throws dev.endolith.error.StorageException if the folder or database cannot be used; the
   *     message says why
   * @throws MissingDependencyException if {@code mlops-registry} is absent and needed
   * @throws IllegalStateException if it was said in two ways where the workspace is
   */
  public Workspace open() {
    if (storage != null
        ? folder != null || uri != null || dataSource != null || artifacts != null
        : uri != null && dataSource != null) {
      throw new IllegalStateException(
          "a workspace has either stores of its own, or an address, or a data source");
    }
    ModelFormats known = ModelFormats.discover(formats);
    return Workspace.over(
        storage == null ? stores() : storage,
        known,
        clock,
        random,
        policy,
        resources,
        role,
        scheduler);
  }

  private WorkspaceStorage stores() {
    CommitRules rules = CommitRules.of(clock).with(states);
    if (folder == null && uri == null && dataSource == null) {
      return artifacts == null
          ? InMemoryStorage.create(rules)
          : InMemoryStorage.create(rules, artifacts);
    }
    String name = WorkspaceProvider.EMBEDDED;
    if (uri != null) {
      name = uri.getScheme() == null ? "" : uri.getScheme();
    } else if (dataSource != null) {
      name = WorkspaceProvider.SQL;
    }
    return provider(name).open(new WorkspaceSettings(folder, uri, dataSource, artifacts, rules));
  }

  private static WorkspaceProvider provider(String name) {
    List<WorkspaceProvider> found =
        ServiceLoader.load(WorkspaceProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.name().equals(name))
            .toList();
    if (found.isEmpty()) {
      throw new MissingDependencyException(
          "workspace '" + name + "'",
          "dev.endolith:mlops-registry",
          "no jar on the class path opens a workspace of kind '"
              + name
              + "'; add dev.endolith:mlops-registry for a folder, SQLite or PostgreSQL, or use"
              + " Workspace.inMemory()");
    }
    if (found.size() > 1) {
      throw new IllegalStateException(
          "two workspace providers are named '"
              + name
              + "': "
              + found.stream().map(p -> p.getClass().getName()).toList()
              + "; remove one of the jars");
    }
    return found.get(0);
  }
}
