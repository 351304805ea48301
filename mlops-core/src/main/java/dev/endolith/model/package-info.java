/**
 * Training, predicting and judging: {@link dev.endolith.model.Trainer}, {@link
 * dev.endolith.model.Predictor}, {@link dev.endolith.model.Metric} and {@link
 * dev.endolith.model.Evaluator}. {@link dev.endolith.model.ModelFormat} is the SPI that reads a
 * stored model back.
 */
@NullMarked
package dev.endolith.model;

import org.jspecify.annotations.NullMarked;
