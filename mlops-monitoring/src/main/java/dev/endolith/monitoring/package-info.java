/**
 * Watches models in service: {@link dev.endolith.monitoring.Monitor} compares what they are asked
 * and answer, window by window, with what they were trained on, and follows their errors as labels
 * arrive.
 */
@NullMarked
package dev.endolith.monitoring;

import org.jspecify.annotations.NullMarked;
