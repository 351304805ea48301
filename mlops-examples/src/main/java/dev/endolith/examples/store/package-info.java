/** A model registry of one's own: what an integrator writes, and nothing else. */
@NullMarked
package dev.endolith.examples.store;

import org.jspecify.annotations.NullMarked;
