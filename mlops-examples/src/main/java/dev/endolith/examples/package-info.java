/**
 * Programs to run and read: what Endolith does with real data, from the first model to its
 * replacement.
 */
@NullMarked
package dev.endolith.examples;

import org.jspecify.annotations.NullMarked;
