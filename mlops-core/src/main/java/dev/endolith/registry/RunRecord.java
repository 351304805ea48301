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
    String startedBy) {
  /** How far a run is. */
  public enum Status {
    /** It goes on. */
    RUNNING,
    /** It ended well. */
    FINISHED,
    /** It ended with an error. */
    FAILED
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
   */
  public RunRecord {
    params = Map.copyOf(params);
    tags = Map.copyOf(tags);
    inputs = Map.copyOf(inputs);
    outputs = Map.copyOf(outputs);
    environment = Map.copyOf(environment);
  }
}
