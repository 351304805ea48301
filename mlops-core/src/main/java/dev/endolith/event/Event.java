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
   * The gates of a pending version ended.
   *
   * @param model the model's name
   * @param version its number
   * @param ready whether it can be used
   * @param why why not, empty if it can
   * @param at when
   * @param actor who
   */
  record VersionResolved(
      String model, long version, boolean ready, String why, Instant at, String actor)
      implements Event {}

  /**
   * Someone decided about a version.
   *
   * @param model the model's name
   * @param version its number
   * @param approved whether it may serve
   * @param at when
   * @param actor who
   */
  record ApprovalGiven(String model, long version, boolean approved, Instant at, String actor)
      implements Event {}

  /**
   * A signed statement was added to a version.
   *
   * @param model the model's name
   * @param version its number
   * @param kind what it is about
   * @param at when
   * @param actor who
   */
  record VersionAttested(String model, long version, String kind, Instant at, String actor)
      implements Event {}

  /**
   * Description or tags changed.
   *
   * @param model the model's name
   * @param version the version's number, 0 for the model itself
   * @param at when
   * @param actor who
   */
  record Annotated(String model, long version, Instant at, String actor) implements Event {}

  /**
   * A version or a model was taken out of sight, or brought back.
   *
   * @param model the model's name
   * @param version the version's number, 0 for the model itself
   * @param deleted whether it is out of sight
   * @param at when
   * @param actor who
   */
  record Deleted(String model, long version, boolean deleted, Instant at, String actor)
      implements Event {}

  /**
   * The rules about who may do what with a model changed.
   *
   * @param model the model's name
   * @param at when
   * @param actor who
   */
  record Governed(String model, Instant at, String actor) implements Event {}

  /**
   * A model came in with all of its history, as it was kept elsewhere.
   *
   * @param model the model's name
   * @param versions how many versions it has
   * @param records how many audit records it has
   * @param at when
   * @param actor who took it in
   */
  record ModelAdopted(String model, long versions, long records, Instant at, String actor)
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
