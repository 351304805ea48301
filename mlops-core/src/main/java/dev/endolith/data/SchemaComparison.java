package dev.endolith.data;

import java.util.List;

/** What comparing a stored schema with a task's schema found. */
public sealed interface SchemaComparison {
  /** The two are the same. */
  record Equal() implements SchemaComparison {}

  /**
   * The model can be used; the differences do not touch what it needs.
   *
   * @param differences the differences, one sentence each
   */
  record Compatible(List<String> differences) implements SchemaComparison {
    /**
     * Copies the differences.
     *
     * @param differences the differences, one sentence each
     */
    public Compatible {
      differences = List.copyOf(differences);
    }
  }

  /**
   * The model cannot be used.
   *
   * @param differences the differences that forbid it, one sentence each
   */
  record Refused(List<String> differences) implements SchemaComparison {
    /**
     * Copies the differences.
     *
     * @param differences the differences that forbid it, one sentence each
     */
    public Refused {
      differences = List.copyOf(differences);
    }
  }
}
