package dev.endolith.serving;

import dev.endolith.contract.BoundContract;
import dev.endolith.contract.InputContract;
import dev.endolith.data.Task;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Models;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The contracts of the versions that are loaded, or one for all. Thread-safe. */
final class VersionContracts<X> {
  /** Champion, challenger, the one before, arms and shadow; what fell out is read again. */
  private static final int MOST = 16;

  private final @Nullable BoundContract<X> fixed;
  private final @Nullable Source<X> source;
  private final Map<Long, Held<X>> held = new LinkedHashMap<>();
  private volatile @Nullable Held<X> last;

  @FunctionalInterface
  private interface Source<X> {
    @Nullable BoundContract<X> read(long version);
  }

  private record Held<X>(long version, @Nullable BoundContract<X> contract) {}

  private VersionContracts(@Nullable BoundContract<X> fixed, @Nullable Source<X> source) {
    this.fixed = fixed;
    this.source = source;
  }

  static <X> VersionContracts<X> fixed(BoundContract<X> contract) {
    return new VersionContracts<>(contract, null);
  }

  static <X> VersionContracts<X> attached(String name, Task<X, ?> task, Models models) {
    return new VersionContracts<>(
        null,
        number -> {
          ModelVersion version = models.get(name, number);
          return version.attachment(InputContract.ATTACHMENT).isEmpty()
              ? null
              : InputContract.fromBytes(models.attachment(version, InputContract.ATTACHMENT))
                  .bind(task.features());
        });
  }

  /** Takes the contract of the copy that is about to answer; empty if the version has none. */
  synchronized void loadKept(long version, Optional<byte[]> contract, Task<X, ?> task) {
    if (source != null) {
      Held<X> kept =
          new Held<>(
              version,
              contract
                  .map(bytes -> InputContract.fromBytes(bytes).bind(task.features()))
                  .orElse(null));
      held.remove(version);
      held.put(version, kept);
    }
  }

  /** Reads a version's contract, on the thread that loads the version. */
  void load(long version) {
    if (source != null) {
      held(version, source);
    }
  }

  private synchronized Held<X> held(long version, Source<X> from) {
    Held<X> found = held.remove(version);
    if (found == null) {
      found = new Held<>(version, from.read(version));
    }
    held.put(version, found); // last again
    if (held.size() > MOST) {
      held.remove(held.keySet().iterator().next());
    }
    return found;
  }

  /** The contract of a version, null if it has none; a volatile read while the version stays. */
  @Nullable BoundContract<X> of(long version) {
    if (source == null) {
      return fixed;
    }
    if (version == 0) {
      return null;
    }
    Held<X> now = last;
    if (now == null || now.version() != version) {
      now = held(version, source);
      last = now;
    }
    return now.contract();
  }

  /** The contract that rows were checked by last, null if there was none. */
  @Nullable BoundContract<X> latest() {
    Held<X> now = last;
    return now == null ? fixed : now.contract();
  }
}
