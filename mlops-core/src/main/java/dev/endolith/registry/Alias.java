package dev.endolith.registry;

import java.time.Instant;

/**
 * Where an alias pointed from one instant on. Immutable.
 *
 * @param model the model's name
 * @param name the alias
 * @param version the version it points to, 0 if it was removed
 * @param generation counts its moves from 1; the fence for whoever follows it
 * @param at when it moved; strictly later than its move before
 * @param actor who moved it
 * @param reason why
 */
public record Alias(
    String model,
    String name,
    long version,
    long generation,
    Instant at,
    String actor,
    String reason) {
  /** The version that serves. */
  public static final String CHAMPION = "champion";

  /** The version that is being rolled out. */
  public static final String CHALLENGER = "challenger";

  /**
   * Whether the alias points to a version.
   *
   * @return false if it was removed
   */
  public boolean present() {
    return version > 0;
  }
}
