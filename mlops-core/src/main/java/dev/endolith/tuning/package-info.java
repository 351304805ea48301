/**
 * The search for good settings: a {@link dev.endolith.tuning.Space} of typed parameters, an {@link
 * dev.endolith.tuning.Objective}, a {@link dev.endolith.tuning.Search}, and a {@link
 * dev.endolith.tuning.Tuner} that runs the trials, each a nested run.
 */
@NullMarked
package dev.endolith.tuning;

import org.jspecify.annotations.NullMarked;
