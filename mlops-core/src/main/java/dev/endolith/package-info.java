/**
 * The machine-learning lifecycle in the host's own process. Start at {@link
 * dev.endolith.Workspace}, the one thing that a host opens.
 */
@NullMarked
package dev.endolith;

import org.jspecify.annotations.NullMarked;
