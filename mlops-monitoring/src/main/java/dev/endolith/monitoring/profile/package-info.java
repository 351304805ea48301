/**
 * What data looked like, as counts. A {@link dev.endolith.monitoring.profile.ReferenceProfile} is
 * made once, of the rows that a model was trained on; a {@link
 * dev.endolith.monitoring.profile.WindowProfile} counts live rows on the reference's own edges, so
 * that merging is addition and comparing costs microseconds.
 *
 * <p>Profiles hold what leaves the process: a field that is not public is left out.
 */
@NullMarked
package dev.endolith.monitoring.profile;

import org.jspecify.annotations.NullMarked;
