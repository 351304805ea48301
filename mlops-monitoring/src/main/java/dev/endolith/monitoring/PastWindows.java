package dev.endolith.monitoring;

import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import dev.endolith.monitoring.window.Against;
import dev.endolith.monitoring.window.Piece;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The complete windows that later ones are compared with. Mutable, confined to one thread. */
final class PastWindows {
  private final Against against;
  private final int most;
  private final List<Piece<WindowProfile>> pieces = new ArrayList<>(); // the earliest first

  /**
   * Remembers nothing yet.
   *
   * @param against with what windows are compared
   * @param most how many windows are remembered
   */
  PastWindows(Against against, int most) {
    this.against = against;
    this.most = most;
  }

  void add(Piece<?> piece, WindowProfile profile) {
    if (most > 0 && piece.complete() && piece.rows() > 0) {
      pieces.add(
          new Piece<>(
              piece.index(),
              piece.from(),
              piece.to(),
              piece.rows(),
              true,
              piece.emptyBefore(),
              profile));
      if (pieces.size() > most) {
        pieces.remove(0);
      }
    }
  }

  /** The sum of the windows that one is compared with; empty if there are too few. */
  Optional<WindowProfile> before(Piece<OpenWindow> piece) {
    Piece<WindowProfile> now =
        new Piece<>(
            piece.index(),
            piece.from(),
            piece.to(),
            piece.rows(),
            piece.complete(),
            piece.emptyBefore(),
            piece.content().profile);
    List<Piece<WindowProfile>> chosen = against.choose(now, pieces);
    return chosen.size() < against.pieces()
        ? Optional.empty()
        : chosen.stream().map(Piece::content).reduce(WindowProfile::merge);
  }

  List<Saved> saved() {
    return pieces.stream()
        .map(
            p ->
                new Saved(
                    p.index(),
                    p.from(),
                    p.to(),
                    p.rows(),
                    p.emptyBefore(),
                    Base64.getEncoder().encodeToString(p.content().toBytes())))
        .toList();
  }

  void restore(List<Saved> saved, ReferenceProfile reference) {
    for (Saved s : saved) {
      byte[] counts = Base64.getDecoder().decode(s.counts());
      WindowProfile profile = WindowProfile.read(reference, counts);
      add(
          new Piece<>(s.index(), s.from(), s.to(), s.rows(), true, s.emptyBefore(), profile),
          profile);
    }
  }

  /** A window as JSON. */
  record Saved(long index, Instant from, Instant to, long rows, long emptyBefore, String counts) {}
}
