/**
 * Typed questions to a store: which rows, how many at a time. A filter is a value that a store
 * compiles to bound parameters, or evaluates by {@link dev.endolith.query.Filter#matches}; no text
 * of a caller becomes part of a statement.
 */
@NullMarked
package dev.endolith.query;

import org.jspecify.annotations.NullMarked;
