package dev.endolith.serving;

import dev.endolith.registry.Alias;
import dev.endolith.registry.Models;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the aliases of a deployment point; 0 for nowhere. */
record Desired(long champion, long challenger) {
  static final Desired NOTHING = new Desired(0, 0);

  /**
   * Asks the workspace.
   *
   * @throws dev.endolith.error.EndolithException if it cannot be asked
   */
  static Desired of(Models models, String name, @Nullable Canary canary) {
    return new Desired(
        version(models.alias(name, Alias.CHAMPION)),
        canary == null ? 0 : version(models.alias(name, canary.alias())));
  }

  private static long version(Optional<Alias> alias) {
    return alias.map(Alias::version).orElse(0L);
  }
}
