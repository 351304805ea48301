package dev.endolith.event;

import java.time.Instant;

/** Something that has happened and is durable. */
public sealed interface Event {
  /**
   * The model it is about.
   *
   * @return the model's name
   */
  String model();

  /**
   * When it happened, by the workspace's clock.
   *
   * @return the instant
   */
  Instant at();

  /**
   * A version was registered.
   *
   * @param model the model's name
   * @param version its number
   * @param digest the manifest digest, 64 hex digits
   * @param at when
   * @param actor who
   */
  record VersionRegistered(String model, long version, String digest, Instant at, String actor)
      implements Event {}

  /**
   * A version changed its state.
   *
   * @param model the model's name
   * @param version its number
   * @param from the state before
   * @param to the state after
   * @param at when
   * @param actor who
   */
  record StateChanged(String model, long version, String from, String to, Instant at, String actor)
      implements Event {}

  /**
   * An alias moved.
   *
   * @param model the model's name
   * @param alias the alias
   * @param from the version it pointed to, 0 where none
   * @param to the version it points to, 0 where it was removed
   * @param generation the alias's new generation
   * @param at when
   * @param actor who
   */
  record AliasMoved(
      String model, String alias, long from, long to, long generation, Instant at, String actor)
      implements Event {}

  /**
   * A monitor raised an alert.
   *
   * @param alert the alert
   */
  record AlertRaised(Alert alert) implements Event {
    @Override
    public String model() {
      return alert.model();
    }

    @Override
    public Instant at() {
      return alert.at();
    }
  }
}
