/** Into what pieces live data is cut before it is compared: {@link Window}. */
@NullMarked
package dev.endolith.monitoring.window;

import org.jspecify.annotations.NullMarked;
