package dev.endolith.model;

/**
 * The group that a row belongs to.
 *
 * @param cluster the group's number, from 0
 */
public record Clustered(int cluster) implements Prediction<Integer> {
  /**
   * Checks the number.
   *
   * @param cluster the group's number, from 0
   * @throws IllegalArgumentException if it is negative
   */
  public Clustered {
    if (cluster < 0) {
      throw new IllegalArgumentException("a group's number is 0 or more, was " + cluster);
    }
  }

  @Override
  public Integer value() {
    return cluster;
  }
}
