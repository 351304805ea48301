/**
 * The loop: {@link dev.endolith.lifecycle.ManagedModel} composes registry, pipeline, serving and
 * watch into train, gate, roll out, observe and retrain.
 */
@NullMarked
package dev.endolith.lifecycle;

import org.jspecify.annotations.NullMarked;
