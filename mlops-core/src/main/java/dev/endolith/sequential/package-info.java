/**
 * Tests and intervals that hold however often one looks: confidence sequences, e-processes, the
 * mixture SPRT, sequential checks of sample ratios, and group-sequential boundaries. Pure numbers,
 * without clock, chance and state of their own.
 */
@NullMarked
package dev.endolith.sequential;

import org.jspecify.annotations.NullMarked;
