/**
 * What can go wrong outside the caller's control, split by what the caller can do about it.
 *
 * <p>Start at {@link dev.endolith.error.EndolithException}: {@link
 * dev.endolith.error.EndolithException#retryable()} says whether trying again may help. Mistakes of
 * the caller are {@link IllegalArgumentException} and {@link IllegalStateException}.
 */
@NullMarked
package dev.endolith.error;

import org.jspecify.annotations.NullMarked;
