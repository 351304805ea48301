/**
 * Serving predictions: a {@link dev.endolith.serving.Deployment} answers under a name, follows the
 * registry's aliases without failing a request, and leaves {@link
 * dev.endolith.serving.PredictionRecord}s in a {@link dev.endolith.serving.PredictionLog}.
 */
@NullMarked
package dev.endolith.serving;

import org.jspecify.annotations.NullMarked;
