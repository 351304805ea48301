/**
 * Typed, journalled pipelines: {@link dev.endolith.pipeline.Pipeline} is a graph whose wiring the
 * compiler checks; a {@link dev.endolith.pipeline.PipelineJournal} lets a run go on after a crash.
 */
@NullMarked
package dev.endolith.pipeline;

import org.jspecify.annotations.NullMarked;
