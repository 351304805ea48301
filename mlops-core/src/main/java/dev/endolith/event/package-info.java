/**
 * What a workspace tells: {@link dev.endolith.event.Event}s that have happened, {@link
 * dev.endolith.event.Alert}s that someone should look at, and the {@link
 * dev.endolith.event.ModelHealth} of a model. Listeners never break the call that told them.
 */
@NullMarked
package dev.endolith.event;

import org.jspecify.annotations.NullMarked;
