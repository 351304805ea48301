/**
 * What a shift of data means: {@link dev.endolith.monitoring.impact.Impact} for the model's score,
 * {@link dev.endolith.monitoring.impact.AttributionDrift} for its reasons, and what may have caused
 * it: {@link dev.endolith.monitoring.impact.Causes}, {@link
 * dev.endolith.monitoring.impact.CorrelationChange}, {@link dev.endolith.monitoring.impact.Skew}.
 */
@NullMarked
package dev.endolith.monitoring.impact;

import org.jspecify.annotations.NullMarked;
