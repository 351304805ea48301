/**
 * Why a model answered as it did: what each field added to a score, and reason codes made of that.
 * Begin with {@link dev.endolith.explain.Explainer}.
 */
@NullMarked
package dev.endolith.explain;

import org.jspecify.annotations.NullMarked;
