package dev.endolith.registry;

import dev.endolith.data.Digest;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One experiment as it stands. Immutable.
 *
 * @param id 32 hex digits
 * @param experiment what it belongs to
 * @param status how far it is
 * @param params its parameters, each written once
 * @param tags its tags
 * @param inputs fingerprints of what it read, by role
 * @param outputs what it made, by role, as text
 * @param environment the Java version, operating system and architecture it ran on
 * @param startedAt when it began
 * @param endedAt when it ended, null while it runs
 * @param startedBy who
 * @param parent the id of the run that it is part of, empty if none
 * @param holder the process that drives it
 * @param aliveUntil until when it counts as alive without a sign of its process
 */
public record RunRecord(
    String id,
    String experiment,
    Status status,
    Map<String, String> params,
    Map<String, String> tags,
    Map<String, Digest> inputs,
    Map<String, String> outputs,
    Map<String, String> environment,
    Instant startedAt,
    @Nullable Instant endedAt,
    String startedBy,
    String parent,
    String holder,
    Instant aliveUntil) {
  /** How far a run is. */
  public enum Status {
    /** It goes on. */
    RUNNING,
    /** It ended well. */
    FINISHED,
    /** It ended with an error. */
    FAILED,
    /** Its process ended before it did. */
    KILLED
  }

  /**
   * Copies the maps.
   *
   * @param id 32 hex digits
   * @param experiment what it belongs to
   * @param status how far it is
   * @param params its parameters, each written once
   * @param tags its tags
   * @param inputs fingerprints of what it read, by role
   * @param outputs what it made, by role, as text
   * @param environment the Java version, operating system and architecture it ran on
   * @param startedAt when it began
   * @param endedAt when it ended, null while it runs
   * @param startedBy who
   * @param parent the id of the run that it is part of, empty if none
   * @param holder the process that drives it
   * @param aliveUntil until when it counts as alive without a sign of its process
   */
  public RunRecord {
    params = Map.copyOf(params);
    tags = Map.copyOf(tags);
    inputs = Map.copyOf(inputs);
    outputs = Map.copyOf(outputs);
    environment = Map.copyOf(environment);
  }

  /** The same run, ended or alive. */
  RunRecord with(Status next, @Nullable Instant ended, Instant alive) {
    return copy(next, params, tags, inputs, outputs, ended, holder, alive);
  }

  RunRecord withParams(Map<String, String> values) {
    return copy(status, values, tags, inputs, outputs, endedAt, holder, aliveUntil);
  }

  RunRecord withTags(Map<String, String> values) {
    return copy(status, params, values, inputs, outputs, endedAt, holder, aliveUntil);
  }

  RunRecord withInputs(Map<String, Digest> values) {
    return copy(status, params, tags, values, outputs, endedAt, holder, aliveUntil);
  }

  RunRecord withOutputs(Map<String, String> values) {
    return copy(status, params, tags, inputs, values, endedAt, holder, aliveUntil);
  }

  /** The same run, gone on with by another process. */
  RunRecord heldBy(String process, Instant alive) {
    return copy(Status.RUNNING, params, tags, inputs, outputs, null, process, alive);
  }

  /** With what may change about a run; the rest never does. */
  private RunRecord copy(
      Status status,
      Map<String, String> params,
      Map<String, String> tags,
      Map<String, Digest> inputs,
      Map<String, String> outputs,
      @Nullable Instant endedAt,
      String holder,
      Instant aliveUntil) {
    return new RunRecord(
        id,
        experiment,
        status,
        params,
        tags,
        inputs,
        outputs,
        environment,
        startedAt,
        endedAt,
        startedBy,
        parent,
        holder,
        aliveUntil);
  }
}
