/**
 * When something found is worth telling, and to whom: {@link
 * dev.endolith.monitoring.alert.AlertPolicy} decides over windows, {@link
 * dev.endolith.monitoring.alert.AlertSink} tells.
 */
@NullMarked
package dev.endolith.monitoring.alert;

import org.jspecify.annotations.NullMarked;
