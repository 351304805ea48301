package dev.endolith.monitoring.stream;

/**
 * Whose arithmetic a detector follows where well-known implementations of one paper disagree.
 *
 * <p>The modes {@link #MOA} and {@link #RIVER} exist to reproduce results, index by index; they
 * keep what those libraries do, slips included. What differs is listed on each detector.
 */
public enum ReferenceMode {
  /** The definition of the paper, with this library's defaults; the one to use. */
  PAPER,
  /** MOA 2024.07 (University of Waikato). */
  MOA,
  /** River (online-ml). */
  RIVER
}
