/**
 * Predictions and labels as a stream: {@link dev.endolith.kafka.KafkaSink} is a listener of a
 * prediction log. Needs {@code org.apache.kafka:kafka-clients}.
 */
@NullMarked
package dev.endolith.kafka;

import org.jspecify.annotations.NullMarked;
