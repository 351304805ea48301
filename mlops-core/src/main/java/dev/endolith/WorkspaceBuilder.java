package dev.endolith;

import dev.endolith.error.MissingDependencyException;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.ModelFormats;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Opens a {@link Workspace} with options. Confined to one thread. */
public final class WorkspaceBuilder {
  private final List<ModelFormat> formats = new ArrayList<>();
  private Clock clock = Clock.systemUTC();
  private RandomGenerator random = RandomGenerator.getDefault();
  private @Nullable Path folder;
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
   * Opens the workspace; in memory, if neither folder nor storage was given.
   *
   * @return the workspace
   * @throws dev.endolith.error.StorageException if the folder cannot be used; the message says why
   * @throws MissingDependencyException if a folder was given and {@code mlops-registry} is absent
   * @throws IllegalStateException if both a folder and stores were given
   */
  public Workspace open() {
    if (folder != null && storage != null) {
      throw new IllegalStateException("a workspace has either a folder or stores of its own");
    }
    ModelFormats known = ModelFormats.discover(formats);
    WorkspaceStorage stores = storage;
    if (stores == null) {
      stores =
          folder == null
              ? InMemoryStorage.create(clock)
              : provider(WorkspaceProvider.EMBEDDED).open(folder, clock);
    }
    return Workspace.over(stores, known, clock, random);
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
          "a workspace in a folder needs the jar dev.endolith:mlops-registry on the class path; add"
              + " it, or use Workspace.inMemory()");
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
