/**
 * What data must be like: {@link dev.endolith.monitoring.quality.Expectations}, written by hand, as
 * JSON or inferred from a reference, checked in one pass over rows with bounded memory.
 */
@NullMarked
package dev.endolith.monitoring.quality;

import org.jspecify.annotations.NullMarked;
