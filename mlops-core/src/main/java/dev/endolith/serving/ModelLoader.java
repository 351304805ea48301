package dev.endolith.serving;

import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.DataException;
import dev.endolith.error.EndolithException;
import dev.endolith.model.Predictor;
import dev.endolith.model.Samples;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.KeptModel;
import dev.endolith.registry.LastKnownGood;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Models;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings a version so far that it may take traffic: loaded, verified, answering as at training, and
 * warm. Confined to the thread that swaps.
 */
record ModelLoader<X, Y>(Models models, Task<X, Y> task, WarmUp warmUp, Guards guards) {
  /**
   * Loads a version from the workspace.
   *
   * @throws dev.endolith.error.EndolithException if it may not take traffic
   */
  ModelSlot<X, Y> load(ModelVersion version) {
    FlightEvents.LoadEvent event = FlightEvents.loading();
    RuntimeException failure = null;
    try {
      Optional<byte[]> samples =
          version.attachment(Attachment.SAMPLES).isEmpty()
              ? Optional.empty()
              : Optional.of(models.attachment(version, Attachment.SAMPLES));
      return tried(version, read(version), samples, Optional.empty());
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    } finally {
      event.end(version.model(), version.number(), version.format(), failure);
    }
  }

  /**
   * The version that was kept last on this node, tried like any other.
   *
   * @param current throws if what was kept at that time is too old to serve
   */
  Optional<Choice<X, Y>> loadKept(
      String name,
      LastKnownGood copies,
      @Nullable VersionContracts<X> contracts,
      Consumer<KeptModel<X, Y>> current) {
    return models
        .loadKept(name, copies, task)
        .map(
            kept -> {
              boolean good = false;
              try {
                current.accept(kept);
                good = true;
              } finally {
                if (!good) {
                  kept.predictor().close();
                }
              }
              ModelSlot<X, Y> slot =
                  tried(kept.version(), kept.predictor(), kept.samples(), Optional.of(kept.at()));
              good = false;
              try {
                if (contracts != null) {
                  contracts.loadKept(slot.version(), kept.contract(), task);
                }
                good = true;
              } finally {
                if (!good) {
                  slot.retire();
                }
              }
              return new Choice<>(slot, kept.generation(), Route.CHAMPION, Assignment.NONE);
            });
  }

  private Predictor<X, Y> read(ModelVersion version) {
    try {
      return models.load(version, task);
    } catch (EndolithException e) {
      throw e;
    } catch (RuntimeException e) {
      throw refused(version, "its format failed with " + e.getClass().getName(), e);
    } catch (LinkageError | StackOverflowError e) {
      throw refused(version, "its format failed with " + e.getClass().getName(), e);
    }
  }

  /** The version in its slot, or closed again and the reason thrown. */
  ModelSlot<X, Y> tried(
      ModelVersion version,
      Predictor<X, Y> model,
      Optional<byte[]> samples,
      Optional<Instant> keptAt) {
    boolean good = false;
    try {
      LoadedVersion loaded = attempt(version, model, samples, keptAt);
      ModelSlot<X, Y> slot =
          new ModelSlot<>(
              version.number(),
              guarded(model),
              loaded,
              Breaker.of(guards, warmUp.nanoTime().getAsLong()),
              stored(version));
      good = true;
      return slot;
    } finally {
      if (!good) {
        model.close();
      }
    }
  }

  private static long stored(ModelVersion version) {
    return version.attachment(Attachment.MODEL).map(Attachment::size).orElse(0L);
  }

  private Predictor<X, Y> guarded(Predictor<X, Y> model) {
    return guards.batch < 2
        ? model
        : new MicroBatcher<>(
            model, guards.batch, warmUp.nanoTime(), Runtime.getRuntime().availableProcessors());
  }

  private LoadedVersion attempt(
      ModelVersion version,
      Predictor<X, Y> model,
      Optional<byte[]> stored,
      Optional<Instant> keptAt) {
    if (stored.isEmpty()) {
      return cold(version, "no samples were recorded with it", keptAt);
    }
    Samples<X, Y> samples;
    try {
      samples = Samples.fromJson(stored.get(), task);
    } catch (DataException e) {
      return cold(version, "its samples do not fit the task: " + e.getMessage(), keptAt);
    }
    if (samples.rows().isEmpty()) {
      return cold(version, "rows of this task cannot be recorded", keptAt);
    }
    Optional<String> difference;
    WarmUp.Outcome outcome = new WarmUp.Outcome(0, false);
    try {
      difference = samples.difference(model);
      if (difference.isEmpty() && !warmUp.atMost().isZero()) {
        outcome = warmUp.run(model, samples.rows());
      }
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw refused(version, "it failed on a recorded sample with " + e.getClass().getName(), e);
    }
    if (difference.isPresent()) {
      throw refused(version, difference.get(), null);
    }
    return new LoadedVersion(
        version.number(),
        samples.rows().size(),
        outcome.answers(),
        outcome.settled()
            ? Optional.empty()
            : Optional.of("its times had not settled after " + warmUp.atMost()),
        keptAt);
  }

  private static LoadedVersion cold(ModelVersion version, String why, Optional<Instant> keptAt) {
    return new LoadedVersion(version.number(), 0, 0, Optional.of(why), keptAt);
  }

  private static ArtifactRefusedException refused(
      ModelVersion version, String why, @Nullable Throwable cause) {
    return new ArtifactRefusedException(
        version.format(), why, version.label() + " takes no traffic: " + why, cause);
  }
}
