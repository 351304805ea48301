/**
 * Metrics of deployments for OpenTelemetry: {@link dev.endolith.opentelemetry.DeploymentMetrics}.
 * Needs {@code io.opentelemetry:opentelemetry-api}.
 */
@NullMarked
package dev.endolith.opentelemetry;

import org.jspecify.annotations.NullMarked;
