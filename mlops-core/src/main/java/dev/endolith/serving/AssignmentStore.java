package dev.endolith.serving;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers who got which arm, so that changing an experiment's weights moves nobody. SPI;
 * thread-safe. It is asked on the serving thread: keep it in memory or near.
 */
public interface AssignmentStore {
  /**
   * What was remembered.
   *
   * @param experiment the experiment
   * @param bucketVersion the experiment's bucket version; assignments of another version are none
   * @param key the key
   * @return the assignment, empty if there is none
   */
  Optional<Assignment> find(String experiment, int bucketVersion, String key);

  /**
   * Remembers an assignment, unless there is one.
   *
   * @param bucketVersion the experiment's bucket version
   * @param key the key
   * @param drawn the assignment
   * @return the assignment that stands
   */
  Assignment remember(int bucketVersion, String key, Assignment drawn);

  /**
   * A store that is lost with the process and holds every key that it ever saw.
   *
   * @return an empty store
   */
  static AssignmentStore inMemory() {
    record Place(String experiment, int bucketVersion, String key) {}

    ConcurrentHashMap<Place, Assignment> known = new ConcurrentHashMap<>();
    return new AssignmentStore() {
      @Override
      public Optional<Assignment> find(String experiment, int bucketVersion, String key) {
        return Optional.ofNullable(known.get(new Place(experiment, bucketVersion, key)));
      }

      @Override
      public Assignment remember(int bucketVersion, String key, Assignment drawn) {
        Assignment before =
            known.putIfAbsent(new Place(drawn.experiment(), bucketVersion, key), drawn);
        return before == null ? drawn : before;
      }
    };
  }
}
