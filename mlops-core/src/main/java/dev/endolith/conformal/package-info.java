/**
 * Sets of labels and intervals of numbers that hold the truth with a stated probability, whatever
 * the model: {@link dev.endolith.conformal.ConformalSets} and {@link
 * dev.endolith.conformal.ConformalIntervals}.
 */
@NullMarked
package dev.endolith.conformal;

import org.jspecify.annotations.NullMarked;
