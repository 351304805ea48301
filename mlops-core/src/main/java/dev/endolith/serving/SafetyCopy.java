package dev.endolith.serving;

import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.EndolithException;
import dev.endolith.registry.KeptModel;
import dev.endolith.registry.LastKnownGood;
import dev.endolith.registry.Models;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this node's copy of the champion true. Confined to the thread that swaps. */
final class SafetyCopy<X, Y> {
  private static final Logger LOG = LoggerFactory.getLogger(SafetyCopy.class);

  private final String name;
  private final Models models;
  private final Clock clock;
  private final LastKnownGood copies;
  private final @Nullable Duration oldest;
  private final Follower<X, Y> follower;
  private long version = -1;
  private long generation = -1;
  private Instant at = Instant.EPOCH;

  SafetyCopy(DeploymentBuilder<X, Y> builder, Follower<X, Y> follower) {
    this.name = builder.name;
    this.models = builder.models;
    this.clock = builder.clock;
    this.copies = Objects.requireNonNull(builder.copies);
    this.oldest = builder.oldestCopy;
    this.follower = follower;
  }

  /** The workspace says who is champion: a copy of it, or of nothing, is kept. */
  void keep(Choice<X, Y> champion) {
    ModelSlot<X, Y> slot = champion.slot();
    long now = slot == null ? 0 : slot.version();
    Instant time = clock.instant();
    if (now == version && champion.generation() == generation && !ageing(time)) {
      return;
    }
    try {
      if (slot == null) {
        models.forget(name, copies);
      } else {
        models.keep(models.get(name, now), champion.generation(), time, copies);
      }
      at = time;
      version = now;
      generation = champion.generation();
    } catch (EndolithException e) {
      LOG.warn("Deployment {} could not keep a copy of version {}", name, now, e);
    }
  }

  /** Whether the copy is to be made anew, so that it is never near its greatest age. */
  private boolean ageing(Instant time) {
    return oldest != null
        && version > 0
        && Duration.between(at, time).abs().compareTo(oldest.dividedBy(2)) >= 0;
  }

  /** An older copy bears a good seal, too: only its time tells it from the newest. */
  private void requireCurrent(KeptModel<X, Y> kept) {
    if (oldest != null
        && Duration.between(kept.at(), clock.instant()).abs().compareTo(oldest) > 0) {
      throw new ArtifactRefusedException(
          kept.version().format(),
          "a last known good copy is not older than " + oldest,
          "the last known good copy of '"
              + name
              + "' is refused: it was made at "
              + kept.at()
              + ", and the deployment takes none older than "
              + oldest
              + "; it is made anew from the workspace");
    }
  }

  /**
   * The aliases could not be followed: where the workspace is down and nothing serves, the copy
   * does; where it has refused the version, its copy is no longer good.
   *
   * @return what to tell
   */
  String instead(
      RuntimeException failure, String why, Routing<X, Y> now, Consumer<Routing<X, Y>> replace) {
    ModelSlot<X, Y> serving = now.champion().slot();
    try {
      if (failure instanceof ArtifactRefusedException && serving == null) {
        models.forget(name, copies); // it holds what is refused now, or what was champion before
      }
      if (!(failure instanceof EndolithException known && known.retryable())) {
        return why;
      }
      if (serving == null) {
        Optional<Routing<X, Y>> kept = follower.kept(copies, this::requireCurrent);
        if (kept.isEmpty()) {
          return why + "; and no copy was kept on this node";
        }
        replace.accept(kept.get());
      } else if (!serving.loaded().lastKnownGood()) {
        return why;
      }
      return "the workspace cannot be reached ("
          + why
          + "); this node's last known good copy answers";
    } catch (RuntimeException e) {
      LOG.warn("Deployment {} cannot use its last known good copy", name, e);
      return why + "; " + (e.getMessage() == null ? e.getClass().getName() : e.getMessage());
    }
  }
}
