package dev.endolith.registry;

import dev.endolith.data.Digest;
import dev.endolith.data.Id;

/** Something that data came to, or came from. Only ids: what it is, its store says. */
public sealed interface LineageNode {
  /**
   * A data set.
   *
   * @param fingerprint its fingerprint
   */
  record Data(Digest fingerprint) implements LineageNode {}

  /**
   * A run.
   *
   * @param id its id
   */
  record RunOf(String id) implements LineageNode {}

  /**
   * A version.
   *
   * @param model the model's name
   * @param number its number
   */
  record Version(String model, long number) implements LineageNode {}

  /**
   * The time in which an alias pointed to one version.
   *
   * @param model the model's name
   * @param alias the alias
   * @param generation the alias's generation
   */
  record Period(String model, String alias, long generation) implements LineageNode {}

  /**
   * A prediction.
   *
   * @param deployment the deployment, which has the model's name
   * @param id its id
   * @param version the version that answered
   * @param generation the generation of the alias by which it was asked
   */
  record Prediction(String deployment, Id id, long version, long generation)
      implements LineageNode {}
}
