/**
 * Rows and what is known about them: {@link dev.endolith.data.Features} turn a Java type into
 * features, a {@link dev.endolith.data.Task} says what is predicted from them, a {@link
 * dev.endolith.data.Dataset} holds labelled rows with a fingerprint, and {@link
 * dev.endolith.data.Csv} and {@link dev.endolith.data.JsonLines} read them.
 */
@NullMarked
package dev.endolith.data;

import org.jspecify.annotations.NullMarked;
