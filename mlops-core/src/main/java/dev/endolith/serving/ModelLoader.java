package dev.endolith.serving;

import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.DataException;
import dev.endolith.error.EndolithException;
import dev.endolith.model.Execution;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a version so far that it may take traffic: loaded, verified, answering as at training, and
 * warm. Confined to the thread that swaps.
 */
record ModelLoader<X, Y>(Models models, Task<X, Y> task, WarmUp warmUp, Guards guards) {
  private static final Logger LOG = LoggerFactory.getLogger(ModelLoader.class);

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
      Optional<byte[]> stored,
      Optional<Instant> keptAt) {
    boolean good = false;
    try {
      Recorded<X, Y> recorded = recorded(stored);
      Proven<X, Y> proven = proven(version, model, recorded);
      LoadedVersion loaded = attempt(version, proven, recorded, keptAt);
      ModelSlot<X, Y> slot =
          new ModelSlot<>(
              version.number(),
              guarded(proven.model()),
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

  /** What a version is tried with: samples, or why there are none. */
  private record Recorded<X, Y>(@Nullable Samples<X, Y> samples, String whyNone) {}

  private Recorded<X, Y> recorded(Optional<byte[]> stored) {
    if (stored.isEmpty()) {
      return new Recorded<>(null, "no samples were recorded with it");
    }
    Samples<X, Y> samples;
    try {
      samples = Samples.fromJson(stored.get(), task);
    } catch (DataException e) {
      return new Recorded<>(null, "its samples do not fit the task: " + e.getMessage());
    }
    return samples.rows().isEmpty()
        ? new Recorded<>(null, "rows of this task cannot be recorded")
        : new Recorded<>(samples, "");
  }

  /**
   * The model, or its original if the model is a translation that answers a recorded sample
   * otherwise than was recorded.
   *
   * @throws ArtifactRefusedException if the original does: then the model is another, or what was
   *     evaluated and recorded at training was a wrong translation's
   */
  private Proven<X, Y> proven(
      ModelVersion version, Predictor<X, Y> model, Recorded<X, Y> recorded) {
    Samples<X, Y> samples = recorded.samples();
    if (samples == null) {
      return new Proven<>(model, model.execution());
    }
    Optional<String> difference = difference(version, samples, model);
    Predictor<X, Y> original = model.original().orElse(null);
    Optional<String> ofOriginal =
        original == null ? difference : difference(version, samples, original);
    if (ofOriginal.isPresent()) {
      throw refused(version, ofOriginal.get(), null);
    }
    if (original == null || difference.isEmpty()) {
      return new Proven<>(model, model.execution());
    }
    String why = "of its translation " + difference.get();
    LOG.warn("{} is served by its original: {}", version.label(), why);
    return new Proven<>(original, Execution.original(why));
  }

  /** Who answers, and how. */
  private record Proven<X, Y>(Predictor<X, Y> model, Execution execution) {}

  private Optional<String> difference(
      ModelVersion version, Samples<X, Y> samples, Predictor<X, Y> model) {
    try {
      return samples.difference(model);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw refused(version, "it failed on a recorded sample with " + e.getClass().getName(), e);
    }
  }

  private LoadedVersion attempt(
      ModelVersion version,
      Proven<X, Y> proven,
      Recorded<X, Y> recorded,
      Optional<Instant> keptAt) {
    Samples<X, Y> samples = recorded.samples();
    if (samples == null) {
      return new LoadedVersion(
          version.number(), 0, 0, Optional.of(recorded.whyNone()), keptAt, proven.execution());
    }
    WarmUp.Outcome outcome = new WarmUp.Outcome(0, false);
    try {
      if (!warmUp.atMost().isZero()) {
        outcome = warmUp.run(proven.model(), samples.rows());
      }
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw refused(version, "it failed on a recorded sample with " + e.getClass().getName(), e);
    }
    return new LoadedVersion(
        version.number(),
        samples.rows().size(),
        outcome.answers(),
        outcome.settled()
            ? Optional.empty()
            : Optional.of("its times had not settled after " + warmUp.atMost()),
        keptAt,
        proven.execution());
  }

  private static ArtifactRefusedException refused(
      ModelVersion version, String why, @Nullable Throwable cause) {
    return new ArtifactRefusedException(
        version.format(), why, version.label() + " takes no traffic: " + why, cause);
  }
}
