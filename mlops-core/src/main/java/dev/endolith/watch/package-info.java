/** What the loop asks of a monitor: {@link dev.endolith.watch.Watch}. */
@NullMarked
package dev.endolith.watch;

import org.jspecify.annotations.NullMarked;
